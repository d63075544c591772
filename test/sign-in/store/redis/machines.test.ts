import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type CertificateFiles, writeCertificate } from "../../../support/certificate-files.ts";
import { hasPrograms } from "../../../support/programs.ts";
import { providerForAll } from "../../../support/provider-for-all.ts";
import { type RedisServer, startRedis } from "../../../support/redis-server.ts";
import { signedInHeading } from "../../../support/signed-in.ts";
import {
  freePort,
  poolSettings,
  type ServerProcess,
  spawnServer,
} from "../../../support/spawn-server.ts";
import { testSecret } from "../../../support/start.ts";
import { openTcpTap, type TcpTap } from "../../../support/tcp-tap.ts";
import { createVisitor, type Visitor } from "../../../support/visitor.ts";

const appUrl = "https://localhost:8443";
const password = "known-to-every-machine";
const tokenPath = "/oauth2/token";

interface Machine extends ServerProcess {
  origin: string;
}

/** Two processes that share nothing but their settings; the balancer is which of them a visitor's requests go to. */
describe.runIf(hasPrograms(["redis-server"], import.meta.url))("Two machines on one Redis", () => {
  const provider = providerForAll();
  let certificate: CertificateFiles;
  let redis: RedisServer;
  let tap: TcpTap;
  let one: Machine;
  let two: Machine;

  beforeAll(async () => {
    certificate = await writeCertificate("localhost");
    redis = await startRedis({ password, certificate });
    tap = await openTcpTap(redis.port);
    [one, two] = await Promise.all([
      startMachine(`rediss://:${password}@localhost:${redis.tlsPort}`),
      startMachine(`redis://:${password}@127.0.0.1:${tap.port}`),
    ]);
  });
  afterAll(async () => {
    await Promise.all([one.remove(), two.remove()]);
    await tap.close();
    await redis.close();
    await certificate.remove();
  });

  async function startMachine(redisUrl: string): Promise<Machine> {
    const port = await freePort();
    const machine = await spawnServer({
      ...poolSettings(provider()),
      PORT: port,
      APP_URL: appUrl,
      SESSION_SECRET: testSecret,
      REDIS_URL: redisUrl,
      NODE_EXTRA_CA_CERTS: certificate.certFile,
    });
    await machine.says("Server running at");
    return { ...machine, origin: `http://127.0.0.1:${port}` };
  }

  /** A visitor whose requests go to the first machine until they are sent to another. */
  function arrive() {
    const route: Record<string, string> = { [appUrl]: one.origin };
    const visitor = createVisitor({ proxied: route });
    const sendTo = (machine: Machine) => {
      route[appUrl] = machine.origin;
    };
    return { visitor, sendTo };
  }

  /** The same request, so many times to each machine, all at once. */
  function everywhere(visitor: Visitor, url: string, times: number): Promise<Response[]> {
    const { pathname, search } = new URL(url);
    const cookie = visitor.cookies(appUrl).map(({ name, value }) => `${name}=${value}`);
    const headers = {
      host: new URL(appUrl).host,
      accept: "text/html",
      cookie: cookie.join("; "),
    };
    const origins = Array.from({ length: times }, () => [one.origin, two.origin]).flat();
    return Promise.all(
      origins.map((origin) => fetch(origin + pathname + search, { redirect: "manual", headers })),
    );
  }

  const headingOf = async (visitor: Visitor) =>
    (
      await visitor.visit(`${appUrl}/logged-in`, {
        stopBefore: (url) => url.pathname === "/login",
      })
    ).heading;

  test("know a visitor who signed in on the other one, and one who signed out there", async () => {
    const { visitor, sendTo } = arrive();

    const signedIn = await visitor.visit(`${appUrl}/login`);
    sendTo(two);
    const onTwo = await headingOf(visitor);
    const cookies = visitor.clone();
    await visitor.request("POST", `${appUrl}/logout`);
    sendTo(one);

    expect([signedIn.heading, onTwo]).toEqual([signedInHeading, signedInHeading]);
    expect(await headingOf(cookies)).not.toBe(signedInHeading);
  });

  test("CC-2: exchange the code of a doubled callback once, for one session", async () => {
    const { visitor } = arrive();
    const begun = await visitor.visit(`${appUrl}/login`, {
      stopBefore: (url) => url.pathname === "/logged-in",
    });

    const answers = await everywhere(visitor, begun.location ?? "", 5);

    const sessions = answers.flatMap(({ headers }) =>
      headers.getSetCookie().filter((cookie) => /^__Host-sign-in(?:-\d+)?=/.test(cookie)),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(303));
    expect(new Set(sessions.map((cookie) => cookie.split(";")[0])).size).toBe(1);
    expect(sessions).toHaveLength(10);
    expect(provider().count(tokenPath)).toBe(1);
  });

  test("DO-1: keep sessions nowhere else", () => {
    for (const { child, dataDirectory, output } of [one, two]) {
      expect(output()).toContain("Sessions are kept in Redis at ");
      expect(existsSync(join(dataDirectory, "sessions.mdb"))).toBe(false);
      if (process.platform !== "linux") continue;
      expect(readFileSync(`/proc/${child.pid}/maps`, "utf8")).not.toContain("lmdb");
    }
  });

  test("keep a visitor signed in when the one that they came from is gone", async () => {
    const { visitor, sendTo } = arrive();
    await visitor.visit(`${appUrl}/login`);

    one.child.kill("SIGKILL");
    await one.exitCode;
    sendTo(two);

    expect(await headingOf(visitor)).toBe(signedInHeading);
  });

  test("OL-3: stop although Redis is a black hole", async () => {
    const { visitor, sendTo } = arrive();
    sendTo(two);
    await visitor.visit(`${appUrl}/login`);
    await tap.set("black hole");
    const waiting = visitor.visit(`${appUrl}/logged-in`);
    await expect.poll(() => tap.lost()).toBeGreaterThan(0);

    two.child.kill("SIGTERM");

    expect((await waiting).status).toBe(503);
    expect(await two.exitCode).toBe(0);
  });
});
