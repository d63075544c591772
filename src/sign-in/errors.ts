import { accountErrors } from "./account-errors.ts";

/** Everything that can go wrong for a visitor: what is answered, what they read, and what is offered next. */
const catalogue = {
  sign_in_declined: {
    status: 400,
    title: "You are not signed in",
    sentence: "Sign-in was not completed. Nothing has changed.",
    next: { label: "Sign in", to: "login" },
  },
  sign_in_refused: {
    status: 400,
    title: "Sign-in was not possible",
    sentence: "The sign-in service could not complete this sign-in. Nothing has changed.",
    next: { label: "Try again", to: "login" },
  },
  callback_malformed: {
    status: 400,
    title: "This link is not complete",
    sentence: "The sign-in service's answer arrived damaged, so nobody was signed in by it.",
    next: { label: "Start again", to: "login" },
  },
  no_pending_sign_in: {
    status: 400,
    title: "This sign-in cannot be finished",
    sentence:
      "This sign-in was not started in this browser, or it is finished already: a sign-in page that was bookmarked leads here, too. If this happens again, allow cookies for this site.",
    next: { label: "Start again", to: "login" },
  },
  state_mismatch: {
    status: 400,
    title: "This sign-in cannot be finished",
    sentence: "This link does not match the sign-in we started.",
    next: { label: "Start again", to: "login" },
  },
  token_request_refused: {
    status: 502,
    title: "Sign-in did not succeed",
    sentence: "Cognito refused our request, so you are not signed in.",
    next: { label: "Try again", to: "login" },
  },
  cognito_unreachable: {
    status: 504,
    title: "The sign-in service does not answer",
    sentence: "We could not reach the sign-in service.",
    next: { label: "Try again in a minute", to: "login" },
  },
  cognito_answer_invalid: {
    status: 502,
    title: "Sign-in did not succeed",
    sentence: "The sign-in service's answer made no sense to us, so you are not signed in.",
    next: { label: "Start again", to: "login" },
  },
  id_token_invalid: {
    status: 502,
    title: "Sign-in did not succeed",
    sentence: "The sign-in service's answer did not pass our checks.",
    next: { label: "Start again", to: "login" },
  },
  sign_in_required: {
    status: 401,
    title: "Please sign in",
    sentence: "You need to be signed in for this.",
    next: { label: "Sign in", to: "login" },
  },
  link_too_long: {
    status: 414,
    title: "This address is too long to come back to",
    sentence:
      "You need to sign in for it, and we could not bring you back to an address this long. Sign in first, and then open it again.",
    next: { label: "Sign in", to: "login" },
  },
  link_forgotten: {
    status: 409,
    title: "Please open your page again",
    sentence:
      "You are signed in. But several long addresses were opened at once, and we could keep only one of them.",
    next: { label: "Go to the start page", to: "start" },
  },
  forbidden: {
    status: 403,
    title: "This page is not open to you",
    sentence: "Your account does not belong to the group that may see this page.",
    next: { label: "Go to the start page", to: "start" },
  },
  cross_site_request: {
    status: 403,
    title: "This request came from another site",
    sentence: "Another website tried to act in your name, so we did nothing.",
    next: { label: "Go to the start page", to: "start" },
  },
  store_unavailable: {
    status: 503,
    title: "We cannot look up your session",
    sentence: "We cannot reach our session store, so we cannot tell whether you are signed in.",
    retryAfterSeconds: 5,
    next: { label: "Go to the start page", to: "start" },
  },
  sign_out_unconfirmed: {
    status: 503,
    title: "Your sign-out is not confirmed",
    sentence:
      "This browser has forgotten your session, but we could not confirm that it has ended on our side.",
    retryAfterSeconds: 5,
    next: { label: "Go to the start page", to: "start" },
  },
  sessions_not_ended: {
    status: 503,
    title: "This sign-out is not confirmed",
    sentence:
      "We could not reach our session store, so what you wanted to end may still be open. You are still signed in here.",
    retryAfterSeconds: 5,
    next: { label: "See where you are signed in", to: "sessions" },
  },
  bad_request: {
    status: 400,
    title: "We did not understand this request",
    sentence: "Something in this address or request is malformed.",
    next: { label: "Go to the start page", to: "start" },
  },
  method_not_allowed: {
    status: 405,
    title: "That does not work here",
    sentence: "This address does not accept that kind of request.",
    next: { label: "Go to the start page", to: "start" },
  },
  not_found: {
    status: 404,
    title: "Page not found",
    sentence: "That page does not exist. The address may be mistyped, or the page has moved.",
    next: { label: "Go to the start page", to: "start" },
  },
  recent_sign_in_required: {
    status: 401,
    title: "Please sign in again",
    sentence: "You need to have signed in a short while ago for this.",
    next: { label: "Sign in again", to: "login" },
  },
  sign_in_not_recent: {
    status: 403,
    title: "You were not asked to sign in again",
    sentence: "The sign-in service let you in by an earlier sign-in, and this needs a new one.",
    next: { label: "Go to the start page", to: "start" },
  },
  not_ready: {
    status: 503,
    title: "Signing in is not possible right now",
    sentence: "The sign-in of this site is not ready yet.",
    retryAfterSeconds: 5,
    next: { label: "Try again in a minute", to: "login" },
  },
  ...accountErrors,
  unexpected: {
    status: 500,
    title: "An error on our side",
    sentence: "Something went wrong on our side.",
    next: { label: "Go to the start page", to: "start" },
  },
} as const satisfies Record<string, CatalogueEntry>;

/** Where the visitor is led next: the app says which paths these are. */
export type NextStep = "login" | "sessions" | "account" | "start";

interface CatalogueEntry {
  status: number;
  title: string;
  sentence: string;
  /** When a new attempt may help, where that is the same each time. */
  retryAfterSeconds?: number;
  next: { label: string; to: NextStep };
}

/** The stable word for a failure: tests, logs and JSON answers go by it. */
export type ErrorCode = keyof typeof catalogue;

export interface AppErrorOptions {
  /** For the log alone: why it happened, never a token, code, secret or password. */
  reason?: string;
  /** For the log alone: further facts such as actual and expected values. */
  details?: Record<string, unknown>;
  cause?: unknown;
  /** Overrides the catalogue where one code has two statuses, such as 400 for a spent code. */
  status?: number;
  /** Overrides the catalogue where somebody says when to come again. */
  retryAfterSeconds?: number | undefined;
  /** Methods for the `Allow` header of a 405. */
  allow?: string;
  /** The auth event that this failure ends, for the log. */
  event?: "sign-in";
  /** The local path that a sign-in was begun for: the next attempt leads there, too. */
  returnTo?: string | undefined;
}

/**
 * A failure with a stable `code`: `message` and `title` are the catalogue's words for the visitor; `reason`, `details` and
 * `cause` are for the log alone, and nothing that writes out an error's own members finds the first two.
 */
export class AppError extends Error {
  override name = "SignInError";
  readonly code: ErrorCode;
  readonly status: number;
  readonly retryAfterSeconds: number | undefined;
  /** The methods of a 405. */
  readonly allow: string | undefined;
  readonly #options: AppErrorOptions;

  constructor(code: ErrorCode, options: AppErrorOptions = {}) {
    super(catalogue[code].sentence, { cause: options.cause });
    this.code = code;
    const entry: CatalogueEntry = catalogue[code];
    this.status = options.status ?? entry.status;
    this.retryAfterSeconds = options.retryAfterSeconds ?? entry.retryAfterSeconds;
    this.allow = options.allow;
    this.#options = options;
  }

  get title(): string {
    return catalogue[this.code].title;
  }

  get next(): { label: string; to: NextStep } {
    return catalogue[this.code].next;
  }

  get reason(): string | undefined {
    return this.#options.reason;
  }

  get details(): Record<string, unknown> | undefined {
    return this.#options.details;
  }

  get event(): "sign-in" | undefined {
    return this.#options.event;
  }

  get returnTo(): string | undefined {
    return this.#options.returnTo;
  }

  /** The same failure in the words and with the status of another code. */
  as(code: ErrorCode): AppError {
    const { status: _status, retryAfterSeconds: _seconds, ...known } = this.#options;
    return new AppError(code, known);
  }

  /** The same failure with more said of it: nobody writes to one that was thrown. */
  with(more: AppErrorOptions): AppError {
    return new AppError(this.code, { ...this.#options, ...more });
  }
}
