import type { SignInEvent, SignInLog } from "./events.ts";
import { type Pages, pageNames } from "./pages/own-pages.ts";
import type { Environment } from "./settings/environment.ts";
import { type Paths, readPaths } from "./settings/paths.ts";
import { ConfigError, type Problem } from "./settings/problems.ts";
import { readSignInSettings, type SignInSettings } from "./settings/settings.ts";

/** What an app may give in place of its environment. What is left out comes from there. */
export interface SignInOptions {
  /** APP_URL: the address that visitors type. */
  appUrl?: string | undefined;
  /** COGNITO_DOMAIN, COGNITO_USER_POOL_ID or COGNITO_ISSUER, CLIENT_ID and CLIENT_SECRET. */
  userPool?:
    | {
        domain: string;
        id?: string | undefined;
        issuer?: string | undefined;
        clientId: string;
        clientSecret: string;
      }
    | undefined;
  /** SESSION_SECRET, several in a list or with commas between them: the first signs and encrypts, and each opens. */
  sessionSecret?: string | string[] | undefined;
  /** DATA_DIR, or REDIS_URL. */
  store?: { dataDirectory: string } | { redisUrl: string } | undefined;
  /** SCOPES */
  scopes?: string[] | undefined;
  /** IDENTITY_PROVIDERS */
  identityProviders?: string[] | undefined;
  sessionIdleMinutes?: number | undefined;
  sessionMaxHours?: number | undefined;
  paths?: { [Name in keyof Paths]?: Paths[Name] | undefined } | undefined;
  /** Pages of yours in place of ours; each is given the facts that ours shows. */
  pages?: Pages | undefined;
  log?: SignInLog | undefined;
  /** Told what happens, for metrics. */
  onEvent?: ((event: SignInEvent) => void) | undefined;
  /** Where no user pool is set: LOCAL_COGNITO_PORT, a template's file and parameters, and a file of users. */
  localCognito?:
    | {
        port?: number | undefined;
        template?: string | undefined;
        parameters?: Record<string, string> | undefined;
        users?: string | undefined;
      }
    | undefined;
}

export interface ReadOptions extends Pick<SignInOptions, "log" | "onEvent" | "pages"> {
  settings: SignInSettings;
}

/** Every option that there is, what a value of it looks like, and the setting that it stands for, if it is one. */
const optionKinds: Record<keyof SignInOptions, { kind: Kind; setting?: string }> = {
  appUrl: { kind: "text", setting: "APP_URL" },
  userPool: { kind: "object" },
  sessionSecret: { kind: "text or list", setting: "SESSION_SECRET" },
  store: { kind: "object" },
  scopes: { kind: "list", setting: "SCOPES" },
  identityProviders: { kind: "list", setting: "IDENTITY_PROVIDERS" },
  sessionIdleMinutes: { kind: "number", setting: "SESSION_IDLE_MINUTES" },
  sessionMaxHours: { kind: "number", setting: "SESSION_MAX_HOURS" },
  paths: { kind: "object" },
  pages: { kind: "object" },
  log: { kind: "object" },
  onEvent: { kind: "function" },
  localCognito: { kind: "object" },
};

/** The same for what lies inside of options, by its path. */
const memberKinds: Record<string, Record<string, { kind: Kind; setting?: string }>> = {
  userPool: {
    domain: { kind: "text", setting: "COGNITO_DOMAIN" },
    id: { kind: "text", setting: "COGNITO_USER_POOL_ID" },
    issuer: { kind: "text", setting: "COGNITO_ISSUER" },
    clientId: { kind: "text", setting: "CLIENT_ID" },
    clientSecret: { kind: "text", setting: "CLIENT_SECRET" },
  },
  store: {
    dataDirectory: { kind: "text", setting: "DATA_DIR" },
    redisUrl: { kind: "text", setting: "REDIS_URL" },
  },
  localCognito: {
    port: { kind: "number", setting: "LOCAL_COGNITO_PORT" },
    template: { kind: "text" },
    parameters: { kind: "object" },
    users: { kind: "text", setting: "LOCAL_COGNITO_USERS" },
  },
  pages: Object.fromEntries(pageNames.map((name) => [name, { kind: "function" }])),
};

type Kind = "text" | "list" | "text or list" | "number" | "object" | "function";

/**
 * The settings of a sign-in, and what else its options hold. Options are held to the rules of the settings that they stand
 * for; throws one ConfigError that lists every problem by the name that was written.
 */
export function readOptions(options: SignInOptions, env: Environment): ReadOptions {
  const all: unknown = options;
  if (!isObject(all)) throw new ConfigError([wrongKind("options", "object")]);
  const problems: Problem[] = [];
  const unread = new Set<string>();
  const given: Environment = {};
  const names = new Map<string, string>();
  take(options, "", optionKinds);
  for (const [name, kinds] of Object.entries(memberKinds)) {
    take(options[name as keyof SignInOptions], name, kinds);
  }
  checkLog(options.log, problems);
  checkSecrets(options.sessionSecret, problems);

  function take(
    value: unknown,
    name: string,
    kinds: Record<string, { kind: Kind; setting?: string }>,
  ) {
    if (!isObject(value)) return;
    for (const [member, { setting }] of Object.entries(kinds)) {
      if (setting && name) names.set(setting, `${name}.${member}`);
    }
    for (const [member, found] of Object.entries(value)) {
      const path = name ? `${name}.${member}` : member;
      const known = Object.hasOwn(kinds, member) ? kinds[member] : undefined;
      if (!known) problems.push(unknownOption(path, Object.keys(kinds)));
      else if (found === undefined) continue;
      else if (!isOfKind(found, known.kind)) {
        problems.push(wrongKind(path, known.kind));
        if (known.setting) unread.add(known.setting);
      } else if (known.setting) {
        given[known.setting] = textOf(found);
        names.set(known.setting, path);
      }
    }
  }

  const paths = readPaths(isObject(options.paths) ? options.paths : {}, problems);
  const found: Problem[] = [];
  const settings = readSignInSettings({ ...without(env, options), ...given }, found, { paths });
  // Of a value that was not even read, nothing more is said.
  const further = found.filter(({ setting }) => !unread.has(setting));
  problems.push(...further.map((problem) => named(problem, names)));
  if (problems.length > 0) throw new ConfigError(problems);
  const { template, parameters } = options.localCognito ?? {};
  const localCognito = {
    ...settings.localCognito,
    ...(template !== undefined && { template }),
    ...(parameters && { parameters }),
  };
  const { log, onEvent, pages } = options;
  return { settings: Object.freeze({ ...settings, localCognito }), log, onEvent, pages };
}

/** A pool or a store that is given stands for the whole of it: half of another one from the environment is no pool. */
function without(env: Environment, { userPool, store }: SignInOptions): Environment {
  const replaced = [
    ...(userPool ? Object.values(memberKinds.userPool ?? {}) : []),
    ...(store ? Object.values(memberKinds.store ?? {}) : []),
  ].map(({ setting }) => setting);
  return Object.fromEntries(Object.entries(env).filter(([name]) => !replaced.includes(name)));
}

/** By the name of the option where it came from one. */
function named(problem: Problem, names: Map<string, string>): Problem {
  const option = names.get(problem.setting);
  return option === undefined ? problem : { ...problem, setting: `${option} (${problem.setting})` };
}

function isOfKind(value: unknown, kind: Kind): boolean {
  const isList = Array.isArray(value) && value.every((part) => typeof part === "string");
  switch (kind) {
    case "text":
      return typeof value === "string";
    case "list":
      return isList;
    case "text or list":
      return typeof value === "string" || isList;
    case "number":
      return typeof value === "number" && Number.isInteger(value);
    case "function":
      return typeof value === "function";
    default:
      return isObject(value);
  }
}

function textOf(value: unknown): string {
  return Array.isArray(value) ? value.join(",") : String(value);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function checkLog(log: unknown, problems: Problem[]): void {
  if (!isObject(log)) return;
  const missing = ["info", "warn", "error"].filter((name) => typeof log[name] !== "function");
  if (missing.length === 0) return;
  problems.push({
    setting: "log",
    what: `has no ${missing.join(", ")}.`,
    why: "What goes wrong would be told to nobody.",
    remedy: "Give a logger of pino's, the console, or an object with info, warn and error.",
  });
}

/** In the setting a comma stands between two secrets. */
function checkSecrets(secrets: unknown, problems: Problem[]): void {
  if (!Array.isArray(secrets) || !secrets.some((secret) => String(secret).includes(","))) return;
  problems.push({
    setting: "sessionSecret",
    what: "has a comma in one of its texts.",
    why: "A comma separates two secrets, so that half of the text would sign.",
    remedy: "Give each secret as a text of its own, without a comma.",
  });
}

function unknownOption(setting: string, known: string[]): Problem {
  return {
    setting,
    what: "is no option.",
    why: "It would change nothing.",
    remedy: `Those that there are: ${known.join(", ")}.`,
  };
}

const kindWords: Record<Kind, string> = {
  text: "a text",
  list: "a list of texts",
  "text or list": "a text or a list of texts",
  number: "a whole number",
  object: "an object",
  function: "a function",
};

function wrongKind(setting: string, kind: Kind): Problem {
  return {
    setting,
    what: `is not ${kindWords[kind]}.`,
    why: "The sign-in would run with another value than you mean.",
    remedy: `Give ${kindWords[kind]}, or leave it out.`,
  };
}
