import type { Response } from "express";
import { assumptions } from "../assumptions.ts";
import { isSameSecret } from "../constant-time.ts";
import type { Message } from "../messages.ts";
import type { AppClient } from "../pool/clients.ts";
import type { Pool } from "../pool.ts";
import { sixDigits } from "./confirmation-code.ts";
import { keyOf, maskEmail, type User } from "./user.ts";
import { isEmailLike } from "./user-attributes.ts";

/** What a browser that asked for a recovery code is shown, and which name it typed; nobody need have that name. */
export interface PendingRecovery {
  typedName: string;
  destination: string;
  /** Milliseconds. */
  codeExpiresAt: number;
}

export const recoveryCodeLifetimeMs = 60 * 60 * 1000;

/**
 * Mails a code to whoever has this name and lets this browser go on to type it. A name that does not exist gets the
 * same answer for the same work, mail apart, unless the client is set to tell. Returns what is wrong, in Cognito's words.
 */
export function requestRecovery(
  pool: Pool,
  client: AppClient,
  res: Response,
  typedName: string,
): Message | undefined {
  if (!pool.recoveryLimit.spendTypedName(pool.users.keyOf(typedName)))
    return "attemptLimitExceeded";
  const user = pool.users.find(typedName);
  if (!user && !client.hidesUserExistence) return "userDoesNotExist";
  const isRefused = assumptions.recoveryWithoutVerifiedAddress === "refuse";
  if (isRefused && user?.enabled && !canRecover(user)) return "recoveryRefused";
  const mayHaveCode = pool.recoveryLimit.spendAccount(accountOf(pool, typedName, user));
  pool.inOneWrite(() => {
    if (mayHaveCode) makeRecoveryCode(pool, typedName, user);
    expectRecoveryCode(pool, res, typedName, user, pool.now() + recoveryCodeLifetimeMs);
  });
  return undefined;
}

/** Leads a user whose password was reset to the page for the code: the one that is under way, or a new one. */
export function continueRecovery(
  pool: Pool,
  client: AppClient,
  res: Response,
  user: User,
): Message | undefined {
  const underWay = pool.recoveryCodes.find(pool.users.keyOf(user.username));
  if (!underWay) return requestRecovery(pool, client, res, user.username);
  expectRecoveryCode(pool, res, user.username, user, underWay.expiresAt);
  return undefined;
}

/** Makes a code, in place of the one before, and mails it if somebody is there who may use it. */
export function makeRecoveryCode(pool: Pool, typedName: string, user: User | undefined): void {
  const code = sixDigits();
  pool.inOneWrite(() => {
    pool.recoveryCodes.put(accountOf(pool, typedName, user), { code }, recoveryCodeLifetimeMs);
    if (user?.enabled && canRecover(user)) {
      pool.inbox.deliverVerificationCode(user.attributes.email ?? "", code);
    }
  });
}

/** Gives the user the new password if the code is right; returns what is wrong, in Cognito's words. */
export async function completeRecovery(
  pool: Pool,
  pending: PendingRecovery,
  code: string,
  newPassword: string,
): Promise<Message | undefined> {
  if (!pool.recoveryLimit.spendTypedName(pool.users.keyOf(pending.typedName))) {
    return "attemptLimitExceeded";
  }
  const user = pool.users.find(pending.typedName);
  const account = accountOf(pool, pending.typedName, user);
  const mayTry = pool.recoveryLimit.spendAccount(account);
  if (pending.codeExpiresAt <= pool.now()) return "codeExpired";
  const isRight = isNewestCode(pool, account, code) && mayTry;
  if (!isRight || !user?.enabled || !canRecover(user)) return "codeMismatch";
  const password = await pool.passwords.hash(newPassword, user.username);
  return pool.inOneWrite(() => {
    // Hashing takes a while: another request may have used the code meanwhile.
    if (!isNewestCode(pool, account, code)) return "codeExpired";
    pool.recoveryCodes.remove(account);
    pool.users.update(user, (stored) => ({ ...stored, password, status: "CONFIRMED" }));
    if (!assumptions.tokensOutliveReset) pool.refreshTokens.revokeAllOf(user);
    return undefined;
  });
}

/** True for somebody with a password of their own and an address that is known to be theirs. */
export function canRecover({ status, emailVerified }: User): boolean {
  return emailVerified && (status === "CONFIRMED" || status === "RESET_REQUIRED");
}

function expectRecoveryCode(
  pool: Pool,
  res: Response,
  typedName: string,
  user: User | undefined,
  codeExpiresAt: number,
): void {
  const destination = destinationOf(pool, typedName, user);
  pool.pendingRecoveries.start(res, { typedName, destination, codeExpiresAt });
}

/** Whoever types an address sees that address; who owns it, if anybody, makes no difference. */
function destinationOf(pool: Pool, typedName: string, user: User | undefined): string {
  const name = keyOf(typedName);
  if (isEmailLike(name)) return maskEmail(name);
  return user ? maskEmail(keyOf(user.attributes.email ?? "")) : pool.simulatedDestination(name);
}

function isNewestCode(pool: Pool, account: string, code: string): boolean {
  const sent = pool.recoveryCodes.find(account);
  return isSameSecret(code, sent?.code ?? "") && sent !== undefined;
}

function accountOf(pool: Pool, typedName: string, user: User | undefined): string {
  return pool.users.keyOf(user?.username ?? typedName);
}
