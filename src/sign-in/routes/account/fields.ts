import { AppError } from "../../errors.ts";

/** What was typed into a field; empty where it was left out. Throws AppError `bad_request` for a field that came twice. */
export function textField(form: Record<string, unknown>, name: string): string {
  const value = form[name] ?? "";
  if (typeof value === "string") return value;
  throw new AppError("bad_request", { reason: `${name} was sent twice` });
}

/**
 * A code as people mean it. Blanks that a mail or an app shows in it go, and so does what nobody sees. Digits of full width
 * become plain ones.
 */
export function codeField(form: Record<string, unknown>): string {
  const typed = textField(form, "code").normalize("NFKC");
  return typed.replace(/[\s\p{Default_Ignorable_Code_Point}]/gu, "");
}
