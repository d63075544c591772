import type { RequestHandler } from "express";
import { readClientForm } from "./app-client.ts";
import { assumptions } from "./assumptions.ts";
import { OAuthError } from "./errors.ts";
import type { Pool } from "./pool.ts";

/** POST /oauth2/revoke: ends a refresh token and what came from it; a token it does not know is a success too. */
export function revoke(pool: Pool): RequestHandler {
  return async (req, res) => {
    const form = readClientForm(req, pool.client, assumptions.invalidClientStatus.revoke);
    if (!form.token) throw new OAuthError("invalid_request");
    if (await isSignedByUs(pool, form.token)) throw new OAuthError("unsupported_token_type");
    pool.refreshTokens.revoke(form.token);
    res.status(200).end();
  };
}

async function isSignedByUs(pool: Pool, token: string): Promise<boolean> {
  const claims = await Promise.all([
    pool.keys.verify("id", token),
    pool.keys.verify("access", token),
  ]);
  return claims.some((found) => found !== undefined);
}
