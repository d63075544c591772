import { type Environment, oneOf, setting } from "../../sign-in/settings/environment.ts";
import { isLoopback } from "../../sign-in/settings/origin.ts";
import { ConfigError, type Problem } from "../../sign-in/settings/problems.ts";
import { readSignInSettings, type SignInSettings } from "../../sign-in/settings/settings.ts";
import { type Ports, readPorts } from "./ports.ts";
import { readTrustProxy } from "./trust-proxy.ts";

/** What the site is told: the settings of the sign-in, and its own. */
export interface Config extends SignInSettings, Ports {
  /** Addresses to listen on, one server each; undefined is every interface. */
  hosts: (string | undefined)[];
  trustProxy: false | number | string[];
  logLevel: LogLevel;
}

const logLevels = ["fatal", "error", "warn", "info", "debug", "trace", "silent"] as const;
export type LogLevel = (typeof logLevels)[number];

/** Typed, frozen settings from the environment; throws one ConfigError that lists every problem. */
export function loadConfig(env: Environment): Readonly<Config> {
  const problems: Problem[] = [];
  const ports = readPorts(env, problems);
  checkNodeEnv(env, problems);
  const signIn = readSignInSettings(env, problems, { port: String(ports.port) });
  const config: Config = {
    ...signIn,
    ...ports,
    hosts: readHosts(env, isLoopback(signIn.appUrl)),
    trustProxy: readTrustProxy(env, problems),
    logLevel: oneOf(env, problems, "LOG_LEVEL", {
      allowed: logLevels,
      fallback: "info",
      why: "It says how much the log tells.",
    }),
  };
  if (problems.length > 0) throw new ConfigError(problems);
  return Object.freeze(config);
}

function checkNodeEnv(env: Environment, problems: Problem[]): void {
  oneOf(env, problems, "NODE_ENV", {
    allowed: ["development", "test", "production"],
    fallback: "development",
    why: "A mistyped environment would quietly run with the wrong precautions.",
  });
}

function readHosts(env: Environment, isOnLoopback: boolean): (string | undefined)[] {
  const host = setting(env, "HOST");
  if (host !== undefined) return [host];
  return isOnLoopback ? ["127.0.0.1", "::1"] : [undefined];
}
