import {
  missingUserPool,
  namesUserPool,
  readUserPool,
  type UserPoolSettings,
} from "../../sign-in/settings/cognito.ts";
import {
  type Environment,
  listOf,
  oneOf,
  setting,
  wholeNumber,
} from "../../sign-in/settings/environment.ts";
import { checkHttpsProxy } from "../../sign-in/settings/https-proxy.ts";
import {
  type LocalCognitoSettings,
  readLocalCognito,
} from "../../sign-in/settings/local-cognito.ts";
import { isLoopback, originProblem } from "../../sign-in/settings/origin.ts";
import { ConfigError, type Problem } from "../../sign-in/settings/problems.ts";
import { type RedisSettings, readRedisUrl } from "../../sign-in/settings/redis-url.ts";
import { readSessionSecrets } from "../../sign-in/settings/session-secrets.ts";
import { type Ports, readPorts } from "./ports.ts";
import { readTrustProxy } from "./trust-proxy.ts";

export type { UserPoolSettings } from "../../sign-in/settings/cognito.ts";
export { ConfigError } from "../../sign-in/settings/problems.ts";
export type { RedisSettings } from "../../sign-in/settings/redis-url.ts";

export interface Config extends Ports {
  /** Public origin of the app, without a trailing slash. */
  appUrl: string;
  callbackUrl: string;
  signOutUrl: string;
  /** True where `appUrl` is https: cookies are `__Host-` and Secure. */
  usesHttps: boolean;
  isProduction: boolean;
  /** Addresses to listen on, one server each; undefined is every interface. */
  hosts: (string | undefined)[];
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
  trustProxy: false | number | string[];
  logLevel: LogLevel;
  dataDirectory: string;
}

const logLevels = ["fatal", "error", "warn", "info", "debug", "trace", "silent"] as const;
export type LogLevel = (typeof logLevels)[number];

/** Typed, frozen settings from the environment; throws one ConfigError that lists every problem. */
export function loadConfig(env: Environment): Readonly<Config> {
  const problems: Problem[] = [];
  const ports = readPorts(env, problems);
  const appUrl = readAppUrl(env, problems, ports.port);
  const isOnLoopback = isLoopback(appUrl);
  const isProduction = readIsProduction(env, problems);
  const userPool = readUserPool(env, problems, { isOnLoopback });
  if (!namesUserPool(env) && (isProduction || !isOnLoopback)) {
    noteMissingUserPool(problems, isProduction);
  }
  noteSwitchedOffTls(env, problems);
  if (namesUserPool(env)) checkHttpsProxy(env, problems);

  const config: Config = {
    appUrl,
    callbackUrl: `${appUrl}/logged-in`,
    signOutUrl: `${appUrl}/logout`,
    usesHttps: appUrl.startsWith("https:"),
    isProduction,
    ...ports,
    hosts: readHosts(env, isOnLoopback),
    userPool,
    localCognito: readLocalCognito(env, problems),
    scopes: readScopes(env, problems),
    identityProviders: readIdentityProviders(env, problems),
    sessionSecrets: readSessionSecrets(env, problems, {
      isRequired: isProduction || !isOnLoopback,
    }),
    redis: readRedisUrl(env, problems),
    ...readSessionLimits(env, problems),
    trustProxy: readTrustProxy(env, problems),
    logLevel: oneOf(env, problems, "LOG_LEVEL", {
      allowed: logLevels,
      fallback: "info",
      why: "It says how much the log tells.",
    }),
    dataDirectory: setting(env, "DATA_DIR") ?? ".data",
  };
  if (problems.length > 0) throw new ConfigError(problems);
  return Object.freeze(config);
}

function readAppUrl(env: Environment, problems: Problem[], port: number): string {
  const value = setting(env, "APP_URL") ?? `http://localhost:${port}`;
  const problem = originProblem(value, { plainHttpOnLoopback: true });
  if (!problem) return new URL(value).origin;
  problems.push({
    setting: "APP_URL",
    what: problem,
    why: "The callback URL, the sign-out URL and the safety of the cookies follow from it.",
    remedy: "Give the address that visitors type, such as https://app.example.com.",
  });
  return `http://localhost:${port}`;
}

function readIsProduction(env: Environment, problems: Problem[]): boolean {
  const name = oneOf(env, problems, "NODE_ENV", {
    allowed: ["development", "test", "production"],
    fallback: "development",
    why: "A mistyped environment would quietly run with the wrong precautions.",
  });
  return name === "production";
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

function readHosts(env: Environment, isOnLoopback: boolean): (string | undefined)[] {
  const host = setting(env, "HOST");
  if (host !== undefined) return [host];
  return isOnLoopback ? ["127.0.0.1", "::1"] : [undefined];
}

function readScopes(env: Environment, problems: Problem[]): string[] {
  const scopes = listOf(setting(env, "SCOPES") ?? "email openid phone", /[\s,]+/);
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
