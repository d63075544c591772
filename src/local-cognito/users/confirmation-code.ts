import { randomInt } from "node:crypto";
import type { Pool } from "../pool.ts";
import type { ConfirmationCode, User } from "./user.ts";

export const signUpCodeLifetimeMs = 24 * 60 * 60 * 1000;

/** Makes a six-digit sign-up code, good for 24 hours. */
export function makeConfirmationCode(now: number): ConfirmationCode {
  return { code: sixDigits(), sentAt: now, expiresAt: now + signUpCodeLifetimeMs };
}

/** Gives the user a new code and mails it; the one before stops working. */
export function newConfirmationCode(pool: Pool, user: User): void {
  const confirmationCode = makeConfirmationCode(pool.now());
  pool.inOneWrite(() => {
    pool.users.update(user, (stored) => ({ ...stored, confirmationCode }));
    pool.inbox.deliverVerificationCode(user.attributes.email ?? "", confirmationCode.code);
  });
}

/** A code as it was meant: apps and mails show it in groups, and people type or paste what they see. */
export function asTypedCode(typed: string): string {
  return typed.replace(/\s/g, "");
}

export function sixDigits(): string {
  return String(randomInt(1_000_000)).padStart(6, "0");
}
