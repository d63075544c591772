import { makeTotpSecret, totpStepOf } from "../users/totp.ts";
import { hasSecondFactor, type User } from "../users/user.ts";
import type { Accounts } from "./accounts.ts";
import { asTypedCode } from "./confirmation-code.ts";
import {
  because,
  CognitoException,
  invalidParameter,
  notAuthorized,
  refusal,
} from "./exceptions.ts";
import { changeUser } from "./find-user.ts";
import { messages } from "./messages.ts";

const longestDeviceName = 100;

/** The answer to SOFTWARE_TOKEN_MFA: spends the code of the user's app, or throws. */
export async function spendCode(accounts: Accounts, user: User, code: string): Promise<void> {
  let problem = because(
    "The code is none of this half minute, nor of the one before or after.",
    new CognitoException("CodeMismatchException", "totpMismatch"),
  );
  const outcome = await accounts.lockOut.attemptCode(user.sub, async () => {
    const secret = user.authenticatorApp?.secret ?? "";
    const step = totpStepOf(asTypedCode(code), secret, accounts.now());
    if (step === undefined) return false;
    if (markUsed(accounts, user, step)) return true;
    problem = new CognitoException("ExpiredCodeException", "totpUsed");
    return false;
  });
  if (outcome === "locked") throw notAuthorized("passwordAttemptsExceeded");
  if (outcome === "wrong") throw problem;
}

/** AssociateSoftwareToken for a user who is signed in: a secret that counts once a code proves that an app has it. */
export function associateSoftwareToken(accounts: Accounts, user: User): string {
  assertTotpIsOn(accounts);
  const pendingAppSecret = makeTotpSecret();
  changeUser(accounts, user, (stored) => ({ ...stored, pendingAppSecret }));
  return pendingAppSecret;
}

export interface Enrolment {
  secret: string;
  code: string;
  deviceName?: string;
  /** Whether a sign-in asks for it from now on: not where the user has yet to switch it on. */
  isOff?: boolean;
}

/** VerifySoftwareToken in a sign-in: gives the user an app if the code shows that it has the secret; that code is spent. */
export function enrol(
  accounts: Accounts,
  user: Pick<User, "username" | "sub">,
  enrolment: Enrolment,
): User {
  const app = provenApp(accounts, enrolment);
  return changeUser(accounts, user, (stored) => {
    // A user who has an app keeps it: otherwise a password alone would be enough to come in.
    if (!mayEnrol(stored)) throw notAuthorized("sessionExpired");
    return { ...stored, authenticatorApp: app };
  });
}

/** VerifySoftwareToken for a user who is signed in: the app is theirs, and SetUserMFAPreference switches it on. */
export function verifySoftwareToken(
  accounts: Accounts,
  user: User,
  { code, deviceName = "" }: { code: string; deviceName?: string },
): User {
  const { pendingAppSecret: secret } = user;
  if (secret === undefined) throw invalidParameter({ english: messages.noPendingSecret });
  const app = provenApp(accounts, { secret, code, deviceName });
  return changeUser(accounts, user, ({ pendingAppSecret: _proven, ...stored }) => {
    const { isOff = true, isPreferred = false } = stored.authenticatorApp ?? {};
    return { ...stored, authenticatorApp: { ...app, isOff, isPreferred } };
  });
}

/** SetUserMFAPreference, by the user or an administrator; what is left out stays as it is. */
export function setUserMfaPreference(
  accounts: Accounts,
  user: User,
  { isEnabled, isPreferred }: { isEnabled?: boolean; isPreferred?: boolean },
): User {
  assertTotpIsOn(accounts);
  return changeUser(accounts, user, (stored) => {
    const app = stored.authenticatorApp;
    if (!app) {
      if (!isEnabled) return stored;
      throw invalidParameter({ english: messages.noTotpSecret });
    }
    const isOff = isEnabled === undefined ? (app.isOff ?? false) : !isEnabled;
    if (isOff && isPreferred) throw invalidParameter({ english: messages.preferredMfaOff });
    const preferred = !isOff && (isPreferred ?? app.isPreferred ?? false);
    return { ...stored, authenticatorApp: { ...app, isOff, isPreferred: preferred } };
  });
}

/**
 * Gives the user an authenticator app, in place of the one before. Cognito's hosted pages offer none where MFA is
 * optional: there an app of one's own calls AssociateSoftwareToken and VerifySoftwareToken for its user.
 */
export function adminSetUpAuthenticatorApp(accounts: Accounts, user: User): User {
  assertTotpIsOn(accounts);
  if (user.status === "EXTERNAL_PROVIDER") {
    throw invalidParameter({ english: messages.noMfaForFederatedUsers });
  }
  const secret = makeTotpSecret();
  const addedAt = new Date(accounts.now()).toISOString();
  const authenticatorApp = { secret, addedAt, lastStep: 0 };
  return changeUser(accounts, user, (stored) => ({ ...stored, authenticatorApp }));
}

/** Takes the user's authenticator app away; where MFA is required, the next sign-in sets one up. */
export function adminRemoveAuthenticatorApp(accounts: Accounts, user: User): User {
  return changeUser(accounts, user, ({ authenticatorApp: _gone, ...stored }) => stored);
}

/** True for a user who can sign in and has no app that is asked for. */
export function mayEnrol(user: User): boolean {
  return user.enabled && user.status === "CONFIRMED" && !hasSecondFactor(user);
}

/** Throws where the pool has no second factor. */
export function assertTotpIsOn({ settings }: Pick<Accounts, "settings">): void {
  if (settings.mfa === "OFF") throw refusal("SoftwareTokenMFANotFoundException", messages.totpOff);
}

function provenApp(accounts: Accounts, { secret, code, deviceName = "" }: Enrolment) {
  const lastStep = totpStepOf(asTypedCode(code), secret, accounts.now());
  if (lastStep === undefined) {
    throw new CognitoException("EnableSoftwareTokenMFAException", "totpMismatchAtSetUp");
  }
  const name = deviceName.trim().slice(0, longestDeviceName);
  const addedAt = new Date(accounts.now()).toISOString();
  return { secret, ...(name && { deviceName: name }), addedAt, lastStep };
}

/** Looked at and written in one step: of two browsers with the same code, one gets in. */
function markUsed({ users }: Accounts, user: User, step: number): boolean {
  const updated = users.update(user, (stored) => {
    const app = stored.authenticatorApp;
    if (!app || app.secret !== user.authenticatorApp?.secret || step <= app.lastStep) {
      return undefined;
    }
    return { ...stored, authenticatorApp: { ...app, lastStep: step } };
  });
  return updated !== undefined;
}
