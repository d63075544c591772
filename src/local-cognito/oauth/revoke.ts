import type { RequestHandler } from "express";
import { assumptions } from "../assumptions.ts";
import { OAuthError } from "../errors.ts";
import { readClientForm } from "./app-client.ts";
import type { AuthorizationServer } from "./authorization-server.ts";

/** POST /oauth2/revoke: ends a refresh token and what came from it; a token it does not know is a success too. */
export function revoke(pool: AuthorizationServer): RequestHandler {
  return async (req, res) => {
    const form = readClientForm(req, pool.clients, assumptions.invalidClientStatus.revoke);
    if (!form.token)
      throw new OAuthError({ error: "invalid_request", reason: "token is missing." });
    if (!form.client.revokesTokens) {
      const reason = "EnableTokenRevocation is off for this client.";
      throw new OAuthError({ error: "invalid_request", reason });
    }
    if (await isSignedByUs(pool, form.token)) {
      const reason = "This is an ID or access token; a refresh token ends them all.";
      throw new OAuthError({ error: "unsupported_token_type", reason });
    }
    pool.refreshTokens.revoke(form.token, form.client);
    res.status(200).end();
  };
}

async function isSignedByUs(pool: AuthorizationServer, token: string): Promise<boolean> {
  const claims = await Promise.all([
    pool.keys.verify("id", token),
    pool.keys.verify("access", token),
  ]);
  return claims.some((found) => found !== undefined);
}
