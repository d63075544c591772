import type { AppClient } from "./app-client.ts";
import { AuthorizationCodes } from "./authorization-codes.ts";
import { FormTokens } from "./form-tokens.ts";
import { HostedSessions } from "./hosted-session.ts";
import { HourlyLimit } from "./hourly-limit.ts";
import { Inbox } from "./inbox.ts";
import { LockOut } from "./lock-out.ts";
import type { LocalCognitoOptions } from "./options.ts";
import { createPasswords, DEFAULT_PASSWORD_COST, type Passwords } from "./passwords.ts";
import { PendingConfirmations } from "./pending-confirmation.ts";
import { openPoolDatabase, type PoolDatabase } from "./pool-database.ts";
import { loadPoolIdentity } from "./pool-identity.ts";
import { RefreshTokens } from "./refresh-tokens.ts";
import { importSigningKeys, type SigningKeys } from "./signing-keys.ts";
import { UserDirectory } from "./user-directory.ts";

/** Everything the endpoints and pages work with. */
export interface Pool {
  userPoolId: string;
  client: AppClient;
  keys: SigningKeys;
  users: UserDirectory;
  passwords: Passwords;
  lockOut: LockOut;
  resendLimit: HourlyLimit;
  confirmLimit: HourlyLimit;
  inbox: Inbox;
  codes: AuthorizationCodes;
  sessions: HostedSessions;
  pendingConfirmations: PendingConfirmations;
  refreshTokens: RefreshTokens;
  formTokens: FormTokens;
  inOneWrite: PoolDatabase["inOneWrite"];
  now: () => number;
  close(): Promise<void>;
}

/** Opens the user pool in the data directory; on first start this makes its identity and keys. */
export async function openPool(options: LocalCognitoOptions): Promise<Pool> {
  const now = options.now ?? Date.now;
  const database = openPoolDatabase(options.dataDirectory, options.freeBytes);
  const identity = await loadPoolIdentity(database);
  const users = new UserDirectory(database);
  const sessions = new HostedSessions(database, users, now);
  const pendingConfirmations = new PendingConfirmations(database, users, now);
  const refreshTokens = new RefreshTokens(database, now);
  return {
    userPoolId: identity.userPoolId,
    client: {
      clientId: identity.clientId,
      clientSecret: identity.clientSecret,
      callbackUrls: options.callbackUrls,
      signOutUrls: options.signOutUrls,
      scopes: ["openid", "email", "phone", "profile"],
    },
    keys: importSigningKeys(identity.signingKeys),
    users,
    passwords: createPasswords(options.passwordHashing ?? DEFAULT_PASSWORD_COST),
    lockOut: new LockOut(now),
    resendLimit: new HourlyLimit(5, now),
    confirmLimit: new HourlyLimit(15, now),
    inbox: new Inbox(database, now),
    codes: new AuthorizationCodes(now),
    sessions,
    pendingConfirmations,
    refreshTokens,
    formTokens: new FormTokens(identity.formKey, now),
    inOneWrite: database.inOneWrite,
    now,
    async close() {
      for (const part of [sessions, pendingConfirmations, refreshTokens]) part.stop();
      await database.close();
    },
  };
}
