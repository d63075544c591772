import { randomUUID } from "node:crypto";
import type { AppClient } from "../pool/clients.ts";
import { customMessage } from "../triggers/message-trigger.ts";
import { postConfirmation, preSignUp, type SignUpDecision } from "../triggers/sign-up-triggers.ts";
import type { Caller } from "../triggers/trigger-call.ts";
import type { CustomTexts } from "../users/inbox.ts";
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
  caller?: Caller | undefined;
  /** The address, in a pool where that is the name. */
  username: string;
  password: string;
  attributes: Record<string, string>;
  /** What has to be among them, beside what the pool requires. */
  required?: string[];
  /** What else is kept of the new user, in the same step. */
  andKeep?: (user: User) => void;
}

/**
 * SignUp: an unconfirmed user, and a code on its way to whatever address they have; or a user whom PreSignUp has confirmed,
 * and no code.
 */
export async function signUp(
  accounts: Accounts,
  { client, caller, username, password, attributes: given, required = [], andKeep }: SignUp,
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
  const name = isAddress ? sub : username;
  const acting = { client, caller };
  const decision = await preSignUp(accounts, {
    source: "PreSignUp_SignUp",
    username: name,
    attributes,
    ...acting,
  });
  const confirmationCode = makeConfirmationCode(accounts.now());
  const described = newUser({
    username: name,
    sub,
    status: "UNCONFIRMED",
    attributes,
    confirmationCode,
    password: await accounts.passwords.hash(password, name),
    createdAt: new Date(accounts.now()).toISOString(),
  });
  const user = asDecided(described, decision);
  const add = () => {
    assertAdded(users.add(user, { isForced: decision.autoVerifyEmail }), isAddress);
    andKeep?.(user);
  };
  const { code } = confirmationCode;
  const tell = (texts?: CustomTexts) => deliverCode(accounts, { user, client, code, texts });
  if (user.status === "CONFIRMED") {
    accounts.inOneWrite(add);
    await postConfirmation(accounts, user, "PostConfirmation_ConfirmSignUp", acting);
    return { user, delivery: undefined };
  }
  if (!accounts.triggers) {
    const delivery = accounts.inOneWrite(() => {
      add();
      return tell();
    });
    return { user, delivery };
  }
  accounts.inOneWrite(add);
  const texts = await customMessage(accounts, user, "CustomMessage_SignUp", acting);
  return { user, delivery: tell(texts) };
}

/** The new user as PreSignUp wants them to begin. */
function asDecided(
  user: User,
  { autoConfirmUser, autoVerifyEmail, autoVerifyPhone }: SignUpDecision,
): User {
  const { confirmationCode: _unneeded, ...withoutCode } = user;
  return {
    ...(autoConfirmUser ? { ...withoutCode, status: "CONFIRMED" as const } : user),
    emailVerified: autoVerifyEmail,
    attributes: {
      ...user.attributes,
      ...(autoVerifyPhone && { phone_number_verified: "true" }),
    },
  };
}

export interface ConfirmSignUp {
  client: AppClient;
  caller?: Caller | undefined;
  username: string;
  code: string;
  /** Takes the address away from another user who has verified it. */
  forceAliasCreation?: boolean;
}

/**
 * ConfirmSignUp: with the right code the user is confirmed, and so is the address that it went to. Throws what
 * PostConfirmation says as well, after which the user is confirmed all the same.
 */
export async function confirmSignUp(
  accounts: Accounts,
  { client, caller, username, code, forceAliasCreation = false }: ConfirmSignUp,
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
  const changed = changeUser(accounts, user, confirmed, { isForced: forceAliasCreation });
  const acting = { client, caller };
  await postConfirmation(accounts, changed, "PostConfirmation_ConfirmSignUp", acting);
  return changed;
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
  { client, caller, username }: { client: AppClient; caller?: Caller; username: string },
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
  return (await sendConfirmationCode(accounts, user, client, caller)) ?? pretended;
}

/** Gives the user a new code and delivers it; the one before stops working. */
async function sendConfirmationCode(
  accounts: Accounts,
  user: User,
  client: AppClient,
  caller: Caller | undefined,
): Promise<CodeDelivery | undefined> {
  const confirmationCode = makeConfirmationCode(accounts.now());
  const { code } = confirmationCode;
  const acting = { client, caller };
  const texts = await customMessage(accounts, user, "CustomMessage_ResendCode", acting);
  return accounts.inOneWrite(() => {
    changeUser(accounts, user, (stored) => ({ ...stored, confirmationCode }));
    return deliverCode(accounts, { user, client, code, texts });
  });
}
