import { randomInt } from "node:crypto";
import { isSameSecret } from "../constant-time.ts";
import type { ConfirmationCode } from "../users/user.ts";
import { because, CognitoException } from "./exceptions.ts";

export const dayMs = 24 * 60 * 60 * 1000;

/** Makes a six-digit code that proves an address, good for 24 hours. */
export function makeConfirmationCode(now: number): ConfirmationCode {
  return { code: sixDigits(), sentAt: now, expiresAt: now + dayMs };
}

/** Throws unless this is the code that was sent, in time. */
export function assertCode(
  code: string,
  sent: Pick<ConfirmationCode, "code" | "expiresAt"> | undefined,
  now: number,
): void {
  if (!sent) throw because("No code was sent, or it was used already.", codeExpired());
  if (sent.expiresAt <= now) throw because("The newest code has run out.", codeExpired());
  if (isSameSecret(asTypedCode(code), sent.code)) return;
  throw because("The code is not the newest one that was sent.", codeMismatch());
}

export function codeExpired(): CognitoException {
  return new CognitoException("ExpiredCodeException", "codeExpired");
}

export function codeMismatch(): CognitoException {
  return new CognitoException("CodeMismatchException", "codeMismatch");
}

/**
 * A code as it was meant. Apps and mails show it in groups, pasting brings characters that nobody sees, and keyboards for
 * Chinese and Japanese type full-width digits.
 */
export function asTypedCode(typed: string): string {
  return typed.normalize("NFKC").replace(/[\s\p{Default_Ignorable_Code_Point}]/gu, "");
}

export function sixDigits(): string {
  return String(randomInt(1_000_000)).padStart(6, "0");
}
