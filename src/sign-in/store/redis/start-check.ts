import { randomBytes } from "node:crypto";
import type { RedisSettings } from "../../settings/redis-url.ts";
import { replyCode } from "./errors.ts";
import type { Redis } from "./reconnection.ts";

/** So many keys that a node of a cluster would hold only some of them, and says so. */
const probes = 16;
const probeLifeMs = 10_000;

/** What an operator should know although Redis serves. */
export type RedisAdvice = { kind: "exposed" } | { kind: "evicting"; policy: string };

/** Writes, changes and removes rows as the store does; rejects with what keeps Redis from serving. */
export async function assertServes({ ask }: Redis, prefix: string): Promise<void> {
  await Promise.all(
    Array.from({ length: probes }, () =>
      ask(async (client) => {
        const row = randomBytes(16);
        const key = `${prefix}probe:${row.toString("base64url")}`;
        const expiration = { type: "PX", value: probeLifeMs } as const;
        await client.set(key, row, { condition: "NX", expiration });
        await client.getRange(key, 0, 0);
        await client.exists(key);
        // Inside the script a refusal of this one would look like a row that has changed.
        await client.get(key);
        const isKept = await client.compareAndSet(key, row, row, probeLifeMs);
        const isRemoved = await client.del(key);
        if (!isKept || !isRemoved) throw new Error("a row that was written was not there");
      }),
    ),
  );
}

/** Looks at what is safe to run with, and better otherwise. */
export async function redisAdvice(redis: Redis, settings: RedisSettings): Promise<RedisAdvice[]> {
  const policy = await evictionPolicy(redis);
  return [
    ...(settings.isExposed ? [{ kind: "exposed" } as const] : []),
    ...(policy ? [{ kind: "evicting", policy } as const] : []),
  ];
}

/** The policy by which rows are thrown away when the memory is full, or undefined where none are, or none is told. */
async function evictionPolicy({ ask }: Redis): Promise<string | undefined> {
  const info = await ask((client) => client.info("memory")).catch((error: unknown) => {
    if (replyCode(error)) return "";
    throw error;
  });
  const [, policy] = /^maxmemory_policy:(\S+)/m.exec(String(info)) ?? [];
  const isBounded = /^maxmemory:[1-9]/m.test(String(info));
  return isBounded && policy !== "noeviction" ? policy : undefined;
}
