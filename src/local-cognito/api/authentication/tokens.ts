import type { AppClient } from "../../pool/clients.ts";
import { issueFor, refreshWith, type Tokens } from "../../tokens/issue.ts";
import type { Grant } from "../../tokens/refresh-tokens.ts";
import type { User } from "../../users/user.ts";
import type { Context } from "../context.ts";

/** Ends a sign-in: tokens of all kinds, and a line in the user's history. */
export async function signIn(
  { pool, issuer, userAgent }: Context,
  client: AppClient,
  user: User,
): Promise<object> {
  const tokens = await issueFor(pool, issuer, client, user, {
    scopes: ["aws.cognito.signin.user.admin"],
    authTimeSeconds: Math.floor(pool.now() / 1000),
    isByApi: true,
  });
  pool.signIns.record(userAgent, user);
  return authenticationResult(tokens);
}

/** Issues tokens once more for what was granted; with a refresh token where another has taken the place of the last. */
export async function refresh(
  { pool, issuer }: Context,
  client: AppClient,
  user: User,
  granted: { grant: Grant; refreshToken: string },
): Promise<object> {
  return authenticationResult(await refreshWith(pool, issuer, client, user, granted));
}

function authenticationResult(tokens: Tokens): object {
  const { accessToken, idToken, refreshToken, expiresInSeconds } = tokens;
  return {
    AuthenticationResult: {
      AccessToken: accessToken,
      ExpiresIn: expiresInSeconds,
      ...(idToken && { IdToken: idToken }),
      ...(refreshToken && { RefreshToken: refreshToken }),
      TokenType: "Bearer",
    },
    ChallengeParameters: {},
  };
}
