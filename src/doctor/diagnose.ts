import { createCognitoHttp } from "../sign-in/cognito/calls/cognito-http.ts";
import { describeUserPool } from "../sign-in/cognito/user-pool.ts";
import type { Environment } from "../sign-in/settings/environment.ts";
import type { Config } from "../site/settings/config.ts";
import { checkAccountPage } from "./account-page-check.ts";
import { checkAppClient } from "./app-client-check.ts";
import { checkClientSecret } from "./client-secret-check.ts";
import { checkIssuer } from "./issuer-check.ts";
import { checkSessions } from "./sessions-check.ts";
import { checkSettings } from "./settings-check.ts";
import { checkSignOutUrl } from "./sign-out-url-check.ts";
import { checks, ok, type Verdict } from "./verdict.ts";

/** Every verdict, in the order of `checks`, and what has to be registered with the app client, where there is one. */
export interface Diagnosis {
  verdicts: Verdict[];
  register?: { callbackUrl: string; signOutUrl: string };
}

/** Milliseconds for one question, all in: as long as the app itself would wait. */
const deadlineMs = 10_000;

/** Checks the settings by themselves, and then against the user pool and the Redis that they name. */
export async function diagnose(env: Environment, { now = Date.now } = {}): Promise<Diagnosis> {
  const { config, verdicts } = checkSettings(env);
  if (!config) return { verdicts: inOrder(verdicts) };
  const { callbackUrl, signOutUrl } = config;
  const [sessions, userPool] = await Promise.all([
    checkSessions(config),
    checkUserPool(config, env, now),
  ]);
  const found = { verdicts: inOrder([...verdicts, ...sessions, ...userPool]) };
  return config.userPool ? { ...found, register: { callbackUrl, signOutUrl } } : found;
}

/** Whichever was found out first. */
function inOrder(verdicts: Verdict[]): Verdict[] {
  return verdicts.toSorted((a, b) => checks.indexOf(a.check) - checks.indexOf(b.check));
}

async function checkUserPool(
  config: Config,
  env: Environment,
  now: () => number,
): Promise<Verdict[]> {
  if (!config.userPool) {
    return [
      ok(
        "user-pool",
        "None is set: the app runs beside local Cognito, and nothing is left to check.",
      ),
    ];
  }
  const pool = describeUserPool(config.userPool);
  const http = createCognitoHttp({ deadlineMs });
  const issuer = await checkIssuer(http, pool, now);
  const client = await checkAppClient(http, pool, config, issuer.domain);
  const rest = await Promise.all([
    checkSignOutUrl(http, pool, config, client),
    checkClientSecret(http, pool, config, client),
    areAllowed(client.verdicts) ? checkAccountPage(pool, config.scopes, env) : [],
  ]);
  return [...issuer.verdicts, ...client.verdicts, ...rest.flat()];
}

/** Whether the scopes are: where they are refused, nothing is left to say of what they open. */
function areAllowed(verdicts: Verdict[]): boolean {
  return verdicts.some(({ check, outcome }) => check === "scopes" && outcome === "ok");
}
