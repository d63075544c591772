import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { userKeyOf } from "../../../../src/sign-in/session/user-index.ts";
import { createUser } from "../../../support/pool-claims.ts";
import { hasPrograms } from "../../../support/programs.ts";
import { providerForAll } from "../../../support/provider-for-all.ts";
import { type RedisServer, startRedis } from "../../../support/redis-server.ts";
import { signInAtProvider } from "../../../support/refused.ts";
import {
  atAnother,
  sessionKeyOf,
  signedInAs,
  signedInHeading,
} from "../../../support/signed-in.ts";
import { type Started, start, startForAll } from "../../../support/start.ts";
import { openTcpTap, type TcpTap } from "../../../support/tcp-tap.ts";
import { createVisitor, type Visitor } from "../../../support/visitor.ts";
import { watchRows } from "../../../support/watched-rows.ts";

const minute = 60_000;
const megabyte = 1024 * 1024;

describe.runIf(hasPrograms(["redis-server"], import.meta.url))("Sessions in Redis", () => {
  let redis: RedisServer;
  let tap: TcpTap;
  let clockOffset = 0;
  const now = () => Date.now() + clockOffset;

  const provider = providerForAll({ now });
  beforeAll(async () => {
    redis = await startRedis();
    tap = await openTcpTap(redis.port);
  });
  afterAll(async () => {
    await tap.close();
    await redis.close();
  });
  afterEach(() => {
    clockOffset = 0;
  });
  const onRedis = () => ({
    userPool: provider(),
    now,
    env: { REDIS_URL: `redis://127.0.0.1:${tap.port}`, SESSION_IDLE_MINUTES: "120" },
  });
  const app = startForAll(onRedis);
  const other = startForAll(onRedis);

  async function signedIn(at: Started = app()): Promise<Visitor> {
    const visitor = createVisitor();
    provider().user = createUser("mira");
    await signInAtProvider(visitor, at);
    return visitor;
  }
  const inRedis = (key: string) => {
    const { issuer, clientId } = provider();
    const client = createHash("sha256").update(`${issuer} ${clientId}`).digest("base64url");
    return `sign-in:${key}@${client.slice(0, 12)}`;
  };
  const keyOf = (visitor: Visitor) => inRedis(sessionKeyOf(visitor, app()));
  const bytesSent = async () =>
    Number(/total_net_output_bytes:(\d+)/.exec(await redis.run("INFO", "stats"))?.[1]);
  const page = (visitor: Visitor, at = app()) =>
    atAnother(visitor, at).request("GET", `${at.appUrl}/logged-in`, {
      headers: { accept: "text/html" },
    });

  test("have keys with a prefix of the app, values that say nothing, and an end", async () => {
    await redis.run("FLUSHALL");
    const visitor = await signedIn();

    const keys = (await redis.run("KEYS", "*")).split("\n");
    const row = await redis.run("GET", keyOf(visitor));
    const lifeMs = Number(await redis.run("PTTL", keyOf(visitor)));

    expect(keys).toContain(keyOf(visitor));
    expect(keys.filter((key) => !key.startsWith("sign-in:"))).toEqual([]);
    expect(row).not.toMatch(/mira|example/);
    expect(lifeMs).toBeGreaterThan(119 * minute);
    expect(lifeMs).toBeLessThanOrEqual(120 * minute);
  });

  test("DO-1: are nowhere else", () => {
    expect(existsSync(join(app().dataDirectory, "sessions.mdb"))).toBe(false);
  });

  test("DO-4: count as none once Redis was emptied", async () => {
    const visitor = await signedIn();
    await redis.run("FLUSHALL");

    expect(await signedInAs(visitor, app())).toBeUndefined();
    expect((await signInAtProvider(visitor, app())).heading).toBe(signedInHeading);
  });

  test.each([
    ["a list", ["LPUSH"]],
    ["garbage", ["SET"]],
  ])(
    "DO-4: count as none where Redis holds %s in their place, and that goes",
    async (_what, [command = ""]) => {
      const visitor = await signedIn();
      const key = keyOf(visitor);
      await redis.run("DEL", key);
      await redis.run(command, key, "garbage");

      expect(await signedInAs(visitor, app())).toBeUndefined();
      expect(await redis.run("EXISTS", key)).toBe("0");
      expect((await signInAtProvider(visitor, app())).heading).toBe(signedInHeading);
    },
  );

  test("DO-4: go on and end while Redis is out of memory, and begin again when it is not", async () => {
    const [member, leaver] = [await signedIn(), await signedIn()];
    await redis.run("CONFIG", "SET", "maxmemory", "1");
    clockOffset = 2 * minute;

    const newcomer = await signInAtProvider(createVisitor(), app());
    const visited = await page(member);
    const left = await leaver.request("POST", `${app().appUrl}/logout`);
    await redis.run("CONFIG", "SET", "maxmemory", "0");

    expect([newcomer.status, newcomer.headers["retry-after"]]).toEqual([503, "5"]);
    expect([visited.status, left.status]).toEqual([200, 303]);
    expect(await redis.run("EXISTS", keyOf(member))).toBe("1");
    expect((await signInAtProvider(createVisitor(), app())).heading).toBe(signedInHeading);
  });

  test("DO-4: are read while Redis is a read-only replica, and begin as soon as its address leads to the primary", async () => {
    const primary = await startRedis();
    const member = await signedIn();
    await redis.run("REPLICAOF", "127.0.0.1", "1");
    const before = tap.connections();

    const refused = await signInAtProvider(createVisitor(), app());
    const visited = await page(member);
    tap.forwardTo(primary.port);
    await expect
      .poll(async () => (await signInAtProvider(createVisitor(), app())).heading)
      .toBe(signedInHeading);

    expect([refused.status, visited.status]).toEqual([503, 200]);
    expect(tap.connections()).toBeLessThan(before + 10);
    tap.forwardTo(redis.port);
    await redis.run("REPLICAOF", "NO", "ONE");
    await primary.close();
    await expect.poll(() => signedInAs(member, app())).toBe("mira");
  });

  test.each([
    ["longer than any of ours", 16 * megabyte],
    ["empty", 0],
  ])("DO-4: count as none where somebody made them %s, and begin again", async (_how, length) => {
    const sentBefore = await bytesSent();
    const visitor = await signedIn();
    const [row, list] = [keyOf(visitor), inRedis(userKeyOf(String(provider().user.sub)))];
    for (const key of [row, list]) {
      await redis.run("SET", key, "");
      if (length > 0) await redis.run("SETRANGE", key, String(length - 1), "x");
    }

    expect((await page(visitor)).status).toBe(303);
    expect((await signInAtProvider(createVisitor(), app())).heading).toBe(signedInHeading);

    // Neither was read as a whole: much longer ones would take the memory, and everybody's time.
    expect((await bytesSent()) - sentBefore).toBeLessThan(4 * megabyte);
    expect(await redis.run("EXISTS", row)).toBe("0");
    const lengthOfList = Number(await redis.run("STRLEN", list));
    expect(lengthOfList).toBeGreaterThan(0);
    expect(lengthOfList).toBeLessThan(1000);
  });

  test("go on where Redis has forgotten the script that changes them", async () => {
    const visitor = await signedIn();
    await redis.run("SCRIPT", "FLUSH");
    clockOffset = 2 * minute;
    const before = await redis.run("GET", keyOf(visitor));

    await page(visitor);

    expect(await redis.run("GET", keyOf(visitor))).not.toBe(before);
  });

  test("CC-4: are renewed once for requests to two processes at the same moment", async () => {
    const visitor = await signedIn();
    clockOffset = 61 * minute;

    const pages = await Promise.all(
      Array.from({ length: 10 }, (_, index) => page(visitor.clone(), index % 2 ? app() : other())),
    );

    expect(pages.map(({ status }) => status)).toEqual(Array(10).fill(200));
    expect(provider().count("/oauth2/token")).toBe(2);
  });

  test("CC-3: stay ended where another process noted a visit meanwhile", async () => {
    const rows = watchRows();
    const busy = await start({ ...onRedis(), wrapRows: rows.wrap });
    const visitor = await signedIn();
    const key = keyOf(visitor);
    const copy = visitor.clone();
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    rows.before = ({ method }) => (method === "update" ? held : undefined);
    clockOffset = 2 * minute;

    const late = page(visitor, busy);
    await expect.poll(() => rows.calls.at(-1)?.method).toBe("update");
    await atAnother(copy, other()).request("POST", `${other().appUrl}/logout`);
    release();

    expect((await late).status).toBe(303);
    expect(await redis.run("EXISTS", key)).toBe("0");
  });
});
