import { AppError } from "../errors.ts";
import type { CognitoHttp } from "./calls/cognito-http.ts";
import { clientSecretBasic, oauthError } from "./token-request.ts";
import type { UserPool } from "./user-pool.ts";

/** Connections that one visitor's sign-out may take up at once. */
const atOnce = 5;
/** With less than this left a call is not begun. */
const shortestMs = 10;

/**
 * Revokes refresh tokens, a few at a time and within `totalMs`; resolves to what became of each, in order. One for
 * which no time was left is rejected with AppError `cognito_unreachable`, like one that got no answer.
 */
export async function revokeRefreshTokens(
  http: CognitoHttp,
  userPool: UserPool,
  refreshTokens: string[],
  totalMs: number,
): Promise<PromiseSettledResult<void>[]> {
  const endsAt = performance.now() + totalMs;
  const results: PromiseSettledResult<void>[] = [];
  const waiting = refreshTokens.entries();

  async function work(): Promise<void> {
    for (const [index, refreshToken] of waiting) {
      const deadlineMs = endsAt - performance.now();
      const attempt = revokeRefreshToken(http, userPool, refreshToken, deadlineMs);
      [results[index]] = (await Promise.allSettled([attempt])) as [PromiseSettledResult<void>];
    }
  }

  await Promise.all(Array.from({ length: atOnce }, work));
  return results;
}

/**
 * Revokes a refresh token and every token that came with it (RFC 7009).
 * Throws AppError `cognito_unreachable` or `token_request_refused`; the caller signs the visitor out all the same.
 */
export async function revokeRefreshToken(
  http: CognitoHttp,
  userPool: UserPool,
  refreshToken: string,
  deadlineMs: number,
): Promise<void> {
  if (deadlineMs < shortestMs)
    throw new AppError("cognito_unreachable", { reason: "no time left" });
  const answer = await http.postForm(
    userPool.revocationEndpoint,
    { token: refreshToken },
    { authorization: clientSecretBasic(userPool), deadlineMs: Math.ceil(deadlineMs) },
  );
  if (answer.status === 200) return;
  throw new AppError("token_request_refused", {
    reason: "the revocation endpoint refused",
    details: { status: answer.status, ...oauthError(answer.body) },
  });
}
