import { STATUS_CODES } from "node:http";
import type { ErrorRequestHandler, RequestHandler } from "express";
import { AppError } from "../sign-in/errors.ts";
import type { SignInLog } from "../sign-in/events.ts";
import { answerError, reportError } from "../sign-in/routes/errors.ts";
import type { Paths } from "../sign-in/settings/paths.ts";

/** Everything that no route answered is a page that does not exist. */
export const notFound: RequestHandler = () => {
  throw new AppError("not_found");
};

/** Answers every error with the view `error`, the sign-in's among them, and tells the log the rest. */
export function errorPages(log: SignInLog, paths: Paths): ErrorRequestHandler {
  return async (thrown: unknown, req, res, _next) => {
    const error = asAppError(thrown);
    reportError(log, error, req);
    try {
      await answerError(error, { req, res, paths }, (facts) => res.render("error", facts));
    } catch (failure) {
      log.error({ requestId: req.id, err: failure }, "the error page itself failed");
      res.status(500).type("text").send(STATUS_CODES[500]);
    }
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
