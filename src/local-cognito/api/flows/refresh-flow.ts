import { assertSecretHash } from "../../accounts/secret-hash.ts";
import type { AppClient } from "../../pool/clients.ts";
import { notAuthorized } from "../authentication/auth-sessions.ts";
import { type Parameters, parameter } from "../authentication/parameters.ts";
import { refresh } from "../authentication/tokens.ts";
import { assertClientSecret, clientIn } from "../clients.ts";
import type { Context } from "../context.ts";
import { ApiException } from "../exceptions.ts";

/** REFRESH_TOKEN_AUTH: new tokens, for a client that keeps its refresh token. */
export function refreshTokenAuth(
  context: Context,
  client: AppClient,
  parameters: Parameters,
): Promise<object> {
  const token = parameter(parameters, "REFRESH_TOKEN");
  const { user } = grantOf(context, client, token);
  // The hash is over the user's real name, which is the `sub` where the address is the name.
  assertSecretHash(client, user.username, parameters.SECRET_HASH);
  return refreshed(context, client, token);
}

export function getTokensFromRefreshToken(
  context: Context,
  input: { RefreshToken: string; ClientId: string; ClientSecret?: string },
): Promise<object> {
  const client = clientIn(context.pool, input.ClientId);
  assertClientSecret(client, input.ClientSecret);
  return refreshed(context, client, input.RefreshToken);
}

async function refreshed(context: Context, client: AppClient, token: string): Promise<object> {
  const { user, grant } = grantOf(context, client, token);
  return refresh(context, client, user, { grant, refreshToken: token });
}

function grantOf({ pool }: Context, client: AppClient, token: string) {
  const grant = pool.refreshTokens.find(token, client);
  if (!grant) {
    const fate = pool.refreshTokens.fateOf(token, client);
    if (fate === "revoked") throw notAuthorized("Refresh Token has been revoked");
    if (fate === "used") {
      throw new ApiException("RefreshTokenReuseException", "Refresh token has been used.");
    }
    throw notAuthorized(
      "Invalid Refresh Token.",
      "The refresh token is unknown: expired, another client's, or not from this pool.",
    );
  }
  const user = pool.users.get(grant.username, grant.sub);
  if (!user) throw new ApiException("UserNotFoundException", "User does not exist.");
  if (!user.enabled) throw notAuthorized("User is disabled.");
  return { user, grant };
}
