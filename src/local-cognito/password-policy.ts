import { messages } from "./messages.ts";

/** No password, new or typed at sign-in, may be longer; checked before any hashing. */
export const LONGEST_PASSWORD = 256;

/** How long a password that an administrator gave may wait for its only use. */
export const TEMPORARY_PASSWORD_VALIDITY_DAYS = 7;

const SHORTEST_PASSWORD = 8;
// A space counts as a symbol too, except as the first or last character.
const SYMBOL = /[\^$*.[\]{}()?"!@#%&/\\,><':;|_~`=+-]|(?<=.) (?=.)/su;

/** The policy in words, for the hint beside the field. */
export const PASSWORD_HINT =
  "At least 8 characters, with upper-case and lower-case letters, a number and a symbol.";

/** Returns the first rule of the console's default policy that the password breaks, in Cognito's words. */
export function passwordPolicyProblem(password: string): string | undefined {
  if (password.length > LONGEST_PASSWORD) return messages.passwordTooLong;
  if ([...password].length < SHORTEST_PASSWORD) return messages.passwordTooShort;
  if (!/[A-Z]/.test(password)) return messages.passwordNeedsUpperCase;
  if (!/[a-z]/.test(password)) return messages.passwordNeedsLowerCase;
  if (!/[0-9]/.test(password)) return messages.passwordNeedsNumber;
  if (!SYMBOL.test(password)) return messages.passwordNeedsSymbol;
  return undefined;
}

/** Returns what is wrong with a new password that had to be typed twice. */
export function newPasswordProblem(password: string, again: string): string | undefined {
  return (
    passwordPolicyProblem(password) ?? (password === again ? undefined : messages.passwordsDiffer)
  );
}

/** The same rule in the words that administrators read. */
export function asAdministratorsReadIt(problem: string): string {
  return problem.replace("with policy", "with password policy");
}
