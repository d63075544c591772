import { existsSync } from "node:fs";
import { access, constants, mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { describeRedisStartError } from "../sign-in/opening/redis-start-errors.ts";
import type { RedisSettings } from "../sign-in/settings/redis-url.ts";
import { prepareStorePath, storePathIn } from "../sign-in/store/embedded/lmdb-file.ts";
import type { RedisConnection } from "../sign-in/store/redis/connection.ts";
import type { RedisAdvice } from "../sign-in/store/redis/start-check.ts";
import { RedisStartError } from "../sign-in/store/redis/start-error.ts";
import type { Config } from "../site/settings/config.ts";
import { explainStartError } from "../site/start/start-errors.ts";
import { advice, ok, problem, type Verdict } from "./verdict.ts";

/** Whether sessions can be kept where the settings say. */
export async function checkSessions({ redis, dataDirectory }: Config): Promise<Verdict[]> {
  if (!redis) return [await checkFolder(dataDirectory)];
  try {
    return await checkRedis(redis);
  } catch (error) {
    if (!(error instanceof RedisStartError)) throw error;
    const { finding, why, remedy = "See its own log." } = describeRedisStartError(error);
    return [problem("sessions", `${finding} ${why}`, remedy)];
  }
}

async function checkFolder(folder: string): Promise<Verdict> {
  const obstacle = await obstacleTo(folder);
  if (obstacle) {
    return problem(
      "sessions",
      `Sessions are kept in DATA_DIR (${folder}), and cannot be written there: ${obstacle}.`,
      "Name a folder that the app's user may write to, or set REDIS_URL. If you are not that user, ask again as the one who is.",
    );
  }
  const failure = await failureOfStore(folder);
  if (!failure) return ok("sessions", `kept in DATA_DIR (${folder}), for this machine alone`);
  return problem(
    "sessions",
    `The session store cannot be opened: ${failure}`,
    "Mend what it says, or set REDIS_URL.",
  );
}

/** Why the app could not open its store: the one that is there, and an empty one, which is removed again. */
async function failureOfStore(folder: string): Promise<string | undefined> {
  const trial = await mkdtemp(join(tmpdir(), "sign-in-doctor-"));
  try {
    if (existsSync(storePathIn(folder))) await prepareStorePath(folder);
    const { openEmbeddedRowStore } = await import("../sign-in/store/embedded/row-store.ts");
    await (await openEmbeddedRowStore(trial, Date.now)).close();
    return undefined;
  } catch (error) {
    return explainStartError(error, undefined).replace(/^Nothing was started\. /, "");
  } finally {
    await rm(trial, { recursive: true, force: true });
  }
}

/** What keeps this user from writing into a folder that is there, or will be made. */
async function obstacleTo(folder: string): Promise<string | undefined> {
  try {
    if (!(await stat(folder)).isDirectory()) return `${folder} is no folder`;
    await access(folder, constants.W_OK);
    return undefined;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === "ENOENT" ? await obstacleTo(dirname(resolve(folder))) : code;
  }
}

/** Asks over one connection what the app asks when it starts, and which version answers. */
async function checkRedis(settings: RedisSettings): Promise<Verdict[]> {
  const { openRedisConnection } = await import("../sign-in/store/redis/connection.ts");
  const { assertServes, redisAdvice } = await import("../sign-in/store/redis/start-check.ts");
  const { prefix } = await import("../sign-in/store/redis/row-store.ts");
  let redis: RedisConnection | undefined;
  try {
    redis = await openRedisConnection(settings);
    await assertServes(redis, prefix);
    const found = `kept in ${await versionOf(redis)} at ${settings.host}:${settings.port}, which takes and gives back rows`;
    return [ok("sessions", found), ...(await redisAdvice(redis, settings)).map(adviceOn)];
  } catch (error) {
    throw new RedisStartError(settings, error);
  } finally {
    await redis?.close();
  }
}

/** What answers, and its version: `Redis 7.4.2`, `Valkey 8.1.0`. */
async function versionOf({ ask }: RedisConnection): Promise<string> {
  const info = String(await ask((client) => client.info("server")).catch(() => ""));
  const [, valkey] = /^valkey_version:(\S+)/m.exec(info) ?? [];
  const [, redis] = /^redis_version:(\S+)/m.exec(info) ?? [];
  if (valkey) return `Valkey ${valkey}`;
  return redis ? `Redis ${redis}` : "Redis of a version that it does not tell";
}

function adviceOn(found: RedisAdvice): Verdict {
  if (found.kind === "exposed") {
    return advice(
      "sessions",
      "REDIS_URL leads to another machine without TLS: its password and the keys of sessions cross the network in clear.",
      "Use rediss://, unless that network is yours alone.",
    );
  }
  return advice(
    "sessions",
    `Redis throws rows away when its memory is full (maxmemory-policy ${found.policy}): visitors would be signed out.`,
    "Set maxmemory-policy to noeviction.",
  );
}
