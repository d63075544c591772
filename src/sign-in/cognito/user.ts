import type { IdTokenClaims } from "./id-token.ts";

/** A signed-in person: the claims that pages may show, and nothing else of the token. */
export interface User {
  /** With the issuer, the only key of a person: names and addresses change hands. */
  sub: string;
  username: string;
  name: string | undefined;
  email: string | undefined;
  /** True only where the pool says so with a boolean, and of the address as it stands in `email` (SC-10). */
  emailVerified: boolean;
  groups: string[];
}

const maxTextLength = 256;
/** Cognito's own limit for one user. */
const maxGroups = 100;

/** Picks a user's facts from verified claims; a claim of another type than Cognito's is passed over (HT-5). */
export function userFromClaims(claims: IdTokenClaims): User {
  const groups = claims["cognito:groups"];
  return {
    sub: claims.sub,
    username: text(claims["cognito:username"]) ?? claims.sub,
    name: text(claims.name),
    email: text(claims.email),
    emailVerified: claims.email_verified === true && isPlain(claims.email),
    groups: Array.isArray(groups) ? groups.filter(isPlain).slice(0, maxGroups) : [],
  };
}

/**
 * True for text that is fit for a page as it is. Anything else is no group, and no verified address: cleaned, it could be
 * another one, and open what that opens.
 */
function isPlain(value: unknown): value is string {
  return value !== undefined && text(value) === value;
}

/** Text fit for a page and for UTF-8: cut, without control characters, line breaks and marks that reverse what follows. */
function text(value: unknown): string | undefined {
  if (typeof value !== "string") return undefined;
  const plain = value.slice(0, maxTextLength).replace(/[\p{Cc}\u2028-\u202e\u2066-\u2069]/gu, "");
  return Buffer.from(plain).toString() || undefined;
}
