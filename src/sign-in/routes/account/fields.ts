import { AppError } from "../../errors.ts";

/** What was typed into a field; empty where it was left out. Throws AppError `bad_request` for a field that came twice. */
export function textField(form: Record<string, unknown>, name: string): string {
  const value = form[name] ?? "";
  if (typeof value === "string") return value;
  throw new AppError("bad_request", { reason: `${name} was sent twice` });
}

/**
 * A code as people mean it: without the blanks that a mail or an app shows in it and what nobody sees, and with the digits
 * of a keyboard that was left on full width.
 */
export function codeField(form: Record<string, unknown>): string {
  const typed = textField(form, "code").normalize("NFKC");
  return typed.replace(/[\s\p{Default_Ignorable_Code_Point}]/gu, "");
}
