import { inEnglish, type Message } from "./messages.ts";

/** Why an OAuth request is refused. */
export interface Refusal {
  /** The code that the app, or the error page, is told. */
  error: string;
  /** A sentence for the developer, who alone reads it: in the log of requests. No secret, code or token may be in it. */
  reason: string;
  /** What the app is told beside the code; only a provider's refusal says so much. */
  description?: string;
}

/** A short word that a request has brought, marked as such; anything else may be a secret in the wrong place. */
export function quoted(value: string): string {
  return /^[\w.:/ -]{0,40}$/.test(value) ? `“${value}”` : "another value";
}

/** Thrown to send the browser elsewhere: back to the app with an OAuth error, or to our own error page. */
export class RedirectInstead extends Error {
  readonly location: string;
  readonly refusal: Refusal;

  constructor(location: string, refusal: Refusal) {
    super(`redirect to ${location.split("?")[0]}`);
    this.location = location;
    this.refusal = refusal;
  }
}

/** Thrown to answer with a page that says why a request cannot be accepted. */
export class PageError extends Error {
  readonly status: number;
  readonly title: Message;
  readonly explanation: Message;
  readonly refusal: Refusal;
  readonly startAgainAt: string | undefined;

  constructor(status: number, title: Message, explanation: Message, startAgainAt?: string) {
    super(inEnglish(explanation));
    this.refusal = { error: inEnglish(title), reason: this.message };
    this.status = status;
    this.title = title;
    this.explanation = explanation;
    this.startAgainAt = startAgainAt;
  }
}

/** Thrown by the endpoints that speak JSON. */
export class OAuthError extends Error {
  readonly refusal: Refusal;
  readonly status: number;

  constructor(refusal: Refusal, status = 400) {
    super(refusal.error);
    this.refusal = refusal;
    this.status = status;
  }
}
