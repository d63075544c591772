import { AppError } from "../../errors.ts";
import type { CognitoResponse } from "./cognito-http.ts";

/** Throws AppError `cognito_unreachable` with how long to wait, in seconds, where Cognito says that it is too busy. */
export function assertNotThrottled({ status, retryAfter }: CognitoResponse): void {
  if (status !== 429 && status !== 503) return;
  throw new AppError("cognito_unreachable", {
    reason: "Cognito asks us to wait",
    status: 503,
    retryAfterSeconds: secondsToWait(retryAfter),
    details: { status },
  });
}

function secondsToWait(retryAfter: string | undefined): number {
  const seconds = Number(retryAfter);
  return Number.isInteger(seconds) && seconds > 0 ? Math.min(seconds, 3600) : 30;
}
