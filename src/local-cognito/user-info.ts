import type { Request, RequestHandler, Response } from "express";
import { z } from "zod";
import { assumptions } from "./assumptions.ts";
import type { Pool } from "./pool.ts";
import { attributeClaims } from "./tokens.ts";
import type { User } from "./user.ts";

const accessTokenShape = z.object({
  iss: z.string(),
  token_use: z.literal("access"),
  exp: z.number(),
  origin_jti: z.string(),
  scope: z.string(),
  sub: z.string(),
  username: z.string(),
});
type AccessToken = z.infer<typeof accessTokenShape>;

/** GET /oauth2/userInfo: what the access token's scopes allow; unlike a check of the token alone, this sees revocation. */
export function userInfo(pool: Pool, issuer: string): RequestHandler {
  return async (req, res) => {
    res.set("Cache-Control", "no-cache, no-store, max-age=0, must-revalidate");
    res.set("Pragma", "no-cache");
    const bearer = readBearer(req);
    if (!bearer) return refuse(res, 400, "invalid_request", "Missing or malformed bearer token");
    const token = accessTokenShape.safeParse(await pool.keys.verify("access", bearer)).data;
    const user = token && holderOf(pool, issuer, token);
    if (!token || !user) {
      return refuse(res, 401, "invalid_token", "Access token is invalid, expired or revoked");
    }
    const scopes = token.scope.split(" ");
    if (!scopes.includes("openid")) return refuseWithoutOpenId(res);
    res.json(describe(user, scopes));
  };
}

function readBearer(req: Request): string | undefined {
  return /^Bearer +([\w.~+/-]+=*)$/i.exec(req.headers.authorization ?? "")?.[1];
}

function holderOf(pool: Pool, issuer: string, token: AccessToken): User | undefined {
  if (token.iss !== issuer || token.exp * 1000 <= pool.now()) return undefined;
  if (pool.refreshTokens.isRevoked(token.origin_jti)) return undefined;
  const user = pool.users.get(token.username, token.sub);
  return user?.enabled ? user : undefined;
}

function describe(user: User, scopes: string[]): Record<string, unknown> {
  const { email_verified, ...attributes } = attributeClaims(user, scopes);
  return {
    sub: user.sub,
    // A string here and a boolean in the ID token: that is how Cognito has it.
    ...(email_verified !== undefined && { email_verified: String(email_verified) }),
    ...attributes,
    username: user.username,
  };
}

function refuseWithoutOpenId(res: Response): void {
  const { status, error } = assumptions.missingOpenIdScope;
  refuse(res, status, error, "Access token does not contain openid scope");
}

function refuse(res: Response, status: number, error: string, description: string): void {
  res.set("WWW-Authenticate", `error="${error}", error_description="${description}"`);
  res.status(status).json({ error, error_description: description });
}
