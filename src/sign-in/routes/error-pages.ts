import { STATUS_CODES } from "node:http";
import type { ErrorRequestHandler, Request, RequestHandler, Response } from "express";
import type { Logger } from "pino";
import { AppError, wordsFor } from "../errors.ts";
import { isFetch } from "../request/request-kind.ts";
import { authEventOf } from "../visitor/auth-log.ts";

/** Everything that no route answered is a page that does not exist. */
export const notFound: RequestHandler = () => {
  throw new AppError("not_found");
};

/** Answers the visitor in the catalogue's words and tells the log the rest; the two never mix (CF-3). */
export function errorPages(log: Logger): ErrorRequestHandler {
  return (thrown: unknown, req, res, _next) => {
    const error = asAppError(thrown);
    report(log, error, req);
    // Half an answer cannot be taken back; Express itself would print the error beside the log.
    if (res.headersSent) return void res.destroy();
    answer(error, req, res, (failure) => {
      log.error({ requestId: req.id, err: failure }, "the error page itself failed");
      res.status(500).type("text").send(STATUS_CODES[500]);
    });
  };
}

/** Express and its parts mark what a client did wrong with a status; everything else is our own fault. */
function asAppError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  const { status } = (thrown ?? {}) as { status?: unknown };
  if (typeof status === "number" && status >= 400 && status < 500) {
    return new AppError(status === 404 ? "not_found" : "bad_request", { status });
  }
  return new AppError("unexpected", { cause: thrown });
}

function report(log: Logger, error: AppError, req: Request): void {
  const { code, status, reason, details, cause } = error;
  // Details are kept apart: Cognito's status is not ours.
  const entry = {
    requestId: req.id,
    ...authEventOf(error, req),
    code,
    status,
    reason,
    details,
    ...(cause ? { err: cause } : {}),
  };
  if (status >= 500) log.error(entry, error.event ? "sign-in refused" : "request failed");
  else if (code !== "not_found") {
    log.warn(entry, error.event ? "sign-in refused" : "request refused");
  }
}

function answer(
  error: AppError,
  req: Request,
  res: Response,
  onFailure: (failure: unknown) => void,
): void {
  const { code, status, allow, retryAfterSeconds } = error;
  const { title, sentence, next } = wordsFor(code);
  res.status(status);
  res.set("Cache-Control", "no-store");
  if (allow) res.set("Allow", allow);
  if (retryAfterSeconds) res.set("Retry-After", String(retryAfterSeconds));
  if (isFetch(req)) {
    res.json({ error: code, message: sentence, reference: req.id });
    return;
  }
  const { label } = next;
  const href = hrefOf(next.href, error.returnTo);
  try {
    res.render("error", { title, sentence, next: { label, href }, reference: req.id });
  } catch (failure) {
    onFailure(failure);
  }
}

/** A new attempt to sign in leads where the failed one would have led. */
function hrefOf(href: string, returnTo: string | undefined): string {
  return href === "/login" && returnTo && returnTo !== "/logged-in"
    ? `/login?${new URLSearchParams({ returnTo })}`
    : href;
}
