import type { ErrorRequestHandler, NextFunction, Request, Response } from "express";
import { AppError, type NextStep } from "../errors.ts";
import type { SignInLog } from "../events.ts";
import type { ErrorFacts } from "../pages/own-pages.ts";
import { requestIdOf } from "../request/request-id.ts";
import { isFetch } from "../request/request-kind.ts";
import type { Paths } from "../settings/paths.ts";
import { authEventOf } from "../visitor/auth-log.ts";

/** Errors that have their line in the log already. */
const reported = new WeakSet<AppError>();

/** The error itself where it is one of ours; everything else is our own fault. */
export function asAppError(thrown: unknown): AppError {
  return thrown instanceof AppError ? thrown : new AppError("unexpected", { cause: thrown });
}

/** One line in the log for each error, however many handlers it goes through. */
export function reportError(log: SignInLog, error: AppError, req: Request): void {
  if (reported.has(error)) return;
  reported.add(error);
  const { code, status, reason, details, cause } = error;
  // Details are kept apart: Cognito's status is not ours.
  const entry = {
    requestId: requestIdOf(req),
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

/** Answers in the catalogue's words, as JSON for a script and with `page` for a person; what the log knows never mixes in (CF-3). */
export async function answerError(
  error: AppError,
  { req, res, paths }: { req: Request; res: Response; paths: Paths },
  page: (facts: ErrorFacts) => unknown,
): Promise<void> {
  // Half an answer cannot be taken back; Express itself would print the error beside the log.
  if (res.headersSent) return void res.destroy();
  const { code, status, allow, retryAfterSeconds, message, title } = error;
  const reference = requestIdOf(req);
  res.status(status);
  res.set("Cache-Control", "no-store");
  if (allow) res.set("Allow", allow);
  if (retryAfterSeconds) res.set("Retry-After", String(retryAfterSeconds));
  if (isFetch(req)) return void res.json({ error: code, message, reference });
  const href = hrefOf(error.next.to, error.returnTo, paths);
  await page({ status, code, title, message, next: { label: error.next.label, href }, reference });
}

/** A new attempt to sign in leads where the failed one would have led. */
function hrefOf(to: NextStep, returnTo: string | undefined, paths: Paths): string {
  if (to === "sessions" && paths.sessions) return paths.sessions;
  if (to === "account" && paths.account) return paths.account;
  if (to !== "login") return "/";
  return returnTo && returnTo !== paths.signedIn
    ? `${paths.login}?${new URLSearchParams({ returnTo })}`
    : paths.login;
}

/** Answers errors of the sign-in that no handler of the app's has answered, and leaves all others alone. */
export function answerOwnErrors(
  paths: Paths,
  log: SignInLog,
  page: (req: Request, res: Response, facts: ErrorFacts) => unknown,
): ErrorRequestHandler {
  return (error: unknown, req: Request, res: Response, next: NextFunction) => {
    if (!(error instanceof AppError)) return next(error);
    answerError(error, { req, res, paths }, (facts) => page(req, res, facts)).catch(
      (failure: unknown) => {
        log.error({ requestId: requestIdOf(req), err: failure }, "the error page itself failed");
        if (!res.headersSent) res.status(500).type("text").send("Internal Server Error");
      },
    );
  };
}
