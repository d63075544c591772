import { assumptions } from "../assumptions.ts";
import { isSameSecret } from "../constant-time.ts";
import type { AppClient } from "../pool/clients.ts";
import { customMessage } from "../triggers/message-trigger.ts";
import { postConfirmation } from "../triggers/sign-up-triggers.ts";
import type { Acting, Caller } from "../triggers/trigger-call.ts";
import type { CustomTexts } from "../users/inbox.ts";
import { keyOf, maskEmail, type User } from "../users/user.ts";
import { isEmailLike } from "../users/user-attributes.ts";
import type { Accounts } from "./accounts.ts";
import { byEmail, bySms, type CodeDelivery } from "./code-delivery.ts";
import { asTypedCode, codeExpired, codeMismatch, sixDigits } from "./confirmation-code.ts";
import {
  attemptLimitExceeded,
  because,
  CognitoException,
  nameNotFound,
  notAuthorized,
  refusal,
} from "./exceptions.ts";
import { changeUser } from "./find-user.ts";
import { messages } from "./messages.ts";
import { migrateForRecovery } from "./migration.ts";
import { assertNewPassword } from "./new-password.ts";

export const recoveryCodeLifetimeMs = 60 * 60 * 1000;

export interface ForgotPassword {
  client: AppClient;
  caller?: Caller | undefined;
  /** As it was typed: nobody need have that name. */
  username: string;
  /** Of somebody to whom no code can go: default is what the client is set to. */
  whoeverCannotRecover?: "refuse" | "pretend";
  /** What else is kept of it, in the same step. */
  andKeep?: (recovery: Recovery) => void;
}

export interface Recovery {
  delivery: CodeDelivery;
  /** Milliseconds. */
  codeExpiresAt: number;
}

/**
 * ForgotPassword: sends a code to whoever has this name. A name that does not exist gets the same answer for the same
 * work, mail apart, unless the client is set to tell.
 */
export async function forgotPassword(
  accounts: Accounts,
  { client, caller, username, whoeverCannotRecover = usualAnswer(client), andKeep }: ForgotPassword,
): Promise<Recovery> {
  const { users, limits, now, inOneWrite } = accounts;
  if (!limits.recovery.spendTypedName(users.keyOf(username))) throw attemptLimitExceeded();
  const acting = { client, caller };
  const user = users.find(username) ?? (await migrateForRecovery(accounts, username, acting));
  if (!user && !client.hidesUserExistence) throw nameNotFound();
  if (user && whoeverCannotRecover === "refuse") assertCanRecover(accounts, user, client);
  const mayHaveCode = limits.recovery.spendAccount(accountOf(accounts, username, user));
  const delivery = deliveryOf(accounts, username, user);
  const recovery = { delivery, codeExpiresAt: now() + recoveryCodeLifetimeMs };
  const texts = mayHaveCode ? await recoveryTexts(accounts, user, acting) : {};
  inOneWrite(() => {
    if (mayHaveCode) makeRecoveryCode(accounts, username, user, texts);
    andKeep?.(recovery);
  });
  return recovery;
}

/** The same for a user whose password was reset: the code that is under way, or a new one. */
export async function continueRecovery(
  accounts: Accounts,
  { client, caller, user, andKeep }: { user: User } & Omit<ForgotPassword, "username">,
): Promise<Recovery> {
  const { username } = user;
  const underWay = accounts.recoveryCodes.find(accountOf(accounts, username, user));
  if (!underWay) {
    return forgotPassword(accounts, { client, caller, username, ...(andKeep && { andKeep }) });
  }
  const delivery = deliveryOf(accounts, username, user);
  const recovery = { delivery, codeExpiresAt: underWay.expiresAt };
  andKeep?.(recovery);
  return recovery;
}

/** Makes a code, in place of the one before, and sends it if somebody is there who may use it. */
function makeRecoveryCode(
  accounts: Accounts,
  typedName: string,
  user: User | undefined,
  texts: CustomTexts,
): void {
  const { inbox, recoveryCodes, inOneWrite } = accounts;
  const code = sixDigits();
  inOneWrite(() => {
    recoveryCodes.put(accountOf(accounts, typedName, user), { code }, recoveryCodeLifetimeMs);
    if (!user?.enabled || !canRecover(accounts, user)) return;
    const [reached = "email"] = reachedBy(accounts, user);
    inbox.deliverVerificationCode(user.attributes[reached] ?? "", code, texts);
  });
}

/** What CustomMessage wants to be sent, where anything is. */
async function recoveryTexts(
  accounts: Accounts,
  user: User | undefined,
  acting: Acting,
): Promise<CustomTexts> {
  if (!user?.enabled || !canRecover(accounts, user)) return {};
  return customMessage(accounts, user, "CustomMessage_ForgotPassword", acting);
}

export interface ConfirmForgotPassword {
  client: AppClient;
  caller?: Caller | undefined;
  /** As it was typed when the code was asked for. */
  username: string;
  code: string;
  password: string;
  /** Where it had to be typed twice. */
  passwordAgain?: string;
  /** Milliseconds, where it is known when this browser's code ends; nobody need have had one. */
  codeExpiresAt?: number;
}

/**
 * ConfirmForgotPassword: gives the user the new password if the code is right. Throws what PostConfirmation says as well,
 * after which the password counts all the same.
 */
export async function confirmForgotPassword(
  accounts: Accounts,
  { client, caller, username, code, password, passwordAgain, codeExpiresAt }: ConfirmForgotPassword,
): Promise<User> {
  const { users, limits, recoveryCodes, passwords, now, inOneWrite } = accounts;
  assertNewPassword(accounts.settings, password, "does not conform to policy", passwordAgain);
  if (!limits.recovery.spendTypedName(users.keyOf(username))) throw attemptLimitExceeded();
  const user = users.find(username);
  if (!user && !client.hidesUserExistence) throw nameNotFound();
  const account = accountOf(accounts, username, user);
  const mayTry = limits.recovery.spendAccount(account);
  const sent = recoveryCodes.find(account);
  if ((codeExpiresAt ?? sent?.expiresAt ?? 0) <= now()) throw codeExpired();
  const isNewest = () => isSameSecret(asTypedCode(code), recoveryCodes.find(account)?.code ?? "");
  const isRight = isNewest() && sent !== undefined && mayTry;
  if (!isRight || !user?.enabled || !canRecover(accounts, user)) {
    throw because(whyNot(accounts, { user, mayTry, isSent: sent !== undefined }), codeMismatch());
  }
  const hashed = await passwords.hash(password, user.username);
  const changed = inOneWrite(() => {
    // Hashing takes a while: another request may have used the code meanwhile.
    if (!recoveryCodes.find(account) || !isNewest()) throw codeExpired();
    recoveryCodes.remove(account);
    if (!assumptions.tokensOutliveReset) accounts.refreshTokens.revokeAllOf(user);
    return changeUser(accounts, user, (stored) => ({
      ...stored,
      password: hashed,
      status: "CONFIRMED",
    }));
  });
  const acting = { client, caller };
  await postConfirmation(accounts, changed, "PostConfirmation_ConfirmForgotPassword", acting);
  return changed;
}

function whyNot(
  accounts: Accounts,
  facts: { user: User | undefined; mayTry: boolean; isSent: boolean },
): string {
  const { user, mayTry, isSent } = facts;
  if (!user) return "No user has this name or address: whoever asks is not to learn that.";
  if (!user.enabled) return "The user is disabled.";
  if (!canRecover(accounts, user)) {
    return "The user has no password of their own, or is reached in no way that the pool recovers it by.";
  }
  if (!mayTry) return "This user had too many tries under other names in this hour.";
  return isSent ? "The code is not the newest one that was sent." : "No code was sent.";
}

/** True for somebody with a password of their own who is reached in one of the ways that the pool recovers it by. */
function canRecover(accounts: Accounts, user: User): boolean {
  const hasPassword = user.status === "CONFIRMED" || user.status === "RESET_REQUIRED";
  return hasPassword && reachedBy(accounts, user).length > 0;
}

function reachedBy({ settings }: Accounts, { emailVerified, attributes }: User) {
  const isVerified = {
    email: emailVerified,
    phone_number: attributes.phone_number_verified === "true",
  };
  return settings.recoveryBy.filter((attribute) => isVerified[attribute]);
}

/** The account that a typed name means, under which its codes are kept and counted. */
export function accountOf({ users }: Accounts, typedName: string, user: User | undefined): string {
  return users.keyOf(user?.username ?? typedName);
}

function usualAnswer({ hidesUserExistence }: AppClient): "refuse" | "pretend" {
  return hidesUserExistence ? "pretend" : "refuse";
}

function assertCanRecover(accounts: Accounts, user: User, { hidesUserExistence }: AppClient): void {
  if (!user.enabled) {
    if (hidesUserExistence) return;
    throw notAuthorized("disabled");
  }
  if (canRecover(accounts, user)) return;
  if (user.status === "FORCE_CHANGE_PASSWORD" && !hidesUserExistence) {
    const { passwordCannotBeReset } = messages;
    throw new CognitoException("NotAuthorizedException", "recoveryRefused", passwordCannotBeReset);
  }
  const { noVerifiedAddress } = messages;
  throw new CognitoException("InvalidParameterException", "recoveryRefused", noVerifiedAddress);
}

/** Whoever types an address sees that address; who owns it, if anybody, makes no difference. */
function deliveryOf(accounts: Accounts, typedName: string, user: User | undefined): CodeDelivery {
  const name = keyOf(typedName);
  if (isEmailLike(name)) return byEmail(maskEmail(name));
  if (!user) return byEmail(accounts.simulatedDestination(name));
  const { email, phone_number: phoneNumber } = user.attributes;
  if (phoneNumber && reachedBy(accounts, user)[0] === "phone_number") return bySms(phoneNumber);
  return byEmail(maskEmail(keyOf(email ?? "")));
}

/** AdminResetUserPassword: sends a code, without which and a new password the user cannot sign in any more. */
export async function adminResetUserPassword(
  accounts: Accounts,
  user: User,
  acting: Acting = {},
): Promise<User> {
  if (!user.enabled) throw notAuthorized("disabled");
  if (!["CONFIRMED", "RESET_REQUIRED"].includes(user.status)) {
    throw refusal("NotAuthorizedException", messages.passwordCannotBeReset);
  }
  if (!canRecover(accounts, user))
    throw refusal("InvalidParameterException", messages.noVerifiedAddress);
  const texts = await recoveryTexts(accounts, user, acting);
  return accounts.inOneWrite(() => {
    makeRecoveryCode(accounts, user.username, user, texts);
    if (!assumptions.tokensOutliveReset) accounts.refreshTokens.revokeAllOf(user);
    return changeUser(accounts, user, (stored) => ({ ...stored, status: "RESET_REQUIRED" }));
  });
}
