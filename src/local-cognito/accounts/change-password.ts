import type { User } from "../users/user.ts";
import type { Accounts } from "./accounts.ts";
import { attemptLimitExceeded, notAuthorized } from "./exceptions.ts";
import { changeUser } from "./find-user.ts";
import { assertNewPassword } from "./new-password.ts";

/** ChangePassword: for a user who is signed in and knows the old password; tokens stay. */
export async function changePassword(
  accounts: Accounts,
  user: User,
  { previous, proposed }: { previous: string; proposed: string },
): Promise<User> {
  const { limits, passwords, settings } = accounts;
  assertNewPassword(settings, proposed, "does not conform to policy");
  if (!limits.changePassword.spend(user.sub)) throw attemptLimitExceeded();
  if (!(await passwords.verify(previous, user.password))) {
    throw notAuthorized("incorrectUsernameOrPassword");
  }
  const password = await passwords.hash(proposed, user.username);
  return changeUser(accounts, user, (stored) => {
    // Two changes at once: the one that comes second knows the old password no longer.
    if (stored.password?.hash !== user.password?.hash) {
      throw notAuthorized("incorrectUsernameOrPassword");
    }
    return { ...stored, password };
  });
}
