import type { RequestHandler } from "express";
import { assumptions } from "../assumptions.ts";
import type { AuthorizationServer } from "./authorization-server.ts";

const { discoveryNamesRevocation, discoveryNamesPkce, keySetCacheControl } = assumptions;

/**
 * GET …/.well-known/openid-configuration: issuer and keys live under the pool id, the endpoints on the domain. It is
 * the pool's: whatever its client may do, it says the same.
 */
export function openIdConfiguration(origin: string, issuer: string): RequestHandler {
  const document = {
    authorization_endpoint: `${origin}/oauth2/authorize`,
    end_session_endpoint: `${origin}/logout`,
    id_token_signing_alg_values_supported: ["RS256"],
    issuer,
    jwks_uri: `${issuer}/.well-known/jwks.json`,
    response_types_supported: ["code", "token"],
    scopes_supported: ["openid", "email", "phone", "profile"],
    subject_types_supported: ["public"],
    token_endpoint: `${origin}/oauth2/token`,
    token_endpoint_auth_methods_supported: ["client_secret_basic", "client_secret_post"],
    userinfo_endpoint: `${origin}/oauth2/userInfo`,
    ...(discoveryNamesRevocation && { revocation_endpoint: `${origin}/oauth2/revoke` }),
    ...(discoveryNamesPkce && { code_challenge_methods_supported: ["S256"] }),
  };
  return (_req, res) => {
    res.set("Cache-Control", keySetCacheControl).json(document);
  };
}

/**
 * GET …/.well-known/jwks.json: both public keys, and those from before a rotation while their tokens live, without a
 * word on which signs what.
 */
export function jwks(pool: AuthorizationServer): RequestHandler {
  return async (_req, res) => {
    res.set("Cache-Control", keySetCacheControl).json(await pool.keys.jwks());
  };
}
