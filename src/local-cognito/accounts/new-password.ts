import { inEnglish } from "../messages.ts";
import type { PoolSettings } from "../pool/pool-settings.ts";
import { newPasswordProblem } from "../users/password-policy.ts";
import type { User } from "../users/user.ts";
import { attributesProblem, requiredAttributes } from "../users/user-attributes.ts";
import type { Accounts } from "./accounts.ts";
import { assertValid, CognitoException, notAuthorized } from "./exceptions.ts";
import { changeUser } from "./find-user.ts";

/** What Cognito puts before the rule that a password breaks: another word for each kind of action. */
type Opening = "with policy" | "with password policy" | "does not conform to policy";

/** Throws InvalidPasswordException for a password that breaks the policy. */
export function assertNewPassword(
  { passwordPolicy }: PoolSettings,
  password: string,
  opening: Opening,
  again = password,
): void {
  const problem = newPasswordProblem(password, again, passwordPolicy);
  if (problem === undefined) return;
  const message = inEnglish(problem).replace(/did not conform with policy/, openings[opening]);
  throw new CognitoException("InvalidPasswordException", problem, message);
}

const openings: Record<Opening, string> = {
  "with policy": "did not conform with policy",
  "with password policy": "did not conform with password policy",
  "does not conform to policy": "does not conform to policy",
};

/** The attributes that the pool requires and the user has not. */
export function missingAttributes({ settings }: Accounts, { attributes }: User): string[] {
  return requiredAttributes(settings).filter((name) => attributes[name] === undefined);
}

export interface NewPassword {
  password: string;
  /** Where it had to be typed twice. */
  passwordAgain?: string;
  attributes?: Record<string, string>;
}

/**
 * The answer to NEW_PASSWORD_REQUIRED: a password in place of the temporary one, with the attributes that were missing.
 * An address that is given here has proven nothing, so it stays unverified.
 */
export async function newPassword(
  accounts: Accounts,
  user: User,
  { password, passwordAgain, attributes = {} }: NewPassword,
): Promise<User> {
  const { settings, passwords } = accounts;
  assertValid(attributesProblem(attributes, missingAttributes(accounts, user), settings));
  assertNewPassword(settings, password, "does not conform to policy", passwordAgain);
  const hashed = await passwords.hash(password, user.username);
  return changeUser(accounts, user, ({ temporaryPasswordExpiresAt: _spent, ...stored }) => {
    // Hashing takes a while: another request may have changed the password meanwhile.
    if (!stored.enabled || stored.status !== "FORCE_CHANGE_PASSWORD") {
      throw notAuthorized("sessionExpired");
    }
    const kept = { ...attributes, ...stored.attributes };
    return { ...stored, attributes: kept, password: hashed, status: "CONFIRMED" };
  });
}
