import { assumptions } from "../assumptions.ts";
import type { LocalCognitoOptions } from "../options.ts";
import type { Clients } from "../pool/clients.ts";
import { ExpiringTable } from "../pool/expiring-table.ts";
import type { PoolDatabase } from "../pool/pool-database.ts";
import type { PoolIdentity } from "../pool/pool-identity.ts";
import type { PoolSettings } from "../pool/pool-settings.ts";
import { RefreshTokens } from "../tokens/refresh-tokens.ts";
import type { HasTriggers } from "../triggers/trigger-call.ts";
import { Groups } from "../users/groups.ts";
import { HourlyLimit } from "../users/hourly-limit.ts";
import { Inbox } from "../users/inbox.ts";
import { LockOut } from "../users/lock-out.ts";
import { createPasswords, defaultPasswordCost, type Passwords } from "../users/passwords.ts";
import { RecoveryLimit } from "../users/recovery-limit.ts";
import { SignInHistory } from "../users/sign-in-history.ts";
import { simulatedDestination } from "../users/simulated-destination.ts";
import { UserDirectory } from "../users/user-directory.ts";

/** What the actions of users and administrators work with. */
export interface Accounts extends HasTriggers {
  userPoolId: string;
  clients: Clients;
  users: UserDirectory;
  groups: Groups;
  passwords: Passwords;
  lockOut: LockOut;
  limits: Limits;
  recoveryCodes: ExpiringTable<{ code: string }>;
  inbox: Inbox;
  signIns: SignInHistory;
  refreshTokens: RefreshTokens;
  /** The masked address that a name without a user seems to have. */
  simulatedDestination(name: string): string;
  inOneWrite: PoolDatabase["inOneWrite"];
  now: () => number;
}

/** How often a user may do what costs a mail or guesses a secret. */
export interface Limits {
  resend: HourlyLimit;
  confirm: HourlyLimit;
  recovery: RecoveryLimit;
  changePassword: HourlyLimit;
  attributeCode: HourlyLimit;
  verifyAttribute: HourlyLimit;
}

/** What an action is done with, and by; for everything that a client may ask for. */
export interface Parts {
  database: PoolDatabase;
  identity: PoolIdentity;
  settings: PoolSettings;
  clients: Clients;
  options: Pick<LocalCognitoOptions, "mostUsers" | "passwordHashing">;
  now: () => number;
}

export function openAccounts(parts: Parts): Accounts & { stop(): void } {
  const { database, identity, settings, clients, options, now } = parts;
  const recoveryCodes = new ExpiringTable<{ code: string }>(database, {
    name: "recovery-codes",
    capacity: 10_000,
    now,
  });
  const refreshTokens = new RefreshTokens(database, now);
  return {
    userPoolId: identity.userPoolId,
    settings,
    clients,
    users: new UserDirectory(database, { ...settings, mostUsers: options.mostUsers, now }),
    groups: new Groups(database, settings.groups, now),
    passwords: createPasswords(options.passwordHashing ?? defaultPasswordCost, identity.userPoolId),
    lockOut: new LockOut(now),
    limits: {
      resend: new HourlyLimit(5, now),
      confirm: new HourlyLimit(15, now),
      recovery: new RecoveryLimit(now),
      changePassword: new HourlyLimit(assumptions.passwordChangesPerHour, now),
      attributeCode: new HourlyLimit(5, now),
      verifyAttribute: new HourlyLimit(15, now),
    },
    recoveryCodes,
    inbox: new Inbox(database, settings.messages, now),
    signIns: new SignInHistory(database, now),
    refreshTokens,
    simulatedDestination: (name) => simulatedDestination(identity.formKey, name),
    inOneWrite: database.inOneWrite,
    now,
    stop() {
      recoveryCodes.stop();
      refreshTokens.stop();
    },
  };
}
