import { AdminRefusal } from "./errors.ts";
import { addProblems, messages } from "./messages.ts";
import { asAdministratorsReadIt, passwordPolicyProblem } from "./password-policy.ts";
import type { Pool } from "./pool.ts";
import { makeTemporaryPassword, temporaryPasswordEnd } from "./temporary-password.ts";
import { newUser, type User } from "./user.ts";
import { asUsername, emailProblem, usernameProblem } from "./user-attributes.ts";

const EXCEPTIONS = {
  "username-taken": "UsernameExistsException",
  "email-taken": "AliasExistsException",
  "pool-full": "LimitExceededException",
};

/**
 * Adds a user who has to choose a password of their own at the first sign-in, and mails the invitation if there is
 * an address. Fields: `username`, and if wanted `email`, `emailVerified` ("true"), `temporaryPassword`.
 */
export async function adminCreateUser(pool: Pool, fields: Record<string, string>): Promise<User> {
  const username = asUsername(fields.username);
  const email = fields.email?.trim() || undefined;
  const temporaryPassword = fields.temporaryPassword || undefined;
  assertValid(usernameProblem(username) ?? (email && emailProblem(email)));
  if (!email && !temporaryPassword) assertValid(messages.temporaryPasswordMissing);
  if (pool.users.get(username)) {
    throw new AdminRefusal("UsernameExistsException", messages.usernameExists);
  }
  const chosen = await choosePassword(pool, temporaryPassword);
  const user = newUser({
    username,
    status: "FORCE_CHANGE_PASSWORD",
    attributes: { ...(email && { email }) },
    emailVerified: email !== undefined && fields.emailVerified === "true",
    createdAt: new Date(pool.now()).toISOString(),
    ...chosen.stored,
  });
  pool.inOneWrite(() => {
    const outcome = pool.users.add(user);
    if (outcome !== "added") throw new AdminRefusal(EXCEPTIONS[outcome], addProblems[outcome]);
    invite(pool, user, chosen.password);
  });
  return user;
}

/** Gives a user who has not chosen a password yet another temporary one, and mails it if there is an address. */
export async function adminResendInvitation(
  pool: Pool,
  user: User,
  fields: Record<string, string>,
): Promise<void> {
  assertHasNotChosen(user);
  const temporaryPassword = fields.temporaryPassword || undefined;
  if (!user.attributes.email && !temporaryPassword) assertValid(messages.temporaryPasswordMissing);
  const chosen = await choosePassword(pool, temporaryPassword);
  pool.inOneWrite(() => {
    pool.users.update(user, (stored) => {
      // While the password was hashed, the user may have chosen one.
      assertHasNotChosen(stored);
      return { ...stored, ...chosen.stored };
    });
    invite(pool, user, chosen.password);
  });
}

function assertHasNotChosen({ status }: User): void {
  if (status === "FORCE_CHANGE_PASSWORD") return;
  const message = `Resend not possible. ${status} is not FORCE_CHANGE_PASSWORD.`;
  throw new AdminRefusal("UnsupportedUserStateException", message);
}

async function choosePassword(pool: Pool, given: string | undefined) {
  const problem = given && passwordPolicyProblem(given);
  if (problem) throw new AdminRefusal("InvalidPasswordException", asAdministratorsReadIt(problem));
  const password = given ?? makeTemporaryPassword();
  const stored = {
    password: await pool.passwords.hash(password),
    temporaryPasswordExpiresAt: temporaryPasswordEnd(pool.now()),
  };
  return { password, stored };
}

function invite(pool: Pool, { username, attributes: { email } }: User, password: string): void {
  if (email) pool.inbox.deliverInvitation(email, username, password);
}

function assertValid(problem: string | undefined): void {
  if (problem) throw new AdminRefusal("InvalidParameterException", problem);
}
