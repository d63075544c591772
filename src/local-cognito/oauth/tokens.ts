import { createHash, randomUUID } from "node:crypto";
import type { FederatedIdentity } from "../identity-providers/federated-user.ts";
import type { AppClient } from "../pool/clients.ts";
import type { Pool } from "../pool.ts";
import type { User } from "../users/user.ts";
import { attributeClaims } from "./attribute-claims.ts";
import type { Grant } from "./refresh-tokens.ts";

export interface TokenResponse {
  id_token?: string;
  access_token: string;
  refresh_token?: string;
  expires_in: number;
  token_type: "Bearer";
}

/** Issues an access token and, with the openid scope, an ID token that belongs to it; each lives as long as the client says. */
export async function issueTokens(
  pool: Pool,
  issuer: string,
  client: AppClient,
  user: User,
  grant: Grant,
  idTokenExtras: { nonce: string | undefined; hasAtHash: boolean },
): Promise<TokenResponse> {
  const iat = Math.floor(pool.now() / 1000);
  const { clientId, idTokenSeconds, accessTokenSeconds, readAttributes } = client;
  const times = (lifetime: number) => ({
    auth_time: grant.authTimeSeconds,
    exp: iat + lifetime,
    iat,
  });
  const accessToken = await pool.keys.sign("access", {
    sub: user.sub,
    "cognito:groups": groupsOf(user),
    iss: issuer,
    version: 2,
    client_id: clientId,
    // Only an app that has asked for a resource gets an audience.
    aud: grant.resource,
    origin_jti: grant.originJti,
    event_id: grant.eventId,
    token_use: "access",
    scope: grant.scopes.join(" "),
    ...times(accessTokenSeconds),
    jti: randomUUID(),
    username: user.username,
  });
  const response = {
    access_token: accessToken,
    expires_in: accessTokenSeconds,
    token_type: "Bearer" as const,
  };
  if (!grant.scopes.includes("openid")) return response;
  const idToken = await pool.keys.sign("id", {
    // First, so that no attribute takes the place of a claim.
    ...attributeClaims(user, grant.scopes, readAttributes),
    at_hash: idTokenExtras.hasAtHash ? atHash(accessToken) : undefined,
    sub: user.sub,
    "cognito:groups": groupsOf(user),
    iss: issuer,
    "cognito:username": user.username,
    identities: user.identity && [identityClaim(user.identity)],
    nonce: idTokenExtras.nonce,
    origin_jti: grant.originJti,
    aud: clientId,
    event_id: grant.eventId,
    token_use: "id",
    ...times(idTokenSeconds),
    jti: randomUUID(),
  });
  return { id_token: idToken, ...response };
}

function identityClaim({ dateCreated, ...identity }: FederatedIdentity) {
  return { ...identity, issuer: null, primary: "true", dateCreated: String(dateCreated) };
}

function groupsOf(user: User): string[] | undefined {
  return user.groups.length > 0 ? user.groups : undefined;
}

/** OpenID Connect Core §3.1.3.6: the left half of the hash. */
function atHash(accessToken: string): string {
  return createHash("sha256").update(accessToken).digest().subarray(0, 16).toString("base64url");
}
