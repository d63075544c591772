import type { Config } from "../config.ts";
import type { RedisNews } from "./redis/row-store.ts";
import type { RowStore } from "./row-store.ts";

/**
 * The store that the settings name, and never another one in its place: Redis where REDIS_URL is set, the embedded
 * database otherwise. Only that one is loaded. Rejects with a RedisStartError or DamagedStoreError.
 */
export async function openRowStore(
  { redis, dataDirectory }: Pick<Config, "redis" | "dataDirectory">,
  { now, report }: { now: () => number; report: (news: RedisNews) => void },
): Promise<RowStore> {
  if (redis) {
    const { openRedisRowStore } = await import("./redis/row-store.ts");
    return await openRedisRowStore(redis, { now, report });
  }
  const { openEmbeddedRowStore } = await import("./embedded-row-store.ts");
  return await openEmbeddedRowStore(dataDirectory, now);
}
