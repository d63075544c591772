import { assumptions } from "../assumptions.ts";
import { AdminRefusal } from "../errors.ts";
import { inEnglish } from "../messages.ts";
import type { Pool } from "../pool.ts";
import { canRecover, makeRecoveryCode } from "../users/password-recovery.ts";
import type { User } from "../users/user.ts";
import { groupProblem } from "../users/user-attributes.ts";
import { adminMessages } from "./admin-messages.ts";

/** What an administrator can do with a user, named as in Cognito's API; throws AdminRefusal where Cognito would refuse. */
export type AdminAction = (
  pool: Pool,
  user: User,
  fields: Record<string, string>,
) => void | Promise<void>;

const mostGroups = 100;

/** Confirms a user who has signed up, without a code: the address stays unverified. */
export const adminConfirmSignUp: AdminAction = (pool, user) => {
  if (user.status !== "UNCONFIRMED") {
    const message = `User cannot be confirmed. Current status is ${user.status}`;
    throw new AdminRefusal("NotAuthorizedException", message);
  }
  pool.users.update(user, ({ confirmationCode: _unused, ...stored }) => ({
    ...stored,
    status: "CONFIRMED",
  }));
};

/** Lets the user neither sign in nor refresh, and ends every token for good. */
export const adminDisableUser: AdminAction = (pool, user) => {
  pool.inOneWrite(() => {
    pool.users.update(user, (stored) => ({ ...stored, enabled: false }));
    pool.refreshTokens.revokeAllOf(user);
  });
};

export const adminEnableUser: AdminAction = (pool, user) => {
  pool.users.update(user, (stored) => ({ ...stored, enabled: true }));
};

/** Mails a code, without which and a new password the user cannot sign in any more. */
export const adminResetUserPassword: AdminAction = (pool, user) => {
  if (!user.enabled) throw new AdminRefusal("NotAuthorizedException", inEnglish("disabled"));
  if (!["CONFIRMED", "RESET_REQUIRED"].includes(user.status)) {
    throw new AdminRefusal("NotAuthorizedException", adminMessages.passwordCannotBeReset);
  }
  if (!canRecover(user)) {
    throw new AdminRefusal("InvalidParameterException", adminMessages.noVerifiedAddress);
  }
  pool.inOneWrite(() => {
    pool.users.update(user, (stored) => ({ ...stored, status: "RESET_REQUIRED" }));
    makeRecoveryCode(pool, user.username, user);
    if (!assumptions.tokensOutliveReset) pool.refreshTokens.revokeAllOf(user);
  });
};

/** Ends every refresh and access token; the browser's session at the sign-in page goes on, as in Cognito. */
export const adminUserGlobalSignOut: AdminAction = (pool, user) => {
  pool.refreshTokens.revokeAllOf(user);
};

/** Removes the user and what is known of them; sessions, codes and tokens belong to the `sub` and die with it. */
export function adminDeleteUser(pool: Pool, user: User): void {
  pool.inOneWrite(() => {
    pool.users.remove(user);
    pool.signIns.forget(user);
    pool.recoveryCodes.remove(pool.users.keyOf(user.username));
  });
}

/** Puts the user into a group: one of the pool's, or any while the pool has none; the next tokens name it. */
export const adminAddUserToGroup: AdminAction = (pool, user, { group = "" }) => {
  assertGroup(pool, group);
  if (user.groups.length >= mostGroups) {
    throw new AdminRefusal("LimitExceededException", adminMessages.tooManyGroups);
  }
  pool.users.update(user, (stored) => ({
    ...stored,
    groups: [...new Set([...stored.groups, group])].sort(),
  }));
};

export const adminRemoveUserFromGroup: AdminAction = (pool, user, { group }) => {
  pool.users.update(user, (stored) => ({
    ...stored,
    groups: stored.groups.filter((name) => name !== group),
  }));
};

/** Throws AdminRefusal unless users can be put into a group of that name. */
export function assertGroup({ settings: { groups } }: Pool, group: string): void {
  const problem = groupProblem(group);
  if (problem) throw new AdminRefusal("InvalidParameterException", problem);
  if (groups.length > 0 && !groups.some(({ name }) => name === group)) {
    throw new AdminRefusal("ResourceNotFoundException", adminMessages.groupNotFound);
  }
}
