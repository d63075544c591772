import type { AppClient } from "../../pool/clients.ts";
import { issueFor, refreshWith, type Tokens } from "../../tokens/issue.ts";
import type { Grant } from "../../tokens/refresh-tokens.ts";
import { postAuthentication } from "../../triggers/authentication-triggers.ts";
import type { TokenSource } from "../../triggers/token-trigger.ts";
import type { User } from "../../users/user.ts";
import type { Context } from "../context.ts";

/** Ends a sign-in: tokens of all kinds, and a line in the user's history. */
export async function signIn(
  { pool, issuer, userAgent, caller }: Context,
  client: AppClient,
  proven: User,
  tokenSource: TokenSource = "TokenGeneration_Authentication",
): Promise<object> {
  await postAuthentication(pool, proven, { client, caller });
  // A trigger may have changed the user since.
  const user = pool.users.get(proven.username, proven.sub) ?? proven;
  const tokens = await issueFor(pool, issuer, client, user, {
    scopes: ["aws.cognito.signin.user.admin"],
    authTimeSeconds: Math.floor(pool.now() / 1000),
    isByApi: true,
    tokenSource,
    caller,
    alongside: () => pool.signIns.record(userAgent, user),
  });
  return authenticationResult(tokens);
}

/** Issues tokens once more for what was granted; with a refresh token where another has taken the place of the last. */
export async function refresh(
  { pool, issuer, caller }: Context,
  client: AppClient,
  user: User,
  granted: { grant: Grant; refreshToken: string },
): Promise<object> {
  return authenticationResult(
    await refreshWith(pool, issuer, client, user, { ...granted, caller }),
  );
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
