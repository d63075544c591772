import { createHash, randomUUID } from "node:crypto";

export type Claims = Record<string, unknown>;

/** What a provider remembers of one sign-in, from its authorize request on. */
export interface Grant {
  user: Claims;
  redirectUri: string;
  scope: string;
  nonce: string | undefined;
  codeChallenge: string | undefined;
  originJti: string;
  eventId: string;
  authTime: number;
}

/** What tokens say about their issuer and the moment. */
export interface TokenFacts {
  issuer: string;
  clientId: string;
  /** In milliseconds. */
  now: number;
}

export const lifetimeSeconds = 3600;

/** The claims of a user with that name, as a pool puts them into an ID token. */
export function createUser(name: string, claims: Claims = {}): Claims {
  return {
    sub: randomUUID(),
    "cognito:username": name,
    email: `${name}@example.org`,
    email_verified: true,
    ...claims,
  };
}

/** An ID token's claims; a refreshed one carries no nonce. */
export function idTokenClaims(
  grant: Grant,
  facts: TokenFacts,
  accessToken: string,
  isRefresh: boolean,
): Claims {
  return {
    ...commonClaims(grant, facts),
    ...grant.user,
    token_use: "id",
    aud: facts.clientId,
    at_hash: leftHalfOfHash(accessToken),
    ...(grant.nonce !== undefined && !isRefresh && { nonce: grant.nonce }),
  };
}

/** An access token's claims: `client_id` in place of `aud`, and no profile. */
export function accessTokenClaims(grant: Grant, facts: TokenFacts): Claims {
  const { sub, "cognito:username": username, "cognito:groups": groups } = grant.user;
  return {
    ...commonClaims(grant, facts),
    sub,
    ...(groups !== undefined && { "cognito:groups": groups }),
    token_use: "access",
    client_id: facts.clientId,
    scope: grant.scope,
    username,
    version: 2,
  };
}

function commonClaims(
  { authTime, originJti, eventId }: Grant,
  { issuer, now }: TokenFacts,
): Claims {
  const iat = Math.floor(now / 1000);
  return {
    iss: issuer,
    iat,
    exp: iat + lifetimeSeconds,
    auth_time: authTime,
    jti: randomUUID(),
    origin_jti: originJti,
    event_id: eventId,
  };
}

/** OpenID Connect Core 3.1.3.6. */
function leftHalfOfHash(accessToken: string): string {
  return createHash("sha256").update(accessToken).digest().subarray(0, 16).toString("base64url");
}
