import { randomUUID } from "node:crypto";
import { customMessage } from "../triggers/message-trigger.ts";
import { preSignUp } from "../triggers/sign-up-triggers.ts";
import type { Acting, Caller } from "../triggers/trigger-call.ts";
import { nameShown } from "../users/identifier.ts";
import type { CustomTexts } from "../users/inbox.ts";
import { makeTemporaryPassword, temporaryPasswordEnd } from "../users/temporary-password.ts";
import { newUser, type User } from "../users/user.ts";
import { attributesProblem, isAddressTheName, usernameProblem } from "../users/user-attributes.ts";
import { withVerified } from "../users/user-directory.ts";
import type { Accounts } from "./accounts.ts";
import { withAddress } from "./address-as-name.ts";
import { assertAdded, assertValid, type CognitoException, refusal } from "./exceptions.ts";
import { changeUser, findUser } from "./find-user.ts";
import { messages } from "./messages.ts";
import { assertNewPassword } from "./new-password.ts";
import { splitVerifications } from "./user-attributes.ts";

export interface AdminCreateUser {
  /** The address, in a pool where that is the name. */
  username: string;
  /** As administrators send them: `email_verified` ("true") is one of them. */
  attributes?: Record<string, string>;
  /** One is made up where there is none. */
  temporaryPassword?: string | undefined;
  /** Whether an invitation with the password goes out; default true. */
  isInvited?: boolean;
  /** Takes a verified address away from whoever has it. */
  forceAliasCreation?: boolean;
  caller?: Caller | undefined;
  /** Whether to refuse a password that is made up and goes to nobody; Cognito makes such a user all the same. */
  mustBeTold?: boolean;
}

/** AdminCreateUser: a user who has to choose a password of their own at the first sign-in, and is told by mail. */
export async function adminCreateUser(accounts: Accounts, given: AdminCreateUser): Promise<User> {
  const described = describeNewUser(accounts, given);
  const { username, attributes } = described;
  if (given.mustBeTold) assertIsTold(attributes, given);
  await preSignUp(accounts, {
    source: "PreSignUp_AdminCreateUser",
    username,
    attributes,
    caller: given.caller,
  });
  const chosen = await chooseTemporaryPassword(accounts, given.temporaryPassword, username);
  const user = newUser({
    ...described,
    status: "FORCE_CHANGE_PASSWORD",
    createdAt: new Date(accounts.now()).toISOString(),
    ...chosen.stored,
  });
  const isInvited = given.isInvited ?? true;
  if (accounts.triggers) {
    addUser(accounts, user, given.forceAliasCreation);
    if (isInvited) invite(accounts, user, chosen.password, await invitation(accounts, user, given));
    return user;
  }
  return accounts.inOneWrite(() => {
    addUser(accounts, user, given.forceAliasCreation);
    if (isInvited) invite(accounts, user, chosen.password);
    return user;
  });
}

/** A user who is there at once, with a password of their own; no action of Cognito's, but what tests begin with. */
export async function addConfirmedUser(
  accounts: Accounts,
  { password, ...given }: AdminCreateUser & { password: string },
): Promise<User> {
  const described = describeNewUser(accounts, given);
  assertNewPassword(accounts.settings, password, "with password policy");
  const user = newUser({
    ...described,
    status: "CONFIRMED",
    password: await accounts.passwords.hash(password, described.username),
    createdAt: new Date(accounts.now()).toISOString(),
  });
  addUser(accounts, user);
  return user;
}

/** AdminCreateUser with RESEND: another temporary password for a user who has not chosen one, and another mail. */
export async function resendInvitation(
  accounts: Accounts,
  { username, temporaryPassword, mustBeTold, caller }: Omit<AdminCreateUser, "attributes">,
): Promise<User> {
  const user = findUser(accounts, username);
  assertHasNotChosen(user);
  if (mustBeTold) assertIsTold(user.attributes, { temporaryPassword });
  const chosen = await chooseTemporaryPassword(accounts, temporaryPassword, user.username);
  const texts = await invitation(accounts, user, { caller });
  return accounts.inOneWrite(() => {
    const invited = changeUser(accounts, user, (stored) => {
      // While the password was hashed, the user may have chosen one.
      assertHasNotChosen(stored);
      return { ...stored, ...chosen.stored };
    });
    invite(accounts, invited, chosen.password, texts);
    return invited;
  });
}

function assertIsTold(
  { email }: Record<string, string>,
  { temporaryPassword }: Pick<AdminCreateUser, "temporaryPassword">,
): void {
  if (email || temporaryPassword) return;
  throw refusal("InvalidParameterException", messages.temporaryPasswordMissing);
}

function describeNewUser(
  { settings, users }: Accounts,
  { username, attributes: sent = {} }: AdminCreateUser,
): Pick<User, "username" | "sub" | "attributes" | "emailVerified"> {
  const sub = randomUUID();
  const isAddress = isAddressTheName(settings);
  const { given, isVerified } = splitVerifications(sent);
  const attributes = isAddress ? withAddress(username, given) : given;
  if (!isAddress) assertValid(usernameProblem(username, settings));
  assertValid(attributesProblem(attributes, isAddress ? ["email"] : [], settings));
  if (!isAddress && users.get(username)) throw usernameExists();
  const described = { username: isAddress ? sub : username, sub, attributes };
  const user = newUser({ ...described, status: "UNCONFIRMED", createdAt: "" });
  const hasPhone = attributes.phone_number !== undefined && isVerified.phone_number === true;
  return {
    ...described,
    attributes: withVerified(user, "phone_number", hasPhone).attributes,
    emailVerified: attributes.email !== undefined && isVerified.email === true,
  };
}

function addUser(accounts: Accounts, user: User, isForced = false): void {
  const outcome = accounts.users.add(user, { isForced });
  if (outcome === "username-taken") throw usernameExists();
  assertAdded(outcome, isAddressTheName(accounts.settings));
}

function usernameExists(): CognitoException {
  return refusal("UsernameExistsException", messages.accountExists);
}

function assertHasNotChosen({ username, status }: User): void {
  if (status === "FORCE_CHANGE_PASSWORD") return;
  throw refusal("UnsupportedUserStateException", messages.cannotResend(username));
}

async function chooseTemporaryPassword(
  accounts: Accounts,
  given: string | undefined,
  username: string,
) {
  const { settings, passwords, now } = accounts;
  if (given !== undefined) assertNewPassword(settings, given, "with password policy");
  const password = given ?? makeTemporaryPassword(settings.passwordPolicy);
  const stored = {
    password: await passwords.hash(password, username),
    temporaryPasswordExpiresAt: temporaryPasswordEnd(now(), settings.passwordPolicy),
  };
  return { password, stored };
}

function invitation(accounts: Accounts, user: User, acting: Acting): Promise<CustomTexts> {
  return customMessage(accounts, user, "CustomMessage_AdminCreateUser", acting);
}

function invite(
  { inbox, settings }: Accounts,
  user: User,
  password: string,
  texts?: CustomTexts,
): void {
  const { email, phone_number: phoneNumber } = user.attributes;
  const to = email || phoneNumber;
  if (to) inbox.deliverInvitation(to, nameShown(user, settings), password, texts);
}
