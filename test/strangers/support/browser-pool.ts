import type { LocalCognitoOptions } from "../../../src/local-cognito/local-cognito.ts";
import {
  type ClientSettings,
  type PoolSettings,
  tutorialSettings,
  withFirstClient,
} from "../../../src/local-cognito/pool/pool-settings.ts";
import { startPool, type TestPool } from "../../local-cognito/support/pool.ts";

/** Starts a pool with a client for browsers, which has no secret; its time is that of the library, which signs with it. */
export function startBrowserPool(
  changes: Partial<PoolSettings> = {},
  client: Partial<ClientSettings> = {},
  options: Partial<LocalCognitoOptions> = {},
): Promise<TestPool> {
  const settings = withFirstClient(
    { ...tutorialSettings, ...changes },
    { hasSecret: false, ...client },
  );
  return startPool({ settings, now: Date.now, ...options });
}

/** The newest code in the inbox. */
export async function mailedCode(pool: TestPool): Promise<string> {
  const accept = "application/json";
  const [mail] = JSON.parse((await pool.browser().get("/_local/inbox", { accept })).text);
  return mail.code;
}
