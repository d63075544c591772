import { AppError } from "../../errors.ts";

/** What was typed into a field; empty where it was left out. Throws AppError `bad_request` for a field that came twice. */
export function textField(form: Record<string, unknown>, name: string): string {
  const value = form[name] ?? "";
  if (typeof value === "string") return value;
  throw new AppError("bad_request", { reason: `${name} was sent twice` });
}

/** A code as people copy it, without the blanks that a mail or an app shows in it. */
export function codeField(form: Record<string, unknown>): string {
  return textField(form, "code").replace(/\s/g, "");
}
