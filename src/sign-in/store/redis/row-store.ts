import { AppError } from "../../errors.ts";
import type { RedisSettings } from "../../settings/redis-url.ts";
import type { RowStore } from "../row-store.ts";
import { openRedisConnection } from "./connection.ts";
import { createDoubtfulInserts, type DoubtfulInserts } from "./doubtful-inserts.ts";
import { ConnectionLostError, reasonOf, replyCode } from "./errors.ts";
import { type ConnectionNews, type Redis, stayConnected } from "./reconnection.ts";
import { assertServes, type RedisAdvice, redisAdvice } from "./start-check.ts";
import { RedisStartError } from "./start-error.ts";

/** In front of every key, so that others may keep theirs in the same Redis. */
export const prefix = "sign-in:";

/** Far more than any row of ours: what somebody else put there would take the memory, and everybody's time (OL-5). */
const mostBytes = 1024 * 1024;

const nothing = Buffer.alloc(0);

export type RedisNews = ConnectionNews | RedisAdvice;

/**
 * Rows in Redis or Valkey, shared by all machines that name the same one. While it cannot serve, every call fails
 * within a second and a half, and the connection is tried for until it stands again.
 * Rejects with a RedisStartError where Redis cannot serve to begin with.
 */
export async function openRedisRowStore(
  settings: RedisSettings,
  options: { now: () => number; report: (news: RedisNews) => void; mark: string },
): Promise<RowStore> {
  const { now, report, mark } = options;
  const doubtful = createDoubtfulInserts();
  let redis: Redis | undefined;
  try {
    redis = await stayConnected(async () => {
      const connection = await openRedisConnection(settings);
      try {
        await doubtful.takeBack(connection);
      } catch (error) {
        connection.drop(error as Error);
        throw error;
      }
      return connection;
    }, report);
    await assertServes(redis, prefix);
    for (const advice of await redisAdvice(redis, settings)) report(advice);
    return createRows(redis, doubtful, { now, mark });
  } catch (error) {
    await redis?.close();
    throw new RedisStartError(settings, error);
  }
}

function createRows(
  redis: Redis,
  doubtful: DoubtfulInserts,
  { now, mark }: { now: () => number; mark: string },
): RowStore {
  const place = (key: string) => prefix + key + mark;
  const remainingMs = (expiresAt: number) => Math.ceil(expiresAt - now());

  const remove = async (key: string) => (await redis.ask((client) => client.del(place(key)))) === 1;

  /** What is too long to be ours, or of another type, is a broken row, and goes as one (DO-4). */
  async function read(key: string): Promise<Buffer | undefined> {
    try {
      const row = await redis.ask((client) => client.getRange(place(key), 0, mostBytes));
      if (!row?.length) return await readEmpty(key);
      if (row.length <= mostBytes) return row;
    } catch (error) {
      if (replyCode(error) !== "WRONGTYPE") throw error;
    }
    await remove(key);
    return undefined;
  }

  /** A row of nothing and one that is not there have the same range; asked for as a whole, it could have grown meanwhile. */
  async function readEmpty(key: string): Promise<Buffer | undefined> {
    return (await redis.ask((client) => client.exists(place(key)))) === 1 ? nothing : undefined;
  }

  async function insert(key: string, value: Uint8Array, expiresAt: number): Promise<boolean> {
    const row = bytesOf(value);
    const expiration = { type: "PX", value: Math.max(1, remainingMs(expiresAt)) } as const;
    try {
      const reply = await redis.ask((client) =>
        client.set(place(key), row, { condition: "NX", expiration }),
      );
      return reply !== null;
    } catch (error) {
      if (error instanceof ConnectionLostError) doubtful.note(place(key), row);
      throw error;
    }
  }

  const update = (key: string, expected: Uint8Array, value: Uint8Array, lifetimeMs: number) =>
    redis.ask((client) =>
      client.compareAndSet(place(key), bytesOf(expected), bytesOf(value), lifetimeMs),
    );

  return {
    read: (key) => answer(() => read(key)),
    insert: (key, value, expiresAt) => answer(() => insert(key, value, expiresAt)),
    update: (key, expected, value, expiresAt) =>
      answer(() => update(key, expected, value, remainingMs(expiresAt))),
    remove: (key, expected) =>
      answer(() => (expected ? update(key, expected, expected, 0) : remove(key))),
    check: () => answer(async () => void (await redis.ask((client) => client.ping()))),
    close: () => redis.close(),
  };
}

/** No cause goes along: a reply may repeat keys, which hold the ids of sessions. */
async function answer<Value>(ask: () => Promise<Value>): Promise<Value> {
  try {
    return await ask();
  } catch (error) {
    const reason = `Redis could not serve: ${reasonOf(error)}`;
    throw new AppError("store_unavailable", { reason });
  }
}

function bytesOf({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}
