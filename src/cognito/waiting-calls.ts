import { AppError } from "../errors.ts";
import type { CognitoHttp } from "./cognito-http.ts";

/**
 * Wraps `http` so that at most `most` form posts are under way; one more rejects at once with AppError
 * `cognito_unreachable`, as 503. While Cognito answers, that many are never under way. While it does not, nobody can
 * sign in anyhow, and the callbacks that anybody can make may not take every connection that the process has.
 */
export function limitWaiting(http: CognitoHttp, most: number): CognitoHttp {
  let waiting = 0;
  return {
    ...http,
    async postForm(...call) {
      if (waiting >= most) throw tooMany(waiting);
      waiting += 1;
      try {
        return await http.postForm(...call);
      } finally {
        waiting -= 1;
      }
    },
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
