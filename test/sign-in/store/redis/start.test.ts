import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { openRowStore } from "../../../../src/sign-in/store/open-row-store.ts";
import { commandsOfStore } from "../../../../src/sign-in/store/redis/commands.ts";
import { loadConfig } from "../../../../src/site/settings/config.ts";
import { explainStartError } from "../../../../src/site/start/start-errors.ts";
import { type CertificateFiles, writeCertificate } from "../../../support/certificate-files.ts";
import { hasPrograms } from "../../../support/programs.ts";
import { type RedisServer, startRedis } from "../../../support/redis-server.ts";
import { freePort, spawnServer } from "../../../support/spawn-server.ts";
import { openTcpTap, type TapMode, type TcpTap } from "../../../support/tcp-tap.ts";

const password = "open-sesame-and-let-me-in";

/** What a start with this REDIS_URL says before it ends, or undefined where Redis serves. */
async function start(url: string): Promise<string | undefined> {
  const config = loadConfig({ REDIS_URL: url });
  try {
    const rows = await openRowStore(config, { now: Date.now, report: () => {} });
    await rows.close();
    return undefined;
  } catch (error) {
    return explainStartError(error, config);
  }
}

/** Says where, why it matters and what to do; neither a password nor a line of code. */
function expectToSay(text: string | undefined, address: string, words: string): void {
  expect(text).toContain(`The Redis of REDIS_URL (${address}) cannot be used: `);
  expect(text).toContain(words);
  expect(text).toContain("nobody could sign in");
  expect(text).not.toContain(password);
  expect(text).not.toMatch(/^\s+at /m);
}

describe("DO-1: at the start, a REDIS_URL", () => {
  test("where nothing listens ends the process, and no other store is made", async () => {
    const port = await freePort();
    const run = await spawnServer({ REDIS_URL: `redis://:${password}@127.0.0.1:${port}` });
    onTestFinished(run.remove);

    expect(await run.exitCode).toBe(1);

    expectToSay(run.output(), `127.0.0.1:${port}`, "nothing listens there");
    expect(run.output()).not.toContain("Server running");
    expect(existsSync(join(run.dataDirectory, "sessions.mdb"))).toBe(false);
  });

  test("whose host name does not resolve is told apart", async () => {
    expectToSay(await start("redis://redis.invalid"), "redis.invalid:6379", "does not resolve");
  });
});

describe.runIf(hasPrograms(["redis-server"], import.meta.url))(
  "DO-1: at the start, a Redis that",
  () => {
    let open: RedisServer;
    let locked: RedisServer;
    let tap: TcpTap;
    const at = ({ port }: { port: number }) => `127.0.0.1:${port}`;

    beforeAll(async () => {
      [open, locked] = await Promise.all([startRedis(), startRedis({ password })]);
      await open.run("ACL", "SETUSER", "stranger", "on", `>${password}`, "~other:*", "+@all");
      await open.run(
        "ACL",
        "SETUSER",
        "reader",
        "on",
        `>${password}`,
        "~*",
        "+@read",
        "+@connection",
      );
      tap = await openTcpTap(open.port);
    });
    afterAll(async () => {
      await tap.close();
      await Promise.all([open.close(), locked.close()]);
    });

    test("serves is used, with a password and a database of its own, too", async () => {
      expect(await start(open.url)).toBeUndefined();
      expect(await start(`${locked.url}/3`)).toBeUndefined();
      expect(await open.run("DBSIZE")).toBe("0");
    });

    test("does not tell about its memory is used", async () => {
      await open.run("ACL", "SETUSER", "secretive", "on", `>${password}`, "~*", "+@all", "-info");

      expect(await start(`redis://secretive:${password}@${at(open)}`)).toBeUndefined();
    });

    test.each<[string, () => [string, RedisServer], string]>([
      [
        "wants a password",
        () => [`redis://${at(locked)}`, locked],
        "does not accept the user name or password",
      ],
      [
        "has another password",
        () => [`redis://:${password}!@${at(locked)}`, locked],
        "does not accept the user name or password",
      ],
      [
        "has no such user",
        () => [`redis://nobody:${password}@${at(open)}`, open],
        "does not accept the user name or password",
      ],
      [
        "wants no password",
        () => [`redis://:${password}@${at(open)}`, open],
        "does not accept the user name or password",
      ],
      [
        "allows its user other keys only",
        () => [`redis://stranger:${password}@${at(open)}`, open],
        "on keys that begin with sign-in:",
      ],
      [
        "allows its user to read only",
        () => [`redis://reader:${password}@${at(open)}`, open],
        "Allow GET, GETRANGE, EXISTS, SET, DEL, PING, EVAL and EVALSHA on keys",
      ],
      ["has fewer databases", () => [`redis://${at(open)}/99`, open], "no database of that number"],
      [
        "knows nothing of TLS",
        () => [`rediss://${at(open)}`, open],
        "a port without TLS is silent to rediss://",
      ],
    ])("%s is refused in words", async (_what, where, words) => {
      const [url, server] = where();

      expectToSay(await start(url), at(server), words);
    });

    test("allows its user what the store sends and nothing more is used, and its documentation says the same", async () => {
      const all = commandsOfStore.map((command) => `+${command.toLowerCase()}`);
      const user = ["on", `>${password}`, "resetkeys", "~sign-in:*", "-@all"];
      await open.run("ACL", "SETUSER", "sparse", ...user, ...all);
      const url = `redis://sparse:${password}@${at(open)}`;

      expect(await start(url)).toBeUndefined();
      for (const command of all) {
        // The script of an earlier start would spare the store an EVAL.
        await open.run("SCRIPT", "FLUSH");
        await open.run(
          "ACL",
          "SETUSER",
          "sparse",
          "-@all",
          ...all.filter((one) => one !== command),
        );
        expectToSay(await start(url), at(open), "Allow GET, GETRANGE, EXISTS");
      }
      const operating = await readFile("docs/operating.md", "utf8");
      const [, listed = ""] = /needs these on `sign-in:\*`: ([^.]*)\./.exec(operating) ?? [];
      expect(listed.match(/\w{3,}/g)?.filter((word) => word !== "and")).toEqual(commandsOfStore);
    });

    test.each<[string, TapMode, string]>([
      ["never answers", "black hole", "does not answer in time"],
      [
        "closes every connection",
        "close",
        "what answers there is no Redis, or one that turns this machine away",
      ],
      [
        "is a web server",
        { answer: "HTTP/1.1 400 Bad Request\r\n\r\n" },
        "what answers there is no Redis, or one that turns this machine away",
      ],
      [
        "sends us to another node",
        { answer: "-MOVED 1 10.0.0.1:1\r\n".repeat(2) },
        "clusters are not supported",
      ],
      [
        "is loading its rows",
        { answer: "-LOADING Redis is loading\r\n".repeat(2) },
        "still loading",
      ],
      [
        "refuses with no word that we know",
        { answer: "-nothing \u001b[2Jdoing\r\n".repeat(2) },
        "it failed (nothing \ufffd[2Jdoing)",
      ],
    ])("%s is refused in words", async (_what, mode, words) => {
      await tap.set(mode);

      const text = await start(`redis://${at(tap)}`);

      await tap.set("pass");
      expectToSay(text, at(tap), words);
    });

    test.each([
      ["is a read-only replica", ["--replicaof", "127.0.0.1 1"], "read-only replica"],
      ["is a node of a cluster", ["--cluster-enabled", "yes"], "clusters are not supported"],
      ["is out of memory", ["--maxmemory", "1"], "memory is full"],
    ])("%s is refused in words", async (_what, settings, words) => {
      const redis = await startRedis({ settings });
      onTestFinished(redis.close);

      expectToSay(await start(redis.url), at(redis), words);
    });

    test("throws sessions away when it is full is told of in the log", async () => {
      const redis = await startRedis({
        settings: ["--maxmemory", "100mb", "--maxmemory-policy", "volatile-lru"],
      });
      onTestFinished(redis.close);
      const news: unknown[] = [];

      const config = loadConfig({ REDIS_URL: redis.url });
      const rows = await openRowStore(config, { now: Date.now, report: (one) => news.push(one) });
      await rows.close();

      expect(news).toEqual([{ kind: "evicting", policy: "volatile-lru" }]);
    });
  },
);

describe.runIf(hasPrograms(["redis-server"], import.meta.url))("Redis with TLS", () => {
  let certificate: CertificateFiles;
  let redis: RedisServer;

  beforeAll(async () => {
    certificate = await writeCertificate("localhost");
    redis = await startRedis({ password, certificate });
  });
  afterAll(async () => {
    await redis.close();
    await certificate.remove();
  });

  test("DO-1: is refused in words where its certificate is not trusted", async () => {
    const text = await start(`rediss://:${password}@localhost:${redis.tlsPort}`);

    expectToSay(
      text,
      `localhost:${redis.tlsPort}`,
      "certificate is not one that this machine trusts",
    );
  });

  test("DO-1: is told apart where REDIS_URL does not speak it", async () => {
    const text = await start(`redis://:${password}@localhost:${redis.tlsPort}`);

    expectToSay(text, `localhost:${redis.tlsPort}`, "a port for TLS wants rediss://");
  });
});
