import type { RequestHandler } from "express";
import { AppError } from "../errors.ts";
import { assertOpensInWindow, isPrefetch } from "./request-kind.ts";

/** Answers every other method with 405 and the methods that the route does know. */
export function methodNotAllowed(allow: string): RequestHandler {
  return () => {
    throw new AppError("method_not_allowed", { allow });
  };
}

/** Answers a browser that looks ahead with nothing at all, so that it asks again when the visitor really goes there. */
export const refusePrefetch: RequestHandler = (req, res, next) => {
  if (!isPrefetch(req)) return next();
  res.status(204).end();
};

/**
 * Lets through what opens a page in the window. An image of a neighbouring site carries our cookies and may set them. Many
 * such images would push out a sign-in that the visitor has begun (SC-4).
 */
export const requireNavigation: RequestHandler = (req, _res, next) => {
  assertOpensInWindow(req);
  next();
};
