import {
  adminConfirmSignUp as confirm,
  deleteUser,
  adminDisableUser as disable,
  adminEnableUser as enable,
  globalSignOut,
  adminSetUserPassword as setPassword,
} from "../../accounts/admin-actions.ts";
import { adminCreateUser as create, resendInvitation } from "../../accounts/admin-create-user.ts";
import { adminResetUserPassword as reset } from "../../accounts/password-recovery.ts";
import {
  adminDeleteUserAttributes as removeAttributes,
  adminUpdateUserAttributes as updateAttributes,
} from "../../accounts/user-attributes.ts";
import { attributesIn } from "../attributes.ts";
import type { Context } from "../context.ts";
import { ApiException } from "../exceptions.ts";
import { assertPool, type OfUser, userIn } from "../named.ts";
import {
  type Attribute,
  accountOf,
  attributesOf,
  describeUser,
  factorsOf,
} from "../user-descriptions.ts";

interface AdminCreateUser extends OfUser {
  UserAttributes?: Attribute[];
  TemporaryPassword?: string;
  MessageAction?: "SUPPRESS" | "RESEND";
  DesiredDeliveryMediums?: ("SMS" | "EMAIL")[];
  ForceAliasCreation?: boolean;
}

const byMail =
  "The invitation goes by mail here. Cognito sends one only where DesiredDeliveryMediums has EMAIL; without it, a text message.";

export async function adminCreateUser(
  { pool, accounts, caller, remarks }: Context,
  input: AdminCreateUser,
): Promise<object> {
  assertPool(pool, input.UserPoolId);
  const isInvited = input.MessageAction !== "SUPPRESS";
  if (isInvited && !input.DesiredDeliveryMediums?.includes("EMAIL")) remarks.push(byMail);
  const { Username: username, TemporaryPassword: temporaryPassword } = input;
  const user =
    input.MessageAction === "RESEND"
      ? await resendInvitation(accounts, { username, temporaryPassword, caller })
      : await create(accounts, {
          username,
          attributes: attributesIn(input.UserAttributes),
          temporaryPassword,
          isInvited,
          caller,
          forceAliasCreation: input.ForceAliasCreation ?? false,
        });
  return { User: describeUser(user) };
}

export function adminGetUser({ pool }: Context, input: OfUser): object {
  const user = userIn(pool, input);
  return { ...accountOf(user), UserAttributes: attributesOf(user), ...factorsOf(user) };
}

export function adminDeleteUser({ pool, accounts }: Context, input: OfUser): undefined {
  deleteUser(accounts, userIn(pool, input));
}

export async function adminSetUserPassword(
  { pool, accounts }: Context,
  input: OfUser & { Password: string; Permanent?: boolean },
): Promise<object> {
  const { Password: password, Permanent: isPermanent = false } = input;
  await setPassword(accounts, userIn(pool, input), { password, isPermanent });
  return {};
}

export async function adminUpdateUserAttributes(
  { pool, accounts, caller }: Context,
  input: OfUser & { UserAttributes: Attribute[] },
): Promise<object> {
  const attributes = attributesIn(input.UserAttributes);
  await updateAttributes(accounts, userIn(pool, input), attributes, caller);
  return {};
}

export function adminDeleteUserAttributes(
  { pool, accounts }: Context,
  input: OfUser & { UserAttributeNames: string[] },
): object {
  removeAttributes(accounts, userIn(pool, input), input.UserAttributeNames);
  return {};
}

export async function adminConfirmSignUp(
  { pool, accounts, caller }: Context,
  input: OfUser,
): Promise<object> {
  await confirm(accounts, userIn(pool, input), { caller });
  return {};
}

export function adminDisableUser({ pool, accounts }: Context, input: OfUser): object {
  disable(accounts, userIn(pool, input));
  return {};
}

export function adminEnableUser({ pool, accounts }: Context, input: OfUser): object {
  enable(accounts, userIn(pool, input));
  return {};
}

export async function adminResetUserPassword(
  { pool, accounts, caller }: Context,
  input: OfUser,
): Promise<object> {
  await reset(accounts, userIn(pool, input), { caller });
  return {};
}

export function adminUserGlobalSignOut({ pool, accounts }: Context, input: OfUser): object {
  globalSignOut(accounts, userIn(pool, input));
  return {};
}

/** Only pools with threat protection keep these, and this one has none. */
export function adminListUserAuthEvents({ pool }: Context, input: OfUser): never {
  userIn(pool, input);
  throw new ApiException("UserPoolAddOnNotEnabledException", "User pool add-ons not enabled.");
}
