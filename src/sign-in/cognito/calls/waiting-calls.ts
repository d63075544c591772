import { AppError } from "../../errors.ts";
import { limitWaiting } from "../../limit-waiting.ts";
import type { CognitoHttp } from "./cognito-http.ts";

/**
 * Wraps `http` so that at most `most` form posts are under way; one more rejects at once with AppError
 * `cognito_unreachable`, as 503. While Cognito answers, that many are never under way. While it does not, nobody can
 * sign in anyhow, and the callbacks that anybody can make may not take every connection that the process has.
 */
export function limitCalls(http: CognitoHttp, most: number): CognitoHttp {
  const limited = limitWaiting(most, () => tooMany(most));
  return { ...http, postForm: (...call) => limited(() => http.postForm(...call)) };
}

function tooMany(waiting: number): AppError {
  return new AppError("cognito_unreachable", {
    reason: "too many calls wait for Cognito's answer",
    status: 503,
    retryAfterSeconds: 10,
    details: { waiting },
  });
}
