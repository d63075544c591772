import type { JsonWebKey } from "node:crypto";
import {
  type Claims,
  generateStoredKey,
  importKey,
  publicJwkOf,
  type StoredKey,
  signToken,
  verifyToken,
} from "./signing-key.ts";

export type { Claims } from "./signing-key.ts";
export type TokenUse = "id" | "access";

/** One key signs ID tokens, the other access tokens, as in a real pool. */
export type StoredSigningKeys = Record<TokenUse, StoredKey>;

export interface SigningKeys {
  /** The public keys, as `jwks.json` has them. */
  jwks: { keys: JsonWebKey[] };
  /** Returns an RS256 JWT whose header is `kid` and `alg` and nothing else. */
  sign(use: TokenUse, claims: Claims): Promise<string>;
  /** Returns the claims of a token that a key for this use has signed, or undefined; looks at no claim. */
  verify(use: TokenUse, token: string): Promise<Claims | undefined>;
}

/** Makes two RSA-2048 keys, both at once and off the main thread. */
export async function generateSigningKeys(): Promise<StoredSigningKeys> {
  const [id, access] = await Promise.all([generateStoredKey(), generateStoredKey()]);
  return { id, access };
}

/** Brings the stored keys into use. */
export function importSigningKeys(stored: StoredSigningKeys): SigningKeys {
  const keys = { id: importKey(stored.id), access: importKey(stored.access) };
  return {
    jwks: { keys: [publicJwkOf(keys.id), publicJwkOf(keys.access)] },
    sign: (use, claims) => signToken(keys[use], claims),
    verify: (use, token) => verifyToken(keys[use], token),
  };
}
