import type { Message } from "../messages.ts";
import type { PendingEnrolment, Pool } from "../pool.ts";
import { asTypedCode } from "./confirmation-code.ts";
import { totpStepOf } from "./totp.ts";
import type { User } from "./user.ts";

/** A user's second factor: Cognito keeps one app a user. */
export interface AuthenticatorApp {
  /** Base32. */
  secret: string;
  deviceName?: string;
  /** ISO 8601. */
  addedAt: string;
  /** The time step of the newest code that was used; no code of it, or of one before, is good again. */
  lastStep: number;
}

export type Enrolment =
  | { user: User; problem?: undefined }
  | { user?: undefined; problem: Message };

const longestDeviceName = 100;

/** Spends the code of the user's app; returns what is wrong with it, in Cognito's words. */
export async function spendCode(
  pool: Pool,
  user: User,
  code: string,
): Promise<Message | undefined> {
  let problem: Message = "totpMismatch";
  const outcome = await pool.lockOut.attemptCode(user.sub, async () => {
    const secret = user.authenticatorApp?.secret ?? "";
    const step = await totpStepOf(asTypedCode(code), secret, pool.now());
    if (step === undefined) return false;
    if (markUsed(pool, user, step)) return true;
    problem = "totpUsed";
    return false;
  });
  if (outcome === "locked") return "passwordAttemptsExceeded";
  return outcome === "right" ? undefined : problem;
}

/**
 * Gives the user an app, if the code shows that it has the secret; that code is spent. A user who has an app keeps
 * it: otherwise a password alone would be enough to come in.
 */
export async function enrol(
  pool: Pool,
  proven: PendingEnrolment,
  { code, deviceName }: { code: string; deviceName: string },
): Promise<Enrolment> {
  const { secret } = proven;
  const lastStep = await totpStepOf(asTypedCode(code), secret, pool.now());
  if (lastStep === undefined) return { problem: "totpMismatchAtSetUp" };
  const name = deviceName.trim().slice(0, longestDeviceName);
  const addedAt = new Date(pool.now()).toISOString();
  const authenticatorApp = { secret, ...(name && { deviceName: name }), addedAt, lastStep };
  const user = pool.users.update(proven, (stored) =>
    mayEnrol(stored) ? { ...stored, authenticatorApp } : undefined,
  );
  return user ? { user } : { problem: "sessionExpired" };
}

/** True for a user who can sign in and has no app yet. */
export function mayEnrol({ enabled, status, authenticatorApp }: User): boolean {
  return enabled && status === "CONFIRMED" && !authenticatorApp;
}

/** Looked at and written in one step: of two browsers with the same code, one gets in. */
function markUsed(pool: Pool, user: User, step: number): boolean {
  const updated = pool.users.update(user, (stored) => {
    const app = stored.authenticatorApp;
    if (!app || app.secret !== user.authenticatorApp?.secret || step <= app.lastStep) {
      return undefined;
    }
    return { ...stored, authenticatorApp: { ...app, lastStep: step } };
  });
  return updated !== undefined;
}
