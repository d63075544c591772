import { isSameSecret } from "../../constant-time.ts";
import type { Context } from "../context.ts";
import { ApiException } from "../exceptions.ts";

interface RevokeToken {
  Token: string;
  ClientId: string;
  ClientSecret?: string;
}

/** Ends a refresh token of the client and all that came from it; one that is unknown by now is a success as well. */
export async function revokeToken({ pool }: Context, input: RevokeToken): Promise<object> {
  const { Token: token, ClientId, ClientSecret } = input;
  const client = pool.clients.find(ClientId);
  const isSecret = isSameSecret(ClientSecret ?? "", client?.clientSecret ?? "");
  if (!client || !isSecret) throw new ApiException("UnauthorizedException", "Invalid client");
  const claims = await Promise.all([
    pool.keys.verify("id", token),
    pool.keys.verify("access", token),
  ]);
  if (claims.some((found) => found !== undefined)) {
    throw new ApiException("UnsupportedTokenTypeException", "Unsupported token type", {
      reason: "This is an ID or access token; a refresh token ends them all.",
    });
  }
  if (!client.revokesTokens) {
    throw new ApiException(
      "UnsupportedOperationException",
      "Revocation is not enabled for this client",
    );
  }
  const others = pool.clients.list().filter(({ clientId }) => clientId !== client.clientId);
  if (others.some((other) => pool.refreshTokens.fateOf(token, other) === "good")) {
    throw new ApiException("UnauthorizedException", "Wrong client for refresh token.");
  }
  pool.refreshTokens.revoke(token, client);
  return {};
}
