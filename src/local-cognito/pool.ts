import { assumptions } from "./assumptions.ts";
import { FormTokens } from "./hosted-ui/form-tokens.ts";
import { HostedSessions } from "./hosted-ui/hosted-session.ts";
import { PendingSteps } from "./hosted-ui/pending-steps.ts";
import { secondFactorLifetimeMs } from "./hosted-ui/second-factor.ts";
import { withIdentityProviders } from "./identity-providers/identity-providers.ts";
import { ProviderAccounts } from "./identity-providers/provider-accounts.ts";
import { ProviderRequests } from "./identity-providers/provider-requests.ts";
import { AuthorizationCodes } from "./oauth/authorization-codes.ts";
import { RefreshTokens } from "./oauth/refresh-tokens.ts";
import type { LocalCognitoOptions } from "./options.ts";
import { Clients } from "./pool/clients.ts";
import { ExpiringTable } from "./pool/expiring-table.ts";
import { keepFixedSettings } from "./pool/kept-settings.ts";
import { openMemoryDatabase } from "./pool/memory-database.ts";
import { openPoolDatabase, type PoolDatabase } from "./pool/pool-database.ts";
import { loadPoolIdentity } from "./pool/pool-identity.ts";
import { openPoolKeys, type PoolKeys } from "./pool/pool-keys.ts";
import { type ClientSettings, type PoolSettings, tutorialSettings } from "./pool/pool-settings.ts";
import { isOnThisMachine } from "./pool/registered-urls.ts";
import { RequestLog } from "./request-log.ts";
import { signUpCodeLifetimeMs } from "./users/confirmation-code.ts";
import { HourlyLimit } from "./users/hourly-limit.ts";
import { Inbox } from "./users/inbox.ts";
import { LockOut } from "./users/lock-out.ts";
import { type PendingRecovery, recoveryCodeLifetimeMs } from "./users/password-recovery.ts";
import { createPasswords, defaultPasswordCost, type Passwords } from "./users/passwords.ts";
import { RecoveryLimit } from "./users/recovery-limit.ts";
import { SignInHistory } from "./users/sign-in-history.ts";
import { simulatedDestination } from "./users/simulated-destination.ts";
import type { User } from "./users/user.ts";
import { UserDirectory } from "./users/user-directory.ts";

/** Which user a browser has proven the password of, where that alone does not sign in. */
export type ProvenUser = Pick<User, "username" | "sub">;

/** The same, with the secret that this user's authenticator app is to have. */
export type PendingEnrolment = ProvenUser & { secret: string };

/** Everything the endpoints and pages work with. */
export interface Pool {
  userPoolId: string;
  settings: PoolSettings;
  clients: Clients;
  keys: PoolKeys;
  users: UserDirectory;
  passwords: Passwords;
  lockOut: LockOut;
  resendLimit: HourlyLimit;
  confirmLimit: HourlyLimit;
  recoveryLimit: RecoveryLimit;
  recoveryCodes: ExpiringTable<{ code: string }>;
  inbox: Inbox;
  codes: AuthorizationCodes;
  sessions: HostedSessions;
  signIns: SignInHistory;
  pendingConfirmations: PendingSteps<ProvenUser>;
  pendingNewPasswords: PendingSteps<ProvenUser>;
  pendingCodes: PendingSteps<ProvenUser>;
  pendingEnrolments: PendingSteps<PendingEnrolment>;
  pendingRecoveries: PendingSteps<PendingRecovery>;
  providerRequests: ProviderRequests;
  providerAccounts: ProviderAccounts;
  refreshTokens: RefreshTokens;
  requests: RequestLog;
  formTokens: FormTokens;
  /** The masked address that a name without a user seems to have. */
  simulatedDestination(name: string): string;
  inOneWrite: PoolDatabase["inOneWrite"];
  now: () => number;
  close(): Promise<void>;
}

/** Opens the user pool in the data directory, or in memory; on first start this makes its identity and keys. */
export async function openPool(options: LocalCognitoOptions): Promise<Pool> {
  const now = options.now ?? Date.now;
  const given = settingsOf(options);
  const database =
    options.dataDirectory === undefined
      ? openMemoryDatabase()
      : openPoolDatabase(options.dataDirectory, options.freeBytes);
  const identity = loadPoolIdentity(database, options.signingKeys);
  const settings = keepFixedSettings(database, given, options.warn);
  const users = new UserDirectory(database, { ...settings, mostUsers: options.mostUsers });
  const signIns = new SignInHistory(database, now);
  const sessions = new HostedSessions(database, users, signIns, now);
  const pending = openPendingSteps(database, now);
  const recoveryCodes = new ExpiringTable<{ code: string }>(database, {
    name: "recovery-codes",
    capacity: 10_000,
    now,
  });
  const refreshTokens = new RefreshTokens(database, now);
  const sweeping = [sessions, recoveryCodes, refreshTokens, ...Object.values(pending)];
  return {
    userPoolId: identity.userPoolId,
    settings,
    clients: new Clients(database, settings.clients, identity, now),
    keys: openPoolKeys(database, identity, settings.clients, now),
    users,
    passwords: createPasswords(options.passwordHashing ?? defaultPasswordCost, identity.userPoolId),
    lockOut: new LockOut(now),
    resendLimit: new HourlyLimit(5, now),
    confirmLimit: new HourlyLimit(15, now),
    recoveryLimit: new RecoveryLimit(now),
    recoveryCodes,
    inbox: new Inbox(database, now),
    codes: new AuthorizationCodes(now),
    sessions,
    signIns,
    ...pending,
    providerRequests: new ProviderRequests(now),
    providerAccounts: new ProviderAccounts(database, now),
    refreshTokens,
    requests: new RequestLog(),
    formTokens: new FormTokens(identity.formKey, now),
    simulatedDestination: (name) => simulatedDestination(identity.formKey, name),
    inOneWrite: database.inOneWrite,
    now,
    async close() {
      for (const part of sweeping) part.stop();
      await database.close();
    },
  };
}

function settingsOf({
  settings: given = tutorialSettings,
  identityProviders = [],
  callbackUrls,
  signOutUrls,
  warn = () => {},
}: LocalCognitoOptions): PoolSettings {
  const settings = withIdentityProviders(given, identityProviders);
  const [first, ...others] = settings.clients;
  const clients: PoolSettings["clients"] = [
    { ...first, callbackUrls, signOutUrls },
    ...others.map((client) => stayingHere(client, warn)),
  ];
  return { ...settings, clients };
}

/** A template that is deployed as well has addresses of public sites, where nobody is sent from here. */
function stayingHere(client: ClientSettings, warn: (warning: string) => void): ClientSettings {
  const { callbackUrls, signOutUrls } = client;
  for (const url of [...callbackUrls, ...signOutUrls]) {
    if (isOnThisMachine(url)) continue;
    warn(`The client ${client.name} goes without ${url}: it is not on this machine.`);
  }
  return {
    ...client,
    callbackUrls: callbackUrls.filter(isOnThisMachine),
    signOutUrls: signOutUrls.filter(isOnThisMachine),
  };
}

function openPendingSteps(database: PoolDatabase, now: () => number) {
  return {
    // Twice as long as each code is good for, so that its page can still say that it has expired and send another.
    pendingConfirmations: new PendingSteps<ProvenUser>(database, {
      name: "pending-confirmations",
      cookie: "page-data",
      lifetimeMs: 2 * signUpCodeLifetimeMs,
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
