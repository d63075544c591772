import { AdminRefusal } from "../errors.ts";
import { makeTotpSecret } from "../users/totp.ts";
import type { AdminAction } from "./admin-actions.ts";
import { adminMessages } from "./admin-messages.ts";

/**
 * Gives the user an authenticator app, in place of the one before. Cognito's hosted pages offer none where MFA is
 * optional: there an app of one's own calls AssociateSoftwareToken and VerifySoftwareToken for its user.
 */
export const adminSetUpAuthenticatorApp: AdminAction = async (pool, user) => {
  if (pool.settings.mfa === "OFF") {
    throw new AdminRefusal("SoftwareTokenMFANotFoundException", adminMessages.totpOff);
  }
  if (user.status === "EXTERNAL_PROVIDER") {
    throw new AdminRefusal("InvalidParameterException", adminMessages.noMfaForFederatedUsers);
  }
  const secret = await makeTotpSecret();
  const addedAt = new Date(pool.now()).toISOString();
  pool.users.update(user, (stored) => ({
    ...stored,
    authenticatorApp: { secret, addedAt, lastStep: 0 },
  }));
};

/** Takes the user's authenticator app away; where MFA is required, the next sign-in sets one up. */
export const adminRemoveAuthenticatorApp: AdminAction = (pool, user) => {
  pool.users.update(user, ({ authenticatorApp: _gone, ...stored }) => stored);
};
