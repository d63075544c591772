import { AppError } from "../errors.ts";
import type { CognitoHttp, CognitoResponse } from "./calls/cognito-http.ts";
import { parseJson, parseJsonAnswer } from "./calls/json-answer.ts";
import { assertNotThrottled } from "./calls/throttling.ts";
import { errorDescription } from "./error-description.ts";
import type { UserPool } from "./user-pool.ts";

/** The tokens of one sign-in or renewal, not yet verified. */
export interface TokenResponse {
  idToken: string;
  accessToken: string;
  /** Seconds. */
  accessTokenLifetime: number;
  refreshToken: string | undefined;
}

/**
 * Exchanges an authorization code for tokens, in one request that is not repeated: a code is good once (RFC 6749 §4.1.2).
 * Throws AppError `token_request_refused`, `cognito_unreachable` or `cognito_answer_invalid`.
 */
export async function redeemCode(
  http: CognitoHttp,
  userPool: UserPool,
  request: { code: string; redirectUri: string; codeVerifier: string },
): Promise<TokenResponse> {
  return await requestTokens(http, userPool, {
    grant_type: "authorization_code",
    code: request.code,
    redirect_uri: request.redirectUri,
    code_verifier: request.codeVerifier,
  });
}

/**
 * Exchanges a refresh token for new tokens (RFC 6749 §6); the answer holds a new refresh token only where the app
 * client rotates them. Throws as `redeemCode` does: status 400 is Cognito's word that this one is spent or revoked.
 */
export async function refreshTokens(
  http: CognitoHttp,
  userPool: UserPool,
  refreshToken: string,
): Promise<TokenResponse> {
  return await requestTokens(http, userPool, {
    grant_type: "refresh_token",
    refresh_token: refreshToken,
  });
}

async function requestTokens(
  http: CognitoHttp,
  userPool: UserPool,
  form: Record<string, string>,
): Promise<TokenResponse> {
  const authorization = clientSecretBasic(userPool);
  const answer = await http.postForm(userPool.tokenEndpoint, form, { authorization });
  assertNotThrottled(answer);
  if (answer.status !== 200) throw refusal(answer);
  return await readTokens(answer);
}

/**
 * The client's credentials as Cognito wants them: raw, where RFC 6749 §2.3.1 would form-encode them first,
 * because a Cognito secret may hold a plus sign.
 */
export function clientSecretBasic({ clientId, clientSecret }: UserPool): string {
  return `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString("base64")}`;
}

const usualCauses: Record<string, string> = {
  invalid_client: "CLIENT_ID or CLIENT_SECRET is wrong",
  invalid_grant:
    "the code or refresh token is spent, expired or revoked, or the callback URL differs",
  unauthorized_client: "the callback URL is not registered to the letter, or the code grant is off",
  invalid_request: "a parameter is missing or the app client expects another kind of request",
};

function refusal(answer: CognitoResponse): AppError {
  const { error, description } = oauthError(answer.body);
  return new AppError("token_request_refused", {
    reason: usualCauses[error] ?? "the token endpoint refused",
    status: error === "invalid_grant" ? 400 : 502,
    details: { status: answer.status, error, description },
  });
}

/** The `error` of a refusal, and its description: a short word of the RFC 6749 §5.2 alphabet or nothing, since it goes to the log. */
export function oauthError(body: string): { error: string; description: string | undefined } {
  const { error, error_description } = (parseJson(body) ?? {}) as Record<string, unknown>;
  return {
    error: typeof error === "string" && /^[\w.-]{1,64}$/.test(error) ? error : "none",
    description: errorDescription(error_description),
  };
}

async function readTokens(answer: CognitoResponse): Promise<TokenResponse> {
  const { tokenResponseSchema } = await import("./token-response.ts");
  const parsed = tokenResponseSchema.safeParse(parseJsonAnswer(answer));
  if (!parsed.success) {
    const members = parsed.error.issues.map((issue) => issue.path.join(".") || "the body");
    throw new AppError("cognito_answer_invalid", {
      reason: "the token response is malformed",
      details: { members },
    });
  }
  const { id_token, access_token, expires_in, refresh_token } = parsed.data;
  return {
    idToken: id_token,
    accessToken: access_token,
    accessTokenLifetime: expires_in,
    refreshToken: refresh_token,
  };
}
