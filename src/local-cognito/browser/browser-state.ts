import { dayMs } from "../accounts/confirmation-code.ts";
import { recoveryCodeLifetimeMs } from "../accounts/password-recovery.ts";
import { assumptions } from "../assumptions.ts";
import type { PoolDatabase } from "../pool/pool-database.ts";
import type { SignInHistory } from "../users/sign-in-history.ts";
import type { User } from "../users/user.ts";
import type { UserDirectory } from "../users/user-directory.ts";
import { FormTokens } from "./form-tokens.ts";
import { HostedSessions } from "./hosted-session.ts";
import { PendingSteps } from "./pending-steps.ts";

/** Which user a browser has proven the password of, where that alone does not sign in. */
export type ProvenUser = Pick<User, "username" | "sub">;

/** The same, with the secret that this user's authenticator app is to have. */
export type PendingEnrolment = ProvenUser & { secret: string };

/** What a browser that asked for a recovery code is shown, and which name it typed; nobody need have that name. */
export interface PendingRecovery {
  typedName: string;
  destination: string;
  /** Milliseconds. */
  codeExpiresAt: number;
}

/** What the pool knows of the browsers at its pages: who is signed in there, and what each is in the middle of. */
export interface BrowserState {
  sessions: HostedSessions;
  formTokens: FormTokens;
  pendingConfirmations: PendingSteps<ProvenUser>;
  pendingNewPasswords: PendingSteps<ProvenUser>;
  pendingCodes: PendingSteps<ProvenUser>;
  pendingEnrolments: PendingSteps<PendingEnrolment>;
  pendingRecoveries: PendingSteps<PendingRecovery>;
}

/** How long a browser may take over the second factor, to use it or to set it up; then it begins at `/login` again. */
const secondFactorLifetimeMs = 3 * 60 * 1000;

interface Parts {
  database: PoolDatabase;
  users: UserDirectory;
  signIns: SignInHistory;
  formKey: string;
  now: () => number;
}

export function openBrowserState(parts: Parts): BrowserState & { stop(): void } {
  const { database, users, signIns, formKey, now } = parts;
  const sessions = new HostedSessions(database, users, signIns, now);
  const pending = openPendingSteps(database, now);
  return {
    sessions,
    formTokens: new FormTokens(formKey, now),
    ...pending,
    stop() {
      for (const part of [sessions, ...Object.values(pending)]) part.stop();
    },
  };
}

function openPendingSteps(database: PoolDatabase, now: () => number) {
  return {
    // Twice as long as each code is good for, so that its page can still say that it has expired and send another.
    pendingConfirmations: new PendingSteps<ProvenUser>(database, {
      name: "pending-confirmations",
      cookie: "page-data",
      lifetimeMs: 2 * dayMs,
      now,
    }),
    pendingRecoveries: new PendingSteps<PendingRecovery>(database, {
      name: "pending-recoveries",
      cookie: "page-data-recovery",
      lifetimeMs: 2 * recoveryCodeLifetimeMs,
      now,
    }),
    pendingNewPasswords: new PendingSteps<ProvenUser>(database, {
      name: "pending-new-passwords",
      cookie: "page-data-new-password",
      lifetimeMs: assumptions.newPasswordStepLifetimeMs,
      now,
    }),
    pendingCodes: new PendingSteps<ProvenUser>(database, {
      name: "pending-codes",
      cookie: "page-data-mfa",
      lifetimeMs: secondFactorLifetimeMs,
      now,
    }),
    pendingEnrolments: new PendingSteps<PendingEnrolment>(database, {
      name: "pending-enrolments",
      cookie: "page-data-mfa-setup",
      lifetimeMs: secondFactorLifetimeMs,
      now,
    }),
  };
}
