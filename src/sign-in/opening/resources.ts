import type { SignInLog } from "../events.ts";
import { keepSessionSecret } from "../session/session-secret.ts";
import type { UserPoolSettings } from "../settings/cognito.ts";
import type { SignInSettings } from "../settings/settings.ts";
import { openRowStore } from "../store/open-row-store.ts";
import type { RowStore } from "../store/row-store.ts";
import type { LocalPool } from "./local-pool.ts";
import { reportRedis } from "./redis-log.ts";

/** What the sign-in works with, and what has to be there before it can. */
export interface Resources {
  userPool: UserPoolSettings;
  sessionSecrets: string[];
  rows: RowStore;
  /** Where no user pool is set. */
  localPool?: LocalPool | undefined;
}

/** Opens what the settings name: secret, store and pool. Where one fails, those before it are closed again. */
export async function openResources(
  settings: SignInSettings,
  log: SignInLog,
  now: () => number,
): Promise<Resources> {
  const sessionSecrets = settings.sessionSecrets ?? [await ownSecret(settings.dataDirectory, log)];
  const rows = await openRowStore(settings, { now, report: (news) => reportRedis(log, news) });
  try {
    if (settings.userPool) return { userPool: settings.userPool, sessionSecrets, rows };
    const { startLocalPool } = await import("./local-pool.ts");
    const localPool = await startLocalPool(settings, log);
    return { userPool: localPool.userPool, sessionSecrets, rows, localPool };
  } catch (error) {
    await rows.close();
    throw error;
  }
}

/** A secret that others can read is used all the same, with a warning: on a mounted file system its mode may not be ours to change. */
async function ownSecret(dataDirectory: string, log: SignInLog): Promise<string> {
  const { secret, isExposed } = await keepSessionSecret(dataDirectory);
  if (isExposed) {
    log.warn(
      {},
      "other accounts of this machine may read or exchange the session secret in DATA_DIR, and sign in as anybody with it; keep them out of the folder (mode 0700), then remove the file and start again for a new one, which ends every session",
    );
  }
  return secret;
}
