import { createHash, randomUUID } from "node:crypto";
import type { Pool } from "./pool.ts";
import { type Grant, TOKEN_LIFETIME_SECONDS } from "./refresh-tokens.ts";
import type { User } from "./user.ts";

export interface TokenResponse {
  id_token?: string;
  access_token: string;
  refresh_token?: string;
  expires_in: number;
  token_type: "Bearer";
}

const PROFILE_ATTRIBUTES = [
  ["name", "family_name", "given_name", "middle_name", "nickname", "preferred_username"],
  ["profile", "picture", "website", "gender", "birthdate", "zoneinfo", "locale", "updated_at"],
].flat();

/** Issues an access token and, with the openid scope, an ID token that belongs to it; both live 60 minutes. */
export async function issueTokens(
  pool: Pool,
  issuer: string,
  user: User,
  grant: Grant,
  idTokenExtras: { nonce: string | undefined; hasAtHash: boolean },
): Promise<TokenResponse> {
  const iat = Math.floor(pool.now() / 1000);
  const times = { auth_time: grant.authTimeSeconds, exp: iat + TOKEN_LIFETIME_SECONDS, iat };
  const { clientId } = pool.client;
  const accessToken = await pool.keys.sign("access", {
    sub: user.sub,
    "cognito:groups": groupsOf(user),
    iss: issuer,
    version: 2,
    client_id: clientId,
    origin_jti: grant.originJti,
    event_id: grant.eventId,
    token_use: "access",
    scope: grant.scopes.join(" "),
    ...times,
    jti: randomUUID(),
    username: user.username,
  });
  const response = {
    access_token: accessToken,
    expires_in: TOKEN_LIFETIME_SECONDS,
    token_type: "Bearer" as const,
  };
  if (!grant.scopes.includes("openid")) return response;
  const idToken = await pool.keys.sign("id", {
    at_hash: idTokenExtras.hasAtHash ? atHash(accessToken) : undefined,
    sub: user.sub,
    "cognito:groups": groupsOf(user),
    iss: issuer,
    "cognito:username": user.username,
    nonce: idTokenExtras.nonce,
    origin_jti: grant.originJti,
    aud: clientId,
    event_id: grant.eventId,
    token_use: "id",
    ...times,
    jti: randomUUID(),
    ...attributeClaims(user, grant.scopes),
  });
  return { id_token: idToken, ...response };
}

/** What the scopes let the app know of the user: everything with openid alone, else the groups that were named. */
export function attributeClaims(
  user: User,
  scopes: string[],
): Record<string, string | boolean | undefined> {
  const mayRead = (scope: string) => scopes.includes(scope) || scopes.length === 1;
  const profile = Object.entries(user.attributes).filter(
    ([name]) => PROFILE_ATTRIBUTES.includes(name) || name.startsWith("custom:"),
  );
  return {
    ...(mayRead("email") &&
      user.attributes.email !== undefined && {
        email_verified: user.emailVerified,
        email: user.attributes.email,
      }),
    ...(mayRead("phone") && { phone_number: user.attributes.phone_number }),
    ...(mayRead("profile") && Object.fromEntries(profile)),
  };
}

function groupsOf(user: User): string[] | undefined {
  return user.groups.length > 0 ? user.groups : undefined;
}

// OpenID Connect Core §3.1.3.6: the left half of the hash.
function atHash(accessToken: string): string {
  return createHash("sha256").update(accessToken).digest().subarray(0, 16).toString("base64url");
}
