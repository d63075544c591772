import { postConfirmation } from "../triggers/sign-up-triggers.ts";
import type { Acting } from "../triggers/trigger-call.ts";
import { temporaryPasswordEnd } from "../users/temporary-password.ts";
import type { User } from "../users/user.ts";
import type { Accounts } from "./accounts.ts";
import { refusal } from "./exceptions.ts";
import { changeUser } from "./find-user.ts";
import { messages } from "./messages.ts";
import { assertNewPassword } from "./new-password.ts";

/** AdminConfirmSignUp: confirms a user who has signed up, without a code: the address stays unverified. */
export async function adminConfirmSignUp(
  accounts: Accounts,
  user: User,
  acting: Acting = {},
): Promise<User> {
  if (user.status !== "UNCONFIRMED") {
    throw refusal("NotAuthorizedException", messages.cannotBeConfirmed(user.status));
  }
  const confirmed = changeUser(accounts, user, ({ confirmationCode: _unused, ...stored }) => ({
    ...stored,
    status: "CONFIRMED",
  }));
  await postConfirmation(accounts, confirmed, "PostConfirmation_ConfirmSignUp", acting);
  return confirmed;
}

/** AdminDisableUser: lets the user neither sign in nor refresh, and ends every token for good. */
export function adminDisableUser(accounts: Accounts, user: User): User {
  return accounts.inOneWrite(() => {
    accounts.refreshTokens.revokeAllOf(user);
    return changeUser(accounts, user, (stored) => ({ ...stored, enabled: false }));
  });
}

export function adminEnableUser(accounts: Accounts, user: User): User {
  return changeUser(accounts, user, (stored) => ({ ...stored, enabled: true }));
}

/**
 * AdminSetUserPassword: a password of the user's own, or a temporary one that has to be replaced at the next sign-in.
 * Verifies nothing, and makes a user of the pool's own out of somebody who comes in through a provider.
 */
export async function adminSetUserPassword(
  accounts: Accounts,
  user: User,
  { password, isPermanent }: { password: string; isPermanent: boolean },
): Promise<User> {
  const { settings, passwords, now } = accounts;
  assertNewPassword(settings, password, "with password policy");
  const hashed = await passwords.hash(password, user.username);
  return changeUser(accounts, user, (stored) => {
    const { temporaryPasswordExpiresAt: _before, confirmationCode: _unused, ...kept } = stored;
    if (isPermanent) return { ...kept, password: hashed, status: "CONFIRMED" };
    const temporaryPasswordExpiresAt = temporaryPasswordEnd(now(), settings.passwordPolicy);
    return {
      ...kept,
      password: hashed,
      status: "FORCE_CHANGE_PASSWORD",
      temporaryPasswordExpiresAt,
    };
  });
}

/**
 * AdminUserGlobalSignOut and GlobalSignOut: ends every refresh and access token; the browser's session at the sign-in
 * page goes on, as in Cognito.
 */
export function globalSignOut({ refreshTokens }: Accounts, user: User): void {
  refreshTokens.revokeAllOf(user);
}

/**
 * AdminDeleteUser and DeleteUser: removes the user and what is known of them; sessions, codes and tokens belong to the
 * `sub` and die with it.
 */
export function deleteUser(accounts: Accounts, user: User): void {
  const { users, signIns, recoveryCodes, refreshTokens, inOneWrite } = accounts;
  inOneWrite(() => {
    users.remove(user);
    signIns.forget(user);
    recoveryCodes.remove(users.keyOf(user.username));
    refreshTokens.revokeAllOf(user);
  });
}
