import { ConfigError } from "../../src/sign-in/settings/problems.ts";
import { loadConfig } from "../../src/site/settings/config.ts";
import { explainStartError, UnreadableDotenvError } from "../../src/site/start/start-errors.ts";
import { startUserPool } from "../../src/testing/start-user-pool.ts";
import {
  assertReachable,
  type PoolSettings,
  poolUnderTest,
  UnreachableError,
} from "./pool-under-test.ts";
import { questions } from "./questions.ts";
import { report } from "./report.ts";
import { askAll } from "./verdicts.ts";

type Say = (text: string) => void;

/**
 * Asks the pool of the app's settings everything, or local Cognito where none is set, and says what differs. Returns
 * the exit status: 0 where nothing does, 1 otherwise and where the pool cannot be asked.
 */
export async function checkContract(
  readSettings: () => Record<string, string | undefined>,
  say: Say,
): Promise<0 | 1> {
  try {
    const { userPool, callbackUrl, signOutUrl, scopes } = loadConfig(readSettings());
    const urls = { callbackUrl, signOutUrl, scopes };
    return userPool
      ? await askPool({ ...userPool, ...urls }, "The pool", say)
      : await askLocalCognito(urls, say);
  } catch (error) {
    say(`${explain(error)}\n`);
    return 1;
  }
}

function explain(error: unknown): string {
  if (error instanceof UnreachableError) return error.message;
  if (!(error instanceof ConfigError || error instanceof UnreadableDotenvError)) throw error;
  return explainStartError(error, undefined).replace(
    /^Nothing was started\./,
    "Nothing was asked.",
  );
}

async function askLocalCognito(
  urls: Pick<PoolSettings, "callbackUrl" | "signOutUrl" | "scopes">,
  say: Say,
): Promise<0 | 1> {
  const pool = await startUserPool({
    callbackUrls: [urls.callbackUrl],
    signOutUrls: [urls.signOutUrl],
  });
  try {
    const settings = { ...pool, domain: pool.origin, ...urls };
    return await askPool(settings, "No pool is set: local Cognito", say);
  } finally {
    await pool.close();
  }
}

async function askPool(settings: PoolSettings, name: string, say: Say): Promise<0 | 1> {
  say(`${name} at ${settings.domain}, issuer ${settings.issuer}\n\n`);
  const pool = poolUnderTest(settings);
  await assertReachable(pool);
  const { text, isAsExpected } = report(await askAll(questions, pool));
  say(text);
  return isAsExpected ? 0 : 1;
}
