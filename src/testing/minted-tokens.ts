import { randomUUID } from "node:crypto";
import type { Claims, TokenUse } from "../local-cognito/pool/signing-keys.ts";
import type { Pool } from "../local-cognito/pool.ts";

/** Signs an ID or access token of nobody in particular; claims take the place of its own, and undefined leaves one out. */
export function mintToken(
  pool: Pool,
  issuer: string,
  use: TokenUse,
  claims: Claims,
): Promise<string> {
  const iat = Math.floor(pool.now() / 1000);
  const { clientId, scopes } = pool.clients.first;
  const ofThisUse =
    use === "id"
      ? { aud: clientId, "cognito:username": "somebody", ...someAddress }
      : { client_id: clientId, username: "somebody", version: 2, scope: scopes.join(" ") };
  return pool.keys.sign(use, {
    sub: randomUUID(),
    iss: issuer,
    ...ofThisUse,
    origin_jti: randomUUID(),
    event_id: randomUUID(),
    token_use: use,
    auth_time: iat,
    exp: iat + 60 * 60,
    iat,
    jti: randomUUID(),
    ...claims,
  });
}

const someAddress = { email: "somebody@example.org", email_verified: true };
