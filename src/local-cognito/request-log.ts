/** One request of an app or a browser, and how it was answered; holds no secret, no code and no token. */
export interface LoggedRequest {
  /** ISO 8601. */
  at: string;
  /** The answer has it as `x-amz-cognito-request-id`. */
  requestId: string;
  method: string;
  path: string;
  /** Of the JSON API. */
  operation?: string;
  /** Where it named this pool's client. */
  clientId?: string;
  status: number;
  /** What came of it, in words. */
  outcome: string;
  /** The OAuth error code that the answer carried, or what the page was called. */
  error?: string;
  /** Why it was refused, in plain words. */
  reason?: string;
  /** Which triggers were called meanwhile, or would have been; a sentence each. */
  triggers?: string[];
  /** What was accepted and is unwise. */
  remark?: string;
}

const mostRequests = 200;

/** The last 200 requests, in memory. */
export class RequestLog {
  readonly #requests: LoggedRequest[] = [];

  add(request: LoggedRequest): void {
    this.#requests.push(request);
    if (this.#requests.length > mostRequests) this.#requests.shift();
  }

  /** The newest first. */
  list(): LoggedRequest[] {
    return this.#requests.toReversed();
  }
}
