import type { SignInSettings } from "../settings/settings.ts";
import { markOf } from "./client-mark.ts";
import { prepareStorePath } from "./embedded/lmdb-file.ts";
import type { EmbeddedRowStoreOptions } from "./embedded/row-store.ts";
import { createLazyRowStore } from "./lazy-row-store.ts";
import type { RedisNews } from "./redis/row-store.ts";
import { RedisStartError } from "./redis/start-error.ts";
import type { RowStore } from "./row-store.ts";

type StoreSettings = Pick<SignInSettings, "redis" | "dataDirectory" | "userPool">;
type StoreOptions = {
  now: () => number;
  report: (news: RedisNews) => void;
  embedded?: Omit<EmbeddedRowStoreOptions, "mark">;
};

/**
 * This client's rows in the store that the settings name, and never another one in its place: Redis with REDIS_URL, else the
 * embedded database. Redis is loaded at once, since nothing else tells whether it can be reached. The database costs a fifth
 * of the start-up time, and is loaded at its first use. Rejects with a RedisStartError or DamagedStoreError.
 */
export async function openRowStore(
  { redis, dataDirectory, userPool }: StoreSettings,
  { now, report, embedded }: StoreOptions,
): Promise<RowStore> {
  const mark = markOf(userPool);
  if (redis) {
    // Its client is installed by those who want it.
    const { openRedisRowStore } = await import("./redis/row-store.ts").catch((cause) => {
      throw cause.code === "ERR_MODULE_NOT_FOUND" ? new RedisStartError(redis, cause) : cause;
    });
    return await openRedisRowStore(redis, { now, report, mark });
  }
  await prepareStorePath(dataDirectory);
  return createLazyRowStore(async () => {
    const { openEmbeddedRowStore } = await import("./embedded/row-store.ts");
    return await openEmbeddedRowStore(dataDirectory, now, { ...embedded, mark });
  });
}
