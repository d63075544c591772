import { randomBytes } from "node:crypto";
import { ExpiringTable } from "../pool/expiring-table.ts";
import type { PoolDatabase } from "../pool/pool-database.ts";
import type { ClientSettings } from "../pool/pool-settings.ts";
import type { User } from "../users/user.ts";

/** One sign-in as the tokens know it: what every refresh repeats. */
export interface Grant {
  username: string;
  sub: string;
  scopes: string[];
  resource?: string | undefined;
  authTimeSeconds: number;
  originJti: string;
  eventId: string;
}

/** A rotated token has its successor beside it, and works until its grace is over. */
interface Row extends Grant {
  /** Milliseconds; that of every token that came from it, however often it was rotated. */
  endsAt: number;
  isRotated?: boolean;
}

/** {"cty":"JWT","enc":"A256GCM","alg":"RSA-OAEP"}: the header that the real, encrypted ones carry. */
const jweHeader = "eyJjdHkiOiJKV1QiLCJlbmMiOiJBMjU2R0NNIiwiYWxnIjoiUlNBLU9BRVAifQ";
/** Of an ID or access token, at AWS. */
const longestTokenMs = 24 * 60 * 60 * 1000;
const jweSegmentBytes = [256, 12, 784, 16];

/** Refresh tokens: opaque random values, valid as long as the client says or until revoked; only their hashes are kept. */
export class RefreshTokens {
  readonly #database: PoolDatabase;
  readonly #client: ClientSettings;
  readonly #now: () => number;
  readonly #tokens: ExpiringTable<Row>;
  readonly #revokedGrants: ExpiringTable<object>;

  constructor(database: PoolDatabase, client: ClientSettings, now: () => number) {
    const options = { capacity: 100_000, now };
    this.#database = database;
    this.#client = client;
    this.#now = now;
    this.#tokens = new ExpiringTable(database, { name: "refresh-tokens", ...options });
    this.#revokedGrants = new ExpiringTable(database, { name: "revoked-grants", ...options });
  }

  issue(grant: Grant): string {
    const endsAt = this.#now() + this.#client.refreshTokenSeconds * 1000;
    return this.#add({ ...grant, endsAt });
  }

  find(token: string): Grant | undefined {
    const row = this.#tokens.find(token);
    return row && !this.isRevoked(row.originJti) ? row : undefined;
  }

  /**
   * Where the client rotates its refresh tokens, returns the one that takes this one's place: with no longer to live
   * than this one had. This one goes on working for the grace period from its first rotation. Undefined otherwise.
   */
  rotate(token: string): string | undefined {
    const { refreshTokenRotation: rotation } = this.#client;
    const row = this.#tokens.find(token);
    if (!rotation || !row) return undefined;
    const graceMs = Math.min(rotation.graceSeconds * 1000, row.endsAt - this.#now());
    return this.#database.inOneWrite(() => {
      if (!row.isRotated && graceMs > 0)
        this.#tokens.put(token, { ...row, isRotated: true }, graceMs);
      if (graceMs <= 0) this.#tokens.remove(token);
      return this.#add({ ...row, isRotated: false });
    });
  }

  /** Ends the token and every token that came with or from it; unknown tokens are no error. */
  revoke(token: string): void {
    const row = this.#tokens.find(token);
    if (!row) return;
    this.#database.inOneWrite(() => {
      this.#tokens.remove(token);
      this.#revokeGrant(row);
    });
  }

  /** Ends every token of the user, whichever app and browser has it. */
  revokeAllOf({ sub }: User): void {
    this.#database.inOneWrite(() => {
      for (const row of this.#tokens.removeAll((row) => row.sub === sub)) this.#revokeGrant(row);
    });
  }

  isRevoked(originJti: string): boolean {
    return this.#revokedGrants.find(originJti) !== undefined;
  }

  stop(): void {
    this.#tokens.stop();
    this.#revokedGrants.stop();
  }

  #add(row: Row): string {
    const token = [jweHeader, ...jweSegmentBytes.map(randomSegment)].join(".");
    this.#tokens.put(token, row, row.endsAt - this.#now());
    return token;
  }

  // Until the last token of the grant has expired, whatever the client was set to when it was issued.
  #revokeGrant({ originJti, endsAt }: Row): void {
    this.#revokedGrants.put(originJti, {}, Math.max(longestTokenMs, endsAt - this.#now()));
  }
}

function randomSegment(bytes: number): string {
  return randomBytes(bytes).toString("base64url");
}
