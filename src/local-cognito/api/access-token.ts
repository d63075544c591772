import type { AppClient } from "../pool/clients.ts";
import { accessTokenShape } from "../tokens/access-token.ts";
import type { User } from "../users/user.ts";
import { clientIn } from "./clients.ts";
import type { Context } from "./context.ts";
import { ApiException } from "./exceptions.ts";

/** Whose token it is, and the client that it was issued to. */
export interface TokenHolder {
  user: User;
  client: AppClient;
}

/**
 * Returns who holds the access token; throws ApiException unless it is this pool's, in time, not revoked, and has the
 * scope for one's own account. The signature alone would not show the half of that.
 */
export async function holderOf(
  { pool, issuer }: Context,
  { AccessToken: token }: { AccessToken: string },
): Promise<TokenHolder> {
  const claims = accessTokenShape.safeParse(claimsIn(token)).data;
  if (claims?.iss !== issuer) {
    throw refused(
      "Invalid Access Token",
      "This is no access token of this pool, as far as it can be read.",
    );
  }
  if (!(await pool.keys.verify("access", token))) {
    throw refused("Could not verify signature for Access Token");
  }
  if (claims.exp * 1000 <= pool.now()) throw refused("Access Token has expired");
  if (!claims.scope.split(" ").includes("aws.cognito.signin.user.admin")) {
    throw refused(
      "Access Token does not have required scopes",
      "The token is without the scope aws.cognito.signin.user.admin: the client has to allow it, and the app to ask for it.",
    );
  }
  const user = pool.users.get(claims.username, claims.sub);
  if (!user) throw new ApiException("UserNotFoundException", "User does not exist.");
  if (!user.enabled) throw refused("User is disabled.");
  if (claims.origin_jti && pool.refreshTokens.isRevoked(claims.origin_jti)) {
    throw refused("Access Token has been revoked");
  }
  return { user, client: clientIn(pool, claims.client_id) };
}

function claimsIn(token: string): unknown {
  const [, payload = "", ...rest] = token.split(".");
  if (rest.length !== 1) return undefined;
  try {
    return JSON.parse(Buffer.from(payload, "base64url").toString());
  } catch {
    return undefined;
  }
}

function refused(message: string, reason = message): ApiException {
  return new ApiException("NotAuthorizedException", message, { reason });
}
