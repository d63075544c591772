import { createHmac } from "node:crypto";
import { openAccounts } from "./accounts/accounts.ts";
import { openBrowserState } from "./browser/browser-state.ts";
import type { HostedUi } from "./hosted-ui/hosted-ui.ts";
import { withIdentityProviders } from "./identity-providers/identity-providers.ts";
import { ProviderAccounts } from "./identity-providers/provider-accounts.ts";
import { ProviderRequests } from "./identity-providers/provider-requests.ts";
import { AuthorizationCodes } from "./oauth/authorization-codes.ts";
import type { LocalCognitoOptions } from "./options.ts";
import { Clients } from "./pool/clients.ts";
import { keepFixedSettings } from "./pool/kept-settings.ts";
import { openMemoryDatabase } from "./pool/memory-database.ts";
import { openPoolDatabase } from "./pool/pool-database.ts";
import { loadPoolIdentity } from "./pool/pool-identity.ts";
import { openPoolKeys } from "./pool/pool-keys.ts";
import { type PoolSettings, tutorialSettings, withFirstClient } from "./pool/pool-settings.ts";
import { RequestLog } from "./request-log.ts";
import type { OpenTriggers } from "./triggers/trigger-call.ts";

/** Everything that is served, but for the address: each face is handed it as the part that it knows. */
export interface Pool extends Omit<HostedUi, "issuer"> {
  requests: RequestLog;
  /** A key of 32 bytes for one purpose, always the same one. */
  secretFor(purpose: string): Buffer;
  triggers?: OpenTriggers | undefined;
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
  const identity = loadPoolIdentity(database, given.region, options.signingKeys);
  const settings = keepFixedSettings(database, given, options.warn);
  const clients = new Clients(database, settings.clients, identity, now);
  const accounts = openAccounts({ database, identity, settings, clients, options, now });
  const triggers = await triggersOf(options, settings, identity.userPoolId);
  const { formKey } = identity;
  const browser = openBrowserState({ database, ...accounts, formKey });
  return {
    ...accounts,
    ...browser,
    triggers,
    keys: openPoolKeys(database, identity, settings.clients, now),
    codes: new AuthorizationCodes(now),
    providerRequests: new ProviderRequests(now),
    providerAccounts: new ProviderAccounts(database, now),
    requests: new RequestLog(),
    secretFor: (purpose) => createHmac("sha256", formKey).update(purpose).digest(),
    async close() {
      triggers?.close();
      accounts.stop();
      browser.stop();
      await database.close();
    },
  };
}

/** Most pools have none: what runs them is loaded where there are some. */
async function triggersOf(
  options: LocalCognitoOptions,
  { triggers: ofTemplate = [], accountId }: PoolSettings,
  userPoolId: string,
): Promise<OpenTriggers | undefined> {
  const { triggers: functions } = options;
  if (functions === undefined && ofTemplate.length === 0) return undefined;
  const { openTriggers } = await import("./triggers/open-triggers.ts");
  return openTriggers({
    userPoolId,
    accountId,
    functions,
    ofTemplate,
    timeLimitMs: options.triggerTimeLimitMs,
    program: options.triggerProgram,
    warn: options.warn ?? (() => {}),
  });
}

function settingsOf({
  settings = tutorialSettings,
  identityProviders = [],
  callbackUrls,
  signOutUrls,
}: LocalCognitoOptions): PoolSettings {
  const urls = { ...(callbackUrls && { callbackUrls }), ...(signOutUrls && { signOutUrls }) };
  return withFirstClient(withIdentityProviders(settings, identityProviders), urls);
}
