import type { RequestHandler } from "express";
import { AppError } from "../errors.ts";

/** Answers every other method with 405 and the methods that the route does know. */
export function methodNotAllowed(allow: string): RequestHandler {
  return () => {
    throw new AppError("method_not_allowed", { allow });
  };
}
