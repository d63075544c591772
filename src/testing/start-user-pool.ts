import type { RequestListener } from "node:http";
import { appsOf } from "../local-cognito/console/authenticator-app.ts";
import { createHostedApp } from "../local-cognito/hosted-app.ts";
import { addUsers, servePool } from "../local-cognito/local-cognito.ts";
import type { LocalCognitoOptions } from "../local-cognito/options.ts";
import {
  type ClientSettings,
  type PoolSettings,
  tutorialSettings,
  withFirstClient,
} from "../local-cognito/pool/pool-settings.ts";
import { openPool } from "../local-cognito/pool.ts";
import { assertMayStart } from "../local-cognito/start-conditions.ts";
import type { PasswordCost } from "../local-cognito/users/passwords.ts";
import { createFaults } from "./faults.ts";
import { faultyHandler } from "./faulty-handler.ts";
import { faultyKeys } from "./faulty-keys.ts";
import { processSigningKeys } from "./kept-signing-keys.ts";
import { mintToken } from "./minted-tokens.ts";
import { noteRequests, type ReceivedRequest } from "./received-requests.ts";
import { signInAs, signInTo } from "./sign-in.ts";
import type { TestUserPool, UserPoolOptions } from "./user-pool.ts";

export type { ClientSettings, PoolSettings } from "../local-cognito/pool/pool-settings.ts";
export type { Claims, StoredSigningKeys, TokenUse } from "../local-cognito/pool/signing-keys.ts";
export { generateSigningKeys } from "../local-cognito/pool/signing-keys.ts";
export type * from "../local-cognito/triggers/events.ts";
export type { Mail } from "../local-cognito/users/inbox.ts";
export type { PasswordCost } from "../local-cognito/users/passwords.ts";
export type { Endpoint, Faults, Trouble } from "./faults.ts";
export { keptSigningKeys } from "./kept-signing-keys.ts";
export type { ReceivedRequest } from "./received-requests.ts";
export type * from "./user-pool.ts";

const cheapHashing: PasswordCost = { N: 16, r: 1, p: 1 };

/** Starts a pool for a test. Throws with NODE_ENV=production and for URLs beyond this machine, as local Cognito does. */
export async function startUserPool(options: UserPoolOptions = {}): Promise<TestUserPool> {
  const cognitoOptions = await completeOptions(options);
  assertMayStart(cognitoOptions);
  const opened = await openPool(cognitoOptions);
  await addUsers(opened);
  const faults = createFaults();
  const pool = { ...opened, keys: faultyKeys(opened.keys, faults) };
  const closing = new AbortController();
  const requests: ReceivedRequest[] = [];
  // Built by the first request, and anew after `register`: its headers name the origins of the callback URLs.
  let handler: RequestListener | undefined;

  const cognito = await servePool(pool, cognitoOptions, (_pool, site) => {
    const current: RequestListener = (req, res) => {
      handler ??= createHostedApp(pool, site);
      handler(req, res);
    };
    return noteRequests(faultyHandler(current, faults, closing.signal), requests);
  });

  const { origin, issuer, userPoolId, clientId, clientSecret } = cognito;
  const served = { pool, origin, issuer, requests };
  return {
    origin,
    issuer,
    userPoolId,
    clientId,
    clientSecret,
    clients: cognito.clients,
    endpoint: origin,
    sdk: {
      endpoint: origin,
      region: userPoolId.slice(0, userPoolId.indexOf("_")),
      credentials: { accessKeyId: "local", secretAccessKey: "local" },
    },
    environment: {
      COGNITO_DOMAIN: origin,
      COGNITO_ISSUER: issuer,
      CLIENT_ID: clientId,
      CLIENT_SECRET: clientSecret,
    },
    register({ callbackUrl, signOutUrl }) {
      const callbackUrls = callbackUrl === undefined ? [] : [callbackUrl];
      const signOutUrls = signOutUrl === undefined ? [] : [signOutUrl];
      assertMayStart({ ...cognitoOptions, callbackUrls, signOutUrls });
      pool.clients.first.callbackUrls.push(...callbackUrls);
      pool.clients.first.signOutUrls.push(...signOutUrls);
      handler = undefined;
    },
    signInAs: (user, request) => signInAs(served, user, request),
    signInTo: (url, user) => signInTo(served, url, user),
    mint: (use, claims = {}) => mintToken(pool, issuer, use, claims),
    rotateKeys: pool.keys.rotate,
    faults,
    requests,
    mails: () => pool.inbox.list(),
    async authenticatorApp(username) {
      const user = pool.users.get(username);
      if (!user) throw new Error(`There is no user ${username} in this pool.`);
      if (!user.authenticatorApp && user.pendingAppSecret === undefined) return undefined;
      const { otpauthAddress: _address, addedAt: _since, ...app } = appsOf(pool, user);
      return app;
    },
    close() {
      closing.abort();
      return cognito.close();
    },
  };
}

async function completeOptions(options: UserPoolOptions): Promise<LocalCognitoOptions> {
  const { settings: { client = {}, ...ofPool } = {}, now } = options;
  const base = options.template
    ? await readTemplate(options.template, options.parameters)
    : tutorialSettings;
  const settings = withFirstClient({ ...base, ...ofPool }, client);
  return {
    dataDirectory: undefined,
    port: 0,
    certificate: options.certificate,
    callbackUrls: urlsOf("callbackUrls", options),
    signOutUrls: urlsOf("signOutUrls", options),
    settings: { ...settings, clients: [...settings.clients, ...furtherClients(options)] },
    signingKeys: options.signingKeys ?? (await processSigningKeys()),
    passwordHashing: options.passwordHashing ?? cheapHashing,
    isProduction: process.env.NODE_ENV?.trim() === "production",
    triggers: options.triggers,
    warn: warnOnce,
    ...(now && { now }),
    report: (error) => process.emitWarning(error instanceof Error ? error : String(error)),
  };
}

function furtherClients({ clients = [] }: UserPoolOptions): ClientSettings[] {
  const [usual] = tutorialSettings.clients;
  return clients.map((given) => ({ ...usual, callbackUrls: [], signOutUrls: [], ...given }));
}

/** Undefined for those of the template, which may be deployed as well: nobody is sent to its public site from here. */
function urlsOf(
  name: "callbackUrls" | "signOutUrls",
  { settings, template, ...given }: UserPoolOptions,
): string[] | undefined {
  const urls = given[name] ?? settings?.client?.[name];
  if (urls) return [...urls];
  return template ? undefined : [];
}

async function readTemplate(
  path: string,
  parameters: Record<string, string> = {},
): Promise<PoolSettings> {
  const { readTemplateFile } = await import("../local-cognito/template/file.ts");
  const { settings, warnings } = await readTemplateFile(path, { parameters });
  for (const warning of warnings) warnOnce(warning);
  return settings;
}

const warned = new Set<string>();

/** A process has many pools, most of them from the same template. */
function warnOnce(warning: string): void {
  if (!warned.has(warning)) process.emitWarning(warning);
  warned.add(warning);
}
