/** Thrown to send the browser elsewhere: back to the app with an OAuth error, or to our own error page. */
export class RedirectInstead extends Error {
  readonly location: string;

  constructor(location: string) {
    super(`redirect to ${location.split("?")[0]}`);
    this.location = location;
  }
}

/** Thrown to answer with a page that says why a request cannot be accepted. */
export class PageError extends Error {
  readonly status: number;
  readonly title: string;
  readonly startAgainAt: string | undefined;

  constructor(status: number, title: string, explanation: string, startAgainAt?: string) {
    super(explanation);
    this.status = status;
    this.title = title;
    this.startAgainAt = startAgainAt;
  }
}

/** Thrown by the endpoints that speak JSON; `error` is the OAuth error code. */
export class OAuthError extends Error {
  readonly error: string;
  readonly status: number;

  constructor(error: string, status = 400) {
    super(error);
    this.error = error;
    this.status = status;
  }
}

/** Thrown where an administrator's action cannot be carried out; `exception` is what Cognito's API calls that. */
export class AdminRefusal extends Error {
  readonly exception: string;
  readonly status: number;

  constructor(exception: string, message: string, status = 400) {
    super(message);
    this.exception = exception;
    this.status = status;
  }
}
