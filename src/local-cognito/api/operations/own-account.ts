import {
  globalSignOut as endTokens,
  deleteUser as removeUser,
} from "../../accounts/admin-actions.ts";
import { changePassword as change } from "../../accounts/change-password.ts";
import {
  deleteUserAttributes as remove,
  getUserAttributeVerificationCode as sendCode,
  updateUserAttributes as update,
  verifyUserAttribute as verify,
} from "../../accounts/user-attributes.ts";
import { holderOf } from "../access-token.ts";
import { attributesIn, detailsOf } from "../attributes.ts";
import type { Context } from "../context.ts";
import { type Attribute, attributesOf, factorsOf } from "../user-descriptions.ts";

/** What a user may do who is signed in; the access token says who it is. */
interface ByToken {
  AccessToken: string;
}

export async function getUser(context: Context, input: ByToken): Promise<object> {
  const { user, client } = await holderOf(context, input);
  const { readAttributes } = client;
  const isReadable = ({ Name }: Attribute) =>
    Name === "sub" || !readAttributes || readAttributes.includes(Name);
  return {
    Username: user.username,
    UserAttributes: attributesOf(user).filter(isReadable),
    ...factorsOf(user),
  };
}

export async function updateUserAttributes(
  context: Context,
  input: ByToken & { UserAttributes: Attribute[] },
): Promise<object> {
  const { user, client } = await holderOf(context, input);
  const attributes = attributesIn(input.UserAttributes);
  const { accounts, caller } = context;
  const { deliveries } = await update(accounts, client, user, attributes, caller);
  return { CodeDeliveryDetailsList: deliveries.map(detailsOf) };
}

export async function deleteUserAttributes(
  context: Context,
  input: ByToken & { UserAttributeNames: string[] },
): Promise<object> {
  const { user, client } = await holderOf(context, input);
  remove(context.accounts, client, user, input.UserAttributeNames);
  return {};
}

export async function getUserAttributeVerificationCode(
  context: Context,
  input: ByToken & { AttributeName: string },
): Promise<object> {
  const { user, client } = await holderOf(context, input);
  const { accounts, caller } = context;
  const delivery = await sendCode(accounts, user, input.AttributeName, { client, caller });
  return { CodeDeliveryDetails: detailsOf(delivery) };
}

export async function verifyUserAttribute(
  context: Context,
  input: ByToken & { AttributeName: string; Code: string },
): Promise<object> {
  const { user } = await holderOf(context, input);
  verify(context.accounts, user, { attribute: input.AttributeName, code: input.Code });
  return {};
}

export async function changePassword(
  context: Context,
  input: ByToken & { PreviousPassword?: string; ProposedPassword: string },
): Promise<object> {
  const { user } = await holderOf(context, input);
  const { PreviousPassword: previous = "", ProposedPassword: proposed } = input;
  await change(context.accounts, user, { previous, proposed });
  return {};
}

export async function globalSignOut(context: Context, input: ByToken): Promise<object> {
  const { user } = await holderOf(context, input);
  endTokens(context.accounts, user);
  return {};
}

export async function deleteUser(context: Context, input: ByToken): Promise<undefined> {
  const { user } = await holderOf(context, input);
  removeUser(context.accounts, user);
}
