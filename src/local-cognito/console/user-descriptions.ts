import { hasSecondFactor, type User } from "../users/user.ts";
import type { Console } from "./console.ts";

/** A user as the list shows them. */
export function summaryOf(user: User) {
  return {
    username: user.username,
    sub: user.sub,
    email: user.attributes.email,
    emailVerified: user.emailVerified,
    status: user.status,
    enabled: user.enabled,
    createdAt: user.createdAt,
  };
}

/** Everything about a user but what is secret. */
export function detailsOf(pool: Console, user: User) {
  const end = user.temporaryPasswordExpiresAt;
  const app = user.authenticatorApp;
  return {
    ...summaryOf(user),
    attributes: user.attributes,
    groups: user.groups,
    ...(end !== undefined && { temporaryPasswordExpiresAt: new Date(end).toISOString() }),
    ...(app && {
      authenticatorApp: {
        deviceName: app.deviceName,
        addedAt: app.addedAt,
        isOn: hasSecondFactor(user),
      },
    }),
    ...(user.pendingAppSecret !== undefined && { isSettingUpApp: true }),
    ...(user.identity && { identities: [user.identity] }),
    signIns: pool.signIns.list(user.sub),
  };
}

/** The address of the user's page; by `sub` where the name would be taken for a way up in the address. */
export function addressOf({ username, sub }: User): string {
  const name = /^\.{1,2}$/.test(username) ? sub : encodeURIComponent(username);
  return `/_local/users/${name}`;
}
