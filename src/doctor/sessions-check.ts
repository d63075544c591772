import type { Config, RedisSettings } from "../config.ts";
import type { RedisNews } from "../session/redis/row-store.ts";
import { RedisStartError } from "../session/redis/start-error.ts";
import { explainRedisStartError } from "../start/redis-start-errors.ts";
import { advice, ok, problem, type Verdict } from "./verdict.ts";

/** Whether sessions can be kept where the settings say; the embedded store is the app's own, and made by it. */
export async function checkSessions({ redis, dataDirectory }: Config): Promise<Verdict[]> {
  if (!redis)
    return [ok("sessions", `kept in DATA_DIR (${dataDirectory}), for this machine alone`)];
  try {
    return await checkRedis(redis);
  } catch (error) {
    if (!(error instanceof RedisStartError)) throw error;
    const [what = "", why = ""] = explainRedisStartError(error).split("\n");
    const [finding, ...remedies] = what.split(/(?<=\.) (?=[A-Z])/);
    return [problem("sessions", `${finding} ${why}`, remedies.join(" ") || "See its own log.")];
  }
}

async function checkRedis(settings: RedisSettings): Promise<Verdict[]> {
  const { openRedisRowStore } = await import("../session/redis/row-store.ts");
  const news: RedisNews[] = [];
  const rows = await openRedisRowStore(settings, {
    now: Date.now,
    report: (one) => void news.push(one),
  });
  await rows.close();
  const address = `${settings.host}:${settings.port}`;
  return [
    ok(
      "sessions",
      `kept in ${await versionOf(settings)} at ${address}, which takes and gives back rows`,
    ),
    ...news.flatMap(adviceOf),
  ];
}

/** What answers, and its version: `Redis 7.4.2`, `Valkey 8.1.0`. */
async function versionOf(settings: RedisSettings): Promise<string> {
  const { openRedisConnection } = await import("../session/redis/connection.ts");
  const connection = await openRedisConnection(settings);
  const info = String(await connection.ask((client) => client.info("server")).catch(() => ""));
  await connection.close();
  const [, valkey] = /^valkey_version:(\S+)/m.exec(info) ?? [];
  const [, redis] = /^redis_version:(\S+)/m.exec(info) ?? [];
  return valkey
    ? `Valkey ${valkey}`
    : redis
      ? `Redis ${redis}`
      : "Redis of a version that it does not tell";
}

function adviceOf(news: RedisNews): Verdict[] {
  switch (news.kind) {
    case "exposed":
      return [
        advice(
          "sessions",
          "REDIS_URL leads to another machine without TLS: its password and the keys of sessions cross the network in clear.",
          "Use rediss://, unless that network is yours alone.",
        ),
      ];
    case "evicting":
      return [
        advice(
          "sessions",
          `Redis throws rows away when its memory is full (maxmemory-policy ${news.policy}): visitors would be signed out.`,
          "Set maxmemory-policy to noeviction.",
        ),
      ];
    default:
      return [];
  }
}
