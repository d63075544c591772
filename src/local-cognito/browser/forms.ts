import type { Request } from "express";
import { z } from "zod";
import { PageError } from "../errors.ts";
import type { FormTokens } from "./form-tokens.ts";

/** How long a sign-in page may stay open before it is cancelled. */
export const signInPageLifetimeMs = 5 * 60 * 1000;

const fieldsShape = z.record(z.string(), z.string());

/** Returns the query as it was sent, with its question mark, or an empty string: every page passes it on unchanged. */
export function queryOf(req: Request): string {
  const start = req.originalUrl.indexOf("?");
  return start < 0 ? "" : req.originalUrl.slice(start);
}

/**
 * Returns the fields of a form that our page in this browser has sent. Throws PageError: 400 for a repeated field or a form
 * that was open for too long, 403 for a form from anywhere else.
 */
export function readForm(
  req: Request,
  { formTokens }: { formTokens: FormTokens },
  lifetimeMs: number,
): Record<string, string> {
  const fields = readFields(req);
  const age = isFromElsewhere(req)
    ? undefined
    : formTokens.ageOf(req, fields._csrf ?? fields.csrf ?? "");
  const startAgainAt = `/oauth2/authorize${queryOf(req)}`;
  if (age === undefined) {
    throw new PageError(403, "formRefused", "formNotFromHere", startAgainAt);
  }
  if (age > lifetimeMs) {
    throw new PageError(400, "somethingWentWrong", "openTooLong", startAgainAt);
  }
  return fields;
}

/** Browsers say of a form whose page it was on; scripts say nothing, and need no more than the token. */
function isFromElsewhere(req: Request): boolean {
  return !["same-origin", "none", undefined].includes(req.get("sec-fetch-site"));
}

/** Cognito's pages call a field `requiredAttributes[email]`; here it is `email`, unless that has been sent as well. */
function withPlainAttributes(fields: Record<string, string>): Record<string, string> {
  const plain = { ...fields };
  for (const [name, value] of Object.entries(fields)) {
    const attribute = /^requiredAttributes\[([^[\]]+)\]$/.exec(name)?.[1];
    if (attribute !== undefined) plain[attribute] ||= value;
  }
  return plain;
}

/** Returns the fields of a form, wherever it came from; throws PageError 400 for a repeated one. */
export function readFields(req: Request): Record<string, string> {
  const fields = fieldsShape.safeParse({ ...req.body });
  if (fields.success) return withPlainAttributes(fields.data);
  throw new PageError(400, "badRequest", "repeatedField");
}
