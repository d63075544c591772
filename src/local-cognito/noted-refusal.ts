import type { Response } from "express";
import type { Refusal } from "./errors.ts";

/** Leaves word with the answer of why it is a refusal, for the log. */
export function noteRefusal(res: Response, refusal: Refusal): void {
  res.locals.refusal = refusal;
}

export function refusalOf(res: Response): Refusal | undefined {
  return res.locals.refusal;
}
