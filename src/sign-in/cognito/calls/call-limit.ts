import { AppError } from "../../errors.ts";
import { limitWaiting } from "../../limit-waiting.ts";
import type { CognitoHttp } from "./cognito-http.ts";

/**
 * Wraps `http` so that at most `most` posts are under way; one more rejects at once with AppError
 * `cognito_unreachable`, as 503. The limit is reached only when Cognito hangs. It keeps callbacks that wait, which anybody
 * can make, from using every connection.
 */
export function limitCalls(http: CognitoHttp, most: number): CognitoHttp {
  const limited = limitWaiting(most, () => tooMany(most));
  return {
    ...http,
    postForm: (...call) => limited(() => http.postForm(...call)),
    postOperation: (...call) => limited(() => http.postOperation(...call)),
  };
}

function tooMany(waiting: number): AppError {
  return new AppError("cognito_unreachable", {
    reason: "too many calls wait for Cognito's answer",
    status: 503,
    retryAfterSeconds: 10,
    details: { waiting },
  });
}
