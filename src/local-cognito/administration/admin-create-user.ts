import { randomUUID } from "node:crypto";
import { AdminRefusal } from "../errors.ts";
import { addProblems, inEnglish, type Message } from "../messages.ts";
import type { Pool } from "../pool.ts";
import { nameShown } from "../users/identifier.ts";
import { asAdministratorsReadIt, passwordPolicyProblem } from "../users/password-policy.ts";
import { isStandardAttribute } from "../users/standard-attributes.ts";
import { makeTemporaryPassword, temporaryPasswordEnd } from "../users/temporary-password.ts";
import { newUser, type User } from "../users/user.ts";
import {
  asUsername,
  attributesIn,
  attributesProblem,
  usernameProblem,
} from "../users/user-attributes.ts";
import { adminMessages } from "./admin-messages.ts";

const exceptions = {
  "username-taken": "UsernameExistsException",
  "email-taken": "AliasExistsException",
  "pool-full": "LimitExceededException",
};

/**
 * Adds a user who has to choose a password of their own at the first sign-in, and mails the invitation if there is
 * an address. Fields: `username` (the address, where that is the name), and if wanted `email` and any other attribute
 * by its name, `emailVerified` ("true"), `temporaryPassword`.
 */
export async function adminCreateUser(pool: Pool, fields: Record<string, string>): Promise<User> {
  const given = describeNewUser(pool, fields);
  const { email } = given.attributes;
  const temporaryPassword = fields.temporaryPassword || undefined;
  if (!email && !temporaryPassword) throw temporaryPasswordMissing();
  if (pool.users.get(given.username)) {
    throw new AdminRefusal("UsernameExistsException", inEnglish("usernameExists"));
  }
  const chosen = await choosePassword(pool, temporaryPassword, given.username);
  const user = newUser({
    ...given,
    status: "FORCE_CHANGE_PASSWORD",
    createdAt: new Date(pool.now()).toISOString(),
    ...chosen.stored,
  });
  pool.inOneWrite(() => {
    addUser(pool, user);
    invite(pool, user, chosen.password);
  });
  return user;
}

/** What the fields say of a new user; throws AdminRefusal where Cognito would refuse it. */
export function describeNewUser(
  { settings }: Pool,
  fields: Record<string, string>,
): Pick<User, "username" | "sub" | "attributes" | "emailVerified"> {
  const sub = randomUUID();
  const typedName = asUsername(fields.username);
  const isAddress = settings.signInWith === "email";
  const names = Object.keys(fields).filter(
    (name) => isStandardAttribute(name) || name.startsWith("custom:"),
  );
  const given = attributesIn(fields, names);
  const attributes: Record<string, string> = {
    ...(isAddress && { email: typedName }),
    ...given,
  };
  if (!isAddress) assertValid(usernameProblem(typedName, settings));
  assertValid(attributesProblem(attributes, [], settings));
  if (fields.phone_number_verified === "true") attributes.phone_number_verified = "true";
  return {
    username: isAddress ? sub : typedName,
    sub,
    attributes,
    emailVerified:
      attributes.email !== undefined && (fields.emailVerified ?? fields.email_verified) === "true",
  };
}

/** Puts the user into the pool; throws AdminRefusal where there is no place for another one of that name. */
export function addUser(pool: Pool, user: User): void {
  const outcome = pool.users.add(user);
  if (outcome === "added") return;
  throw new AdminRefusal(exceptions[outcome], inEnglish(addProblems[outcome]));
}

/** Gives a user who has not chosen a password yet another temporary one, and mails it if there is an address. */
export async function adminResendInvitation(
  pool: Pool,
  user: User,
  fields: Record<string, string>,
): Promise<void> {
  assertHasNotChosen(user);
  const temporaryPassword = fields.temporaryPassword || undefined;
  if (!user.attributes.email && !temporaryPassword) throw temporaryPasswordMissing();
  const chosen = await choosePassword(pool, temporaryPassword, user.username);
  pool.inOneWrite(() => {
    pool.users.update(user, (stored) => {
      // While the password was hashed, the user may have chosen one.
      assertHasNotChosen(stored);
      return { ...stored, ...chosen.stored };
    });
    invite(pool, user, chosen.password);
  });
}

/** Throws AdminRefusal for a password that breaks the policy. */
export function assertPasswordConforms({ settings }: Pool, password: string): void {
  const problem = passwordPolicyProblem(password, settings.passwordPolicy);
  if (problem) throw new AdminRefusal("InvalidPasswordException", asAdministratorsReadIt(problem));
}

function assertHasNotChosen({ status }: User): void {
  if (status === "FORCE_CHANGE_PASSWORD") return;
  const message = `Resend not possible. ${status} is not FORCE_CHANGE_PASSWORD.`;
  throw new AdminRefusal("UnsupportedUserStateException", message);
}

async function choosePassword(pool: Pool, given: string | undefined, username: string) {
  const policy = pool.settings.passwordPolicy;
  if (given !== undefined) assertPasswordConforms(pool, given);
  const password = given ?? makeTemporaryPassword(policy);
  const stored = {
    password: await pool.passwords.hash(password, username),
    temporaryPasswordExpiresAt: temporaryPasswordEnd(pool.now(), policy),
  };
  return { password, stored };
}

function invite(pool: Pool, user: User, password: string): void {
  const { email } = user.attributes;
  if (email) pool.inbox.deliverInvitation(email, nameShown(user, pool.settings), password);
}

function assertValid(problem: Message | undefined): void {
  if (problem) throw new AdminRefusal("InvalidParameterException", inEnglish(problem));
}

function temporaryPasswordMissing(): AdminRefusal {
  return new AdminRefusal("InvalidParameterException", adminMessages.temporaryPasswordMissing);
}
