import { randomUUID } from "node:crypto";
import type { AppClient } from "../pool/clients.ts";
import { newUser, type User } from "../users/user.ts";
import {
  attributesProblem,
  isAddressTheName,
  requiredAttributes,
  usernameProblem,
} from "../users/user-attributes.ts";
import type { Accounts } from "./accounts.ts";
import { withAddress } from "./address-as-name.ts";
import { byEmail, type CodeDelivery, deliverCode } from "./code-delivery.ts";
import { assertCode, makeConfirmationCode } from "./confirmation-code.ts";
import {
  assertAdded,
  assertValid,
  attemptLimitExceeded,
  CognitoException,
  invalidParameter,
  nameNotFound,
  notAuthorized,
  refusal,
} from "./exceptions.ts";
import { changeUser } from "./find-user.ts";
import { messages } from "./messages.ts";
import { assertNewPassword } from "./new-password.ts";
import { assertWritable } from "./user-attributes.ts";

export interface SignUp {
  client: AppClient;
  /** The address, in a pool where that is the name. */
  username: string;
  password: string;
  attributes: Record<string, string>;
  /** What has to be among them, beside what the pool requires. */
  required?: string[];
  /** What else is kept of the new user, in the same step. */
  andKeep?: (user: User) => void;
}

/** SignUp: an unconfirmed user, and a code on its way to whatever address they have. */
export async function signUp(
  accounts: Accounts,
  { client, username, password, attributes: given, required = [], andKeep }: SignUp,
): Promise<{ user: User; delivery: CodeDelivery | undefined }> {
  const { settings, users } = accounts;
  if (!settings.allowsSignUp) throw notAuthorized("signUpRefusedExplanation");
  const isAddress = isAddressTheName(settings);
  const attributes = isAddress ? withAddress(username, given) : given;
  if (!isAddress) assertValid(usernameProblem(username, settings));
  assertWritable(client, Object.keys(given), settings);
  const needed = [...required, ...requiredAttributes(settings)];
  assertValid(attributesProblem(attributes, needed, settings));
  assertNewPassword(settings, password, "with policy");
  if (isAddress && users.find(username)) assertAdded("email-taken", true);
  if (!isAddress && users.get(username)) assertAdded("username-taken", false);
  const sub = randomUUID();
  const confirmationCode = makeConfirmationCode(accounts.now());
  const name = isAddress ? sub : username;
  const user = newUser({
    username: name,
    sub,
    status: "UNCONFIRMED",
    attributes,
    confirmationCode,
    password: await accounts.passwords.hash(password, name),
    createdAt: new Date(accounts.now()).toISOString(),
  });
  const delivery = accounts.inOneWrite(() => {
    assertAdded(users.add(user), isAddress);
    andKeep?.(user);
    return deliverCode(accounts, user, confirmationCode.code);
  });
  return { user, delivery };
}

export interface ConfirmSignUp {
  client: AppClient;
  username: string;
  code: string;
  /** Takes the address away from another user who has verified it. */
  forceAliasCreation?: boolean;
}

/** ConfirmSignUp: with the right code the user is confirmed, and so is the address that it went to. */
export async function confirmSignUp(
  accounts: Accounts,
  { client, username, code, forceAliasCreation = false }: ConfirmSignUp,
): Promise<User> {
  const { users, limits } = accounts;
  const user = users.find(username);
  if (!user) throw client.hidesUserExistence ? expiredForNobody() : nameNotFound();
  if (user.status !== "UNCONFIRMED") {
    throw refusal("NotAuthorizedException", messages.cannotBeConfirmed(user.status));
  }
  if (!limits.confirm.spend(users.keyOf(user.username))) throw attemptLimitExceeded();
  if (!user.enabled) throw notAuthorized("disabled");
  assertCode(code, user.confirmationCode, accounts.now());
  return changeUser(accounts, user, confirmed, { isForced: forceAliasCreation });
}

function confirmed({ confirmationCode: _spent, ...user }: User): User {
  if (user.attributes.email) return { ...user, status: "CONFIRMED", emailVerified: true };
  const attributes = { ...user.attributes, phone_number_verified: "true" };
  return { ...user, status: "CONFIRMED", ...(user.attributes.phone_number && { attributes }) };
}

function expiredForNobody(): CognitoException {
  return new CognitoException("ExpiredCodeException", "codeExpired");
}

/** ResendConfirmationCode: a new code, after which the earlier one no longer works. */
export async function resendConfirmationCode(
  accounts: Accounts,
  { client, username }: { client: AppClient; username: string },
): Promise<CodeDelivery> {
  const { users, limits, simulatedDestination } = accounts;
  const user = users.find(username);
  const pretended = byEmail(simulatedDestination(users.keyOf(username)));
  if (!limits.resend.spend(users.keyOf(user?.username ?? username))) throw attemptLimitExceeded();
  if (!user && !client.hidesUserExistence) throw nameNotFound();
  if (!user || (!user.enabled && client.hidesUserExistence)) return pretended;
  if (user.status !== "UNCONFIRMED") {
    throw invalidParameter({ english: messages.alreadyConfirmed });
  }
  return sendConfirmationCode(accounts, user) ?? pretended;
}

/** Gives the user a new code and delivers it; the one before stops working. */
function sendConfirmationCode(accounts: Accounts, user: User): CodeDelivery | undefined {
  const confirmationCode = makeConfirmationCode(accounts.now());
  return accounts.inOneWrite(() => {
    changeUser(accounts, user, (stored) => ({ ...stored, confirmationCode }));
    return deliverCode(accounts, user, confirmationCode.code);
  });
}
