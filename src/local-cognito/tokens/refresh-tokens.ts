import { randomBytes } from "node:crypto";
import type { AppClient } from "../pool/clients.ts";
import { ExpiringTable } from "../pool/expiring-table.ts";
import type { PoolDatabase, Table } from "../pool/pool-database.ts";
import type { User } from "../users/user.ts";

/** One sign-in as the tokens know it: what every refresh repeats. */
export interface Grant {
  /** Undefined in what was granted while a pool had one client. */
  clientId?: string;
  username: string;
  sub: string;
  scopes: string[];
  /** Of a sign-in by the API, whose tokens differ from those of the pages. */
  isByApi?: boolean;
  resource?: string | undefined;
  authTimeSeconds: number;
  originJti: string;
  eventId: string;
}

/** A rotated token has its successor beside it, and works until its grace is over. */
interface Row extends Grant {
  /** Milliseconds; that of every token that came from it, however often it was rotated. */
  endsAt: number;
  /** Milliseconds; set once it was rotated: until then it still works. */
  goodUntil?: number;
}

/** {"cty":"JWT","enc":"A256GCM","alg":"RSA-OAEP"}: the header that the real, encrypted ones carry. */
const jweHeader = "eyJjdHkiOiJKV1QiLCJlbmMiOiJBMjU2R0NNIiwiYWxnIjoiUlNBLU9BRVAifQ";
/** Of an ID or access token, at AWS. */
const longestTokenMs = 24 * 60 * 60 * 1000;
const jweSegmentBytes = [256, 12, 784, 16];

/** Refresh tokens: opaque random values, valid as long as the client says or until revoked; only their hashes are kept. */
export class RefreshTokens {
  readonly #database: PoolDatabase;
  readonly #now: () => number;
  readonly #tokens: ExpiringTable<Row>;
  readonly #revokedGrants: ExpiringTable<object>;
  /** By user, so that all of one user's end without a look at the others'. */
  readonly #grants: Table<{ endsAt: number }>;

  constructor(database: PoolDatabase, now: () => number) {
    const options = { capacity: 100_000, now };
    this.#database = database;
    this.#now = now;
    this.#tokens = new ExpiringTable(database, { name: "refresh-tokens", ...options });
    this.#revokedGrants = new ExpiringTable(database, { name: "revoked-grants", ...options });
    this.#grants = database.table("grants");
  }

  /** Issues a token for a grant; what is written `alongside` is so in the same step. */
  issue(grant: Grant, client: AppClient, alongside = () => {}): string {
    const endsAt = this.#now() + client.refreshTokenSeconds * 1000;
    return this.#database.inOneWrite(() => {
      alongside();
      this.#forgetExpired(grant);
      this.#grants.put(keyOf(grant), { endsAt });
      return this.#add({ ...grant, clientId: client.clientId, endsAt });
    });
  }

  /** Returns what the client was granted with this token; undefined for any other. */
  find(token: string, client: AppClient): Grant | undefined {
    return this.fateOf(token, client) === "good" ? this.#tokens.find(token) : undefined;
  }

  /** Tells what has become of a token; one that has expired is "unknown" once it was swept. */
  fateOf(token: string, { clientId }: AppClient): "good" | "revoked" | "used" | "unknown" {
    const row = this.#tokens.find(token);
    if (!row || (row.clientId ?? clientId) !== clientId) return "unknown";
    if (this.isRevoked(row.originJti)) return "revoked";
    return this.#isUsed(row) ? "used" : "good";
  }

  /**
   * Where the client rotates its refresh tokens, returns the one that takes this one's place: with no longer to live
   * than this one had. This one goes on working for the grace period from its first rotation. Undefined otherwise.
   */
  rotate(token: string, { refreshTokenRotation: rotation }: AppClient): string | undefined {
    const row = this.#tokens.find(token);
    if (!rotation || !row || this.#isUsed(row)) return undefined;
    const now = this.#now();
    const { goodUntil = now + rotation.graceSeconds * 1000, ...fresh } = row;
    return this.#database.inOneWrite(() => {
      this.#tokens.put(token, { ...fresh, goodUntil }, row.endsAt - now);
      return this.#add(fresh);
    });
  }

  /** Ends the client's token and every token that came with or from it; unknown tokens are no error. */
  revoke(token: string, client: AppClient): void {
    if (this.fateOf(token, client) !== "good") return;
    const row = this.#tokens.find(token);
    if (row) this.#revokeGrant(row.originJti, row.endsAt);
  }

  /** Ends every token of the user, whichever app and browser has it. */
  revokeAllOf({ sub }: Pick<User, "sub">): void {
    this.#database.inOneWrite(() => {
      for (const { key, value } of this.#grants.range({ prefix: `${sub} ` })) {
        this.#revokeGrant(key.slice(sub.length + 1), value.endsAt);
        this.#grants.remove(key);
      }
    });
  }

  isRevoked(originJti: string): boolean {
    return this.#revokedGrants.find(originJti) !== undefined;
  }

  stop(): void {
    this.#tokens.stop();
    this.#revokedGrants.stop();
  }

  #isUsed({ goodUntil = Number.POSITIVE_INFINITY }: Row): boolean {
    return goodUntil <= this.#now();
  }

  #add(row: Row): string {
    const token = [jweHeader, ...jweSegmentBytes.map(randomSegment)].join(".");
    this.#tokens.put(token, row, row.endsAt - this.#now());
    return token;
  }

  /** Looks at two of the user's grants, wherever they lie: more than each new one adds. */
  #forgetExpired({ sub, originJti }: Grant): void {
    const range = { prefix: `${sub} `, after: `${sub} ${originJti}`, limit: 2 };
    for (const { key, value } of this.#grants.range(range)) {
      if (value.endsAt <= this.#now()) this.#grants.remove(key);
    }
  }

  // Until the last token of the grant has expired, whatever the client was set to when it was issued.
  #revokeGrant(originJti: string, endsAt: number): void {
    this.#revokedGrants.put(originJti, {}, Math.max(longestTokenMs, endsAt - this.#now()));
  }
}

function keyOf({ sub, originJti }: Pick<Grant, "sub" | "originJti">): string {
  return `${sub} ${originJti}`;
}

function randomSegment(bytes: number): string {
  return randomBytes(bytes).toString("base64url");
}
