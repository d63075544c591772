import { AppError } from "../errors.ts";
import type { ProviderHttp } from "./provider-http.ts";
import { clientSecretBasic } from "./token-request.ts";
import type { UserPool } from "./user-pool.ts";

const deadlineMs = 3000;

/**
 * Revokes a refresh token and every token that came with it (RFC 7009), within three seconds.
 * Throws AppError `cognito_unreachable` or `token_request_refused`; the caller signs the visitor out all the same.
 */
export async function revokeRefreshToken(
  http: ProviderHttp,
  userPool: UserPool,
  refreshToken: string,
): Promise<void> {
  const answer = await http.postForm(
    userPool.revocationEndpoint,
    { token: refreshToken },
    { authorization: clientSecretBasic(userPool), deadlineMs },
  );
  if (answer.status === 200) return;
  throw new AppError("token_request_refused", {
    reason: "the revocation endpoint refused",
    details: { status: answer.status },
  });
}
