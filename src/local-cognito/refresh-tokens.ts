import { randomBytes } from "node:crypto";
import { ExpiringTable } from "./expiring-table.ts";
import type { PoolDatabase } from "./pool-database.ts";
import type { User } from "./user.ts";

/** One sign-in as the tokens know it: what every refresh repeats. */
export interface Grant {
  username: string;
  sub: string;
  scopes: string[];
  authTimeSeconds: number;
  originJti: string;
  eventId: string;
}

const REFRESH_TOKEN_LIFETIME_MS = 30 * 24 * 60 * 60 * 1000;
/** ID and access tokens both. */
export const TOKEN_LIFETIME_SECONDS = 60 * 60;

// {"cty":"JWT","enc":"A256GCM","alg":"RSA-OAEP"}: the header that the real, encrypted ones carry.
const JWE_HEADER = "eyJjdHkiOiJKV1QiLCJlbmMiOiJBMjU2R0NNIiwiYWxnIjoiUlNBLU9BRVAifQ";
const JWE_SEGMENT_BYTES = [256, 12, 784, 16];

/** Refresh tokens: opaque random values, valid 30 days or until revoked; only their hashes are kept. */
export class RefreshTokens {
  readonly #database: PoolDatabase;
  readonly #tokens: ExpiringTable<Grant>;
  readonly #revokedGrants: ExpiringTable<object>;

  constructor(database: PoolDatabase, now: () => number) {
    const options = { capacity: 100_000, now };
    this.#database = database;
    this.#tokens = new ExpiringTable(database, { name: "refresh-tokens", ...options });
    this.#revokedGrants = new ExpiringTable(database, { name: "revoked-grants", ...options });
  }

  issue(grant: Grant): string {
    const token = [JWE_HEADER, ...JWE_SEGMENT_BYTES.map(randomSegment)].join(".");
    this.#tokens.put(token, grant, REFRESH_TOKEN_LIFETIME_MS);
    return token;
  }

  find(token: string): Grant | undefined {
    return this.#tokens.find(token);
  }

  /** Ends the token and every access and ID token that came with or from it; unknown tokens are no error. */
  revoke(token: string): void {
    const grant = this.#tokens.find(token);
    if (!grant) return;
    this.#database.inOneWrite(() => {
      this.#tokens.remove(token);
      this.#revokeGrant(grant);
    });
  }

  /** Ends every token of the user, whichever app and browser has it. */
  revokeAllOf({ sub }: User): void {
    this.#database.inOneWrite(() => {
      for (const grant of this.#tokens.removeAll((row) => row.sub === sub))
        this.#revokeGrant(grant);
    });
  }

  isRevoked(originJti: string): boolean {
    return this.#revokedGrants.find(originJti) !== undefined;
  }

  stop(): void {
    this.#tokens.stop();
    this.#revokedGrants.stop();
  }

  // Once its last access token has expired, there is nothing left to refuse.
  #revokeGrant({ originJti }: Grant): void {
    this.#revokedGrants.put(originJti, {}, TOKEN_LIFETIME_SECONDS * 1000);
  }
}

function randomSegment(bytes: number): string {
  return randomBytes(bytes).toString("base64url");
}
