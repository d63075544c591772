import type { Request, RequestHandler, Response } from "express";
import { assumptions } from "../assumptions.ts";
import { noteRefusal } from "../noted-refusal.ts";
import { type AccessToken, accessTokenShape } from "../tokens/access-token.ts";
import { attributeClaims } from "../tokens/attribute-claims.ts";
import type { User } from "../users/user.ts";
import type { AuthorizationServer } from "./authorization-server.ts";

/** GET /oauth2/userInfo: what the access token's scopes allow; unlike a check of the token alone, this sees revocation. */
export function userInfo(pool: AuthorizationServer): RequestHandler {
  return async (req, res) => {
    res.set("Cache-Control", "no-cache, no-store, max-age=0, must-revalidate");
    res.set("Pragma", "no-cache");
    const bearer = readBearer(req);
    if (!bearer) {
      const reason = "There is no “Authorization: Bearer” header with a token in it.";
      return refuse(res, 400, "invalid_request", "Missing or malformed bearer token", reason);
    }
    const token = accessTokenShape.safeParse(await pool.keys.verify("access", bearer)).data;
    const user = token && pool.users.get(token.username, token.sub);
    const reason = token ? reasonToRefuse(pool, token, user) : await strangeToken(pool, bearer);
    if (!token || !user || reason) {
      return refuse(
        res,
        401,
        "invalid_token",
        "Access token is invalid, expired or revoked",
        reason,
      );
    }
    const scopes = token.scope.split(" ");
    if (!scopes.includes("openid")) return refuseWithoutOpenId(res);
    const client = pool.clients.find(token.client_id);
    res.json(describe(user, attributeClaims(user, scopes, client?.readAttributes)));
  };
}

function readBearer(req: Request): string | undefined {
  return /^Bearer +([\w.~+/-]+=*)$/i.exec(req.headers.authorization ?? "")?.[1];
}

function reasonToRefuse(
  pool: AuthorizationServer,
  token: AccessToken,
  user: User | undefined,
): string | undefined {
  if (token.iss !== pool.issuer) return "The token was issued under another address of this pool.";
  if (token.exp * 1000 <= pool.now()) return "The access token has expired.";
  if (pool.refreshTokens.isRevoked(token.origin_jti ?? "")) return "The access token was revoked.";
  if (!user) return "The user has been deleted.";
  return user.enabled ? undefined : "The user is disabled.";
}

async function strangeToken(pool: AuthorizationServer, bearer: string): Promise<string> {
  const isIdToken = (await pool.keys.verify("id", bearer)) !== undefined;
  if (isIdToken) return "This is the ID token; userInfo takes the access token.";
  return "This is no access token that this pool has signed with a key that still counts.";
}

function describe(user: User, claims: Record<string, unknown>): Record<string, unknown> {
  // Strings here and booleans in the ID token: that is how Cognito has it.
  const pairs = Object.entries(claims).map(([name, value]) => [
    name,
    typeof value === "boolean" ? String(value) : value,
  ]);
  return { sub: user.sub, ...Object.fromEntries(pairs), username: user.username };
}

function refuseWithoutOpenId(res: Response): void {
  const { status, error } = assumptions.missingOpenIdScope;
  const reason = "The access token is without the scope openid.";
  refuse(res, status, error, "Access token does not contain openid scope", reason);
}

function refuse(
  res: Response,
  status: number,
  error: string,
  description: string,
  reason = description,
): void {
  noteRefusal(res, { error, reason });
  res.set("WWW-Authenticate", `error="${error}", error_description="${description}"`);
  if (assumptions.userInfoRefusalHasBody) {
    res.status(status).json({ error, error_description: description });
  } else res.status(status).end();
}
