import type { Request } from "express";
import { AppError } from "../errors.ts";

/** What Cognito sent the browser back with (RFC 6749 §4.1.2): a code, or an error; `state` may be missing on an error. */
export type AuthorizationResponse =
  | { state: string; code: string }
  | { state: string | undefined; error: string; description: unknown };

const maxLength = 2048;

/** True where a request for `/logged-in` is the answer to a sign-in rather than a visit to the page. */
export function isAuthorizationResponse(query: Request["query"]): boolean {
  return Object.keys(query).some(isCallbackParameter);
}

/** Reads the callback's query; throws AppError `callback_malformed` for repeats, brackets and missing parts (CB-2, CB-6, CB-7). */
export function readAuthorizationResponse(
  query: Request["query"],
  issuer: string,
): AuthorizationResponse {
  const { code, state, error, error_description, iss } = query;
  if (Object.keys(query).some((name) => isCallbackParameter(name) && name.includes("["))) {
    throw malformed("brackets");
  }
  if (![code, state, error].every(isAbsentOrText)) throw malformed("a repeat, or too long");
  // RFC 9207 §2.4
  if (iss !== undefined && iss !== issuer) throw malformed("iss");
  if (typeof error === "string") {
    return { state: state as string | undefined, error, description: error_description };
  }
  if (!code || !state) throw malformed("code or state missing");
  return { state: state as string, code: code as string };
}

/** True for the parameters of an authorization response, however they are spelled: `code`, `state[]`, `error[x]`. */
export function isCallbackParameter(name: string): boolean {
  return /^(?:code|state|error)(?:\[|$)/.test(name);
}

function isAbsentOrText(value: unknown): boolean {
  return value === undefined || (typeof value === "string" && value.length <= maxLength);
}

function malformed(reason: string): AppError {
  return new AppError("callback_malformed", { reason });
}
