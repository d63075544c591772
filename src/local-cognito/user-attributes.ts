import { z } from "zod";
import { messages } from "./messages.ts";

/** The longest name that anybody can have typed for a user: that of an e-mail address. */
export const LONGEST_IDENTIFIER = 320;

const USERNAME = /^[\p{L}\p{M}\p{S}\p{N}\p{P}]{1,128}$/u;
const EMAIL_LIKE = /^[^@]+@[^@]+$/;
const emailShape = z.email().max(254);

/** One spelling for names that look the same, whatever keyboard they were typed on. */
export function asUsername(typed = ""): string {
  return typed.trim().normalize("NFC");
}

/** Returns what is wrong with a new user name, in Cognito's words. */
export function usernameProblem(username: string): string | undefined {
  if (username === "") return messages.usernameMissing;
  if (isEmailLike(username)) return messages.usernameLooksLikeEmail;
  return USERNAME.test(username) ? undefined : messages.usernameInvalid;
}

/** True for what can be an address and cannot be a user name. */
export function isEmailLike(name: string): boolean {
  return EMAIL_LIKE.test(name);
}

/** Returns what is wrong with an e-mail address, which this pool requires, in Cognito's words. */
export function emailProblem(email: string): string | undefined {
  if (email === "") return messages.emailMissing;
  return emailShape.safeParse(email).success ? undefined : messages.emailInvalid;
}

/** Returns what is wrong with the name of a group; the rule is that of user names. */
export function groupProblem(group: string): string | undefined {
  return USERNAME.test(group) ? undefined : messages.groupInvalid;
}
