import { CognitoException } from "../accounts/exceptions.ts";

/** Thrown where a call is refused: what the client is told, and perhaps more for the developer who reads the log. */
export class ApiException extends Error {
  readonly exception: string;
  readonly status: number;
  /** A sentence for the log of requests, where the message does not say enough. No secret may be in it. */
  readonly reason: string;

  constructor(
    exception: string,
    message: string,
    { status = 400, reason = message }: { status?: number; reason?: string } = {},
  ) {
    super(message);
    this.exception = exception;
    this.status = status;
    this.reason = reason;
  }
}

/** What a client is told of an error: of one that nobody expected, nothing. */
export function asException(error: unknown): ApiException {
  if (error instanceof ApiException) return error;
  if (error instanceof CognitoException) {
    const { exception, message, reason = message } = error;
    return new ApiException(exception, message, { reason });
  }
  return new ApiException("InternalErrorException", "Something went wrong", {
    status: 500,
    reason: "This is a mistake in local Cognito; it was reported where it was started.",
  });
}
