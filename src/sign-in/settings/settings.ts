import { missingUserPool, namesUserPool, readUserPool, type UserPoolSettings } from "./cognito.ts";
import { type Environment, listOf, setting, wholeNumber } from "./environment.ts";
import { checkHttpsProxy } from "./https-proxy.ts";
import { type LocalCognitoSettings, readLocalCognito } from "./local-cognito.ts";
import { isLoopback, originProblem } from "./origin.ts";
import { defaultPaths, type Paths } from "./paths.ts";
import type { Problem } from "./problems.ts";
import { type RedisSettings, readRedisUrl } from "./redis-url.ts";
import { readSessionSecrets } from "./session-secrets.ts";

/** What the sign-in is told: the pool, secrets, the store, limits and paths. */
export interface SignInSettings {
  /** Public origin of the app, without a trailing slash. */
  appUrl: string;
  paths: Paths;
  callbackUrl: string;
  signOutUrl: string;
  /** True where `appUrl` is https: cookies are `__Host-` and Secure. */
  usesHttps: boolean;
  isProduction: boolean;
  /** Undefined: run beside local Cognito. */
  userPool: UserPoolSettings | undefined;
  localCognito: LocalCognitoSettings;
  scopes: string[];
  identityProviders: string[];
  /** The first one signs and encrypts, all of them verify. Undefined: made up and kept in `dataDirectory`. */
  sessionSecrets: string[] | undefined;
  /** Where sessions are kept; undefined: in `dataDirectory`. */
  redis: RedisSettings | undefined;
  sessionIdleSeconds: number;
  sessionMaxSeconds: number;
  dataDirectory: string;
}

/** The settings as far as they can be read; what is wrong with them is noted in `problems`. */
export function readSignInSettings(
  env: Environment,
  problems: Problem[],
  { paths = defaultPaths, port = env.PORT ?? "3000" }: { paths?: Paths; port?: string } = {},
): SignInSettings {
  const appUrl = readAppUrl(env, problems, port);
  const isOnLoopback = isLoopback(appUrl);
  const isProduction = setting(env, "NODE_ENV") === "production";
  const userPool = readUserPool(env, problems, { isOnLoopback });
  if (!namesUserPool(env) && (isProduction || !isOnLoopback)) {
    noteMissingUserPool(problems, isProduction);
  }
  noteSwitchedOffTls(env, problems);
  if (namesUserPool(env)) checkHttpsProxy(env, problems);

  return {
    appUrl,
    paths,
    callbackUrl: appUrl + paths.callback,
    signOutUrl: appUrl + paths.logout,
    usesHttps: appUrl.startsWith("https:"),
    isProduction,
    userPool,
    localCognito: readLocalCognito(env, problems),
    scopes: readScopes(env, problems),
    identityProviders: readIdentityProviders(env, problems),
    sessionSecrets: readSessionSecrets(env, problems, {
      isRequired: isProduction || !isOnLoopback,
    }),
    redis: readRedisUrl(env, problems),
    ...readSessionLimits(env, problems),
    dataDirectory: setting(env, "DATA_DIR") ?? ".data",
  };
}

function readAppUrl(env: Environment, problems: Problem[], port: string): string {
  const fallback = `http://localhost:${/^\d{1,5}$/.test(port) ? port : 3000}`;
  const value = setting(env, "APP_URL") ?? fallback;
  const problem = originProblem(value, { plainHttpOnLoopback: true });
  if (!problem) return new URL(value).origin;
  problems.push({
    setting: "APP_URL",
    what: problem,
    why: "The callback URL, the sign-out URL and the safety of the cookies follow from it.",
    remedy: "Give the address that visitors type, such as https://app.example.com.",
  });
  return fallback;
}

function noteMissingUserPool(problems: Problem[], isProduction: boolean): void {
  const why = isProduction
    ? "Local Cognito stands in on a developer's machine only, never with NODE_ENV=production."
    : "Local Cognito stands in only while APP_URL is on this machine.";
  problems.push(...missingUserPool(why));
}

function noteSwitchedOffTls(env: Environment, problems: Problem[]): void {
  const usesTls = namesUserPool(env) || /^rediss:/i.test(setting(env, "REDIS_URL") ?? "");
  if (setting(env, "NODE_TLS_REJECT_UNAUTHORIZED") !== "0" || !usesTls) return;
  problems.push({
    setting: "NODE_TLS_REJECT_UNAUTHORIZED",
    what: "is 0, which switches certificate checks off.",
    why: "Anybody between the app and Cognito, or Redis, could read the secrets that are sent there, and sign in as anyone.",
    remedy: "Remove it; to trust a certificate authority of your own, set NODE_EXTRA_CA_CERTS.",
  });
}

function readScopes(env: Environment, problems: Problem[]): string[] {
  // Local Cognito allows the account page what a real pool's client has to be told to allow.
  const fallback = namesUserPool(env)
    ? "email openid phone"
    : "email openid phone aws.cognito.signin.user.admin";
  const scopes = listOf(setting(env, "SCOPES") ?? fallback, /[\s,]+/);
  // RFC 6749 §3.3
  const areTokens = scopes.every((scope) => /^[\x21\x23-\x5b\x5d-\x7e]+$/.test(scope));
  if (!scopes.includes("openid") || !areTokens) {
    problems.push({
      setting: "SCOPES",
      what: "does not hold openid, or holds characters that no scope has.",
      why: "Without openid Cognito sends no ID token, so nobody could be recognised.",
      remedy: "Give scopes that the app client allows, such as: email openid phone.",
    });
  }
  return scopes;
}

function readIdentityProviders(env: Environment, problems: Problem[]): string[] {
  const providers = listOf(setting(env, "IDENTITY_PROVIDERS") ?? "", ",");
  if (!providers.every((name) => /^[\w.-]{1,32}$/.test(name))) {
    problems.push({
      setting: "IDENTITY_PROVIDERS",
      what: "is not a list of provider names.",
      why: "Each name becomes a button that leads straight to that provider.",
      remedy: "Separate the names as Cognito spells them by commas: Google,Facebook.",
    });
  } else if (!namesUserPool(env)) {
    noteProvidersBesideLocalCognito(providers, problems);
  }
  return providers;
}

function noteProvidersBesideLocalCognito(providers: string[], problems: Problem[]): void {
  const stoodInFor = ["Google", "Facebook", "LoginWithAmazon"];
  const unknown = providers.filter((name) => !stoodInFor.includes(name));
  if (unknown.length === 0) return;
  problems.push({
    setting: "IDENTITY_PROVIDERS",
    what: `names ${unknown.join(", ")}, for which local Cognito has no stand-in.`,
    why: "The button would lead to an error.",
    remedy: `Name some of ${stoodInFor.join(", ")}, or a user pool that has the provider.`,
  });
}

function readSessionLimits(env: Environment, problems: Problem[]) {
  const why = "It says for how long a visitor stays signed in.";
  const idleMinutes = wholeNumber(env, problems, "SESSION_IDLE_MINUTES", {
    fallback: 60,
    min: 1,
    max: 43_200,
    why,
  });
  const maxHours = wholeNumber(env, problems, "SESSION_MAX_HOURS", {
    fallback: 12,
    min: 1,
    max: 720,
    why,
  });
  return { sessionIdleSeconds: idleMinutes * 60, sessionMaxSeconds: maxHours * 3600 };
}
