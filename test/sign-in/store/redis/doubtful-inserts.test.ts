import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { openRowStore } from "../../../../src/sign-in/store/open-row-store.ts";
import type { RowStore } from "../../../../src/sign-in/store/row-store.ts";
import { loadConfig } from "../../../../src/site/settings/config.ts";
import { hasPrograms } from "../../../support/programs.ts";
import { type RedisServer, startRedis } from "../../../support/redis-server.ts";
import { openTcpTap, type TcpTap } from "../../../support/tcp-tap.ts";

const soon = () => Date.now() + 60_000;

/** Redis has carried the insert out, and its answer never came: whoever asked was told that it failed. */
describe.runIf(hasPrograms(["redis-server"], import.meta.url))("DO-3: an insert in doubt", () => {
  let redis: RedisServer;
  let tap: TcpTap;
  let rows: RowStore;
  let restored = 0;

  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.close());
  beforeEach(async () => {
    restored = 0;
    tap = await openTcpTap(redis.port);
    rows = await openRowStore(loadConfig({ REDIS_URL: `redis://127.0.0.1:${tap.port}` }), {
      now: Date.now,
      report: ({ kind }) => {
        if (kind === "restored") restored += 1;
      },
    });
    await tap.set("mute");
    const refused = rows.insert("claim", Buffer.from("of nobody"), soon()).catch(() => "refused");
    await expect.poll(() => redis.run("GET", "sign-in:claim")).toBe("of nobody");
    await tap.set("reset");
    expect(await refused).toBe("refused");
  });
  afterEach(async () => {
    await rows.close();
    await tap.close();
    await redis.run("CONFIG", "SET", "min-replicas-to-write", "0");
    await redis.run("FLUSHALL");
  });

  test("is taken back before the next connection serves", async () => {
    await tap.set("pass");
    await expect.poll(() => restored).toBe(1);

    expect(await rows.read("claim")).toBeUndefined();
  });

  test("stays what somebody else has written there since", async () => {
    await redis.run("SET", "sign-in:claim", "of another machine");
    await tap.set("pass");
    await expect.poll(() => restored).toBe(1);

    expect(String(await rows.read("claim"))).toBe("of another machine");
  });

  test("waits for a Redis that takes writes, and rows are read meanwhile", async () => {
    await redis.run("CONFIG", "SET", "min-replicas-to-write", "1");
    await tap.set("pass");
    await expect.poll(() => restored).toBe(1);
    expect(String(await rows.read("claim"))).toBe("of nobody");

    await redis.run("CONFIG", "SET", "min-replicas-to-write", "0");
    await tap.set("close");
    await tap.set("pass");
    await expect.poll(() => restored).toBe(2);

    expect(await rows.read("claim")).toBeUndefined();
  });
});
