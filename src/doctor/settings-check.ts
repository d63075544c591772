import type { Environment } from "../sign-in/settings/environment.ts";
import { ConfigError } from "../sign-in/settings/problems.ts";
import { type Config, loadConfig } from "../site/settings/config.ts";
import { advice, ok, problem, type Verdict } from "./verdict.ts";

/** The settings, and what follows from them alone; without a `config` nothing else can be checked. */
export function checkSettings(env: Environment): { config?: Config; verdicts: Verdict[] } {
  try {
    const config = loadConfig(env);
    return { config, verdicts: [ok("settings", "well-formed"), ...verdictsOf(config)] };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const verdicts = error.problems.map(({ setting, what, why, remedy }) =>
      problem(
        isAboutSecret(setting) ? "session-secret" : "settings",
        `${setting} ${what} ${why}`,
        remedy,
      ),
    );
    return { verdicts };
  }
}

function isAboutSecret(setting: string): boolean {
  return setting === "SESSION_SECRET";
}

function verdictsOf({
  sessionSecrets,
  usesHttps,
  appUrl,
  trustProxy,
  dataDirectory,
}: Config): Verdict[] {
  return [
    ok(
      "session-secret",
      sessionSecrets
        ? `strong; ${sessionSecrets.length === 1 ? "one" : `${sessionSecrets.length}, the first of them signs`}`
        : `made up at the first start and kept in DATA_DIR (${dataDirectory}), which is fine on this machine`,
    ),
    ok(
      "cookies",
      usesHttps
        ? "__Host- and Secure, since APP_URL is https"
        : `without Secure, since ${appUrl} is plain http, which APP_URL may be on this machine alone`,
    ),
    usesHttps && trustProxy === false
      ? advice(
          "proxy",
          "APP_URL is https, the app itself speaks http, and TRUST_PROXY is off: whoever comes to the proxy by plain http is not sent on to https.",
          "Say how many proxies stand in front, or their addresses: TRUST_PROXY=1. Leave it off where the proxy redirects by itself.",
        )
      : ok(
          "proxy",
          trustProxy === false ? "none declared, none needed" : "declared by TRUST_PROXY",
        ),
  ];
}
