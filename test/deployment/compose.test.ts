import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { get } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { type LocalCognito, startLocalCognito } from "../../src/local-cognito/local-cognito.ts";
import { launchBrowser, newPage, type WatchedPage } from "../support/chromium.ts";
import { fill } from "../support/good-page.ts";
import { mira } from "../support/local-journey.ts";
import { copyNewPool } from "../support/pool-template.ts";
import { hasPrograms } from "../support/programs.ts";
import { type RedisServer, startRedis } from "../support/redis-server.ts";
import { signedInHeading } from "../support/signed-in.ts";
import {
  freePort,
  poolSettings,
  type ServerProcess,
  spawnServer,
} from "../support/spawn-server.ts";
import { testSecret } from "../support/start.ts";
import { composeFile, startNginx } from "./nginx.ts";

const password = "long-and-of-letters-and-digits";

test("the proxy finds an app that is made anew: it resolves names again, for which it is new enough", async () => {
  const { services, configs } = parse(await readFile(composeFile, "utf8"));

  const [, minor] = /^nginx:1\.(\d+)-alpine$/.exec(services.proxy.image) ?? [];
  expect(Number(minor)).toBeGreaterThanOrEqual(28);
  expect(configs.proxy.content).toMatch(/^ *resolver 127\.0\.0\.11 valid=\ds ipv6=off;$/m);
  // Without a zone nginx refuses to start with what resolves.
  expect(configs.proxy.content).toMatch(
    /upstream app \{\s+zone app 64k;\s+(server app-\d:3000 resolve [^;]+;\s+){2}keepalive/,
  );
});

/** The topology of `compose.yaml` in processes of this machine, which stand in for the containers. */
describe.runIf(hasPrograms(["nginx", "redis-server"], import.meta.url))(
  "Two apps behind a proxy with TLS, and their sessions beside them",
  () => {
    let folder: string;
    let appUrl: string;
    let httpPort: string;
    let redis: RedisServer;
    let pool: LocalCognito;
    let machines: ServerProcess[];
    let proxy: { close(): Promise<void> };
    let browser: Browser;
    let visitor: WatchedPage;

    beforeAll(async () => {
      const [httpsPort, appOne, appTwo] = await Promise.all([freePort(), freePort(), freePort()]);
      httpPort = await freePort();
      appUrl = `https://localhost:${httpsPort}`;
      folder = await mkdtemp(join(tmpdir(), "compose-"));
      await copyNewPool(folder);
      pool = await startLocalCognito({
        dataDirectory: folder,
        port: 0,
        callbackUrls: [`${appUrl}/logged-in`],
        signOutUrls: [`${appUrl}/logout`],
      });
      redis = await startRedis({ password });
      const environment = await environmentOfAnApp();
      const startMachine = (PORT: string) => spawnServer({ ...environment, PORT });
      machines = await Promise.all([startMachine(appOne), startMachine(appTwo)]);
      await Promise.all(machines.map((machine) => machine.says("Server running at")));
      proxy = await startNginx({ httpsPort, httpPort, apps: [appOne, appTwo] });
      browser = await launchBrowser();
      visitor = await newPage(browser, { ignoreHTTPSErrors: true });
    });
    afterAll(async () => {
      await browser?.close();
      await proxy?.close();
      for (const machine of machines ?? []) await machine.remove();
      await pool?.close();
      await redis?.close();
      await rm(folder, { recursive: true });
    });

    /** What compose gives each app, and what a person's `.env` would. */
    async function environmentOfAnApp(): Promise<Record<string, string>> {
      const { environment } = parse(await readFile(composeFile, "utf8"))["x-app"];
      expect(environment.REDIS_URL).toMatch(
        /^redis:\/\/:\$\{VALKEY_PASSWORD:\?[^}]+\}@valkey:6379$/,
      );
      return {
        ...environment,
        ...poolSettings({ ...pool, domain: pool.origin }),
        NODE_ENV: "production",
        REDIS_URL: redis.url,
        HOST: "127.0.0.1",
        APP_URL: appUrl,
        SESSION_SECRET: testSecret,
      };
    }

    const headingOf = (page: Page) => page.getByRole("heading", { level: 1 }).textContent();
    const served = () =>
      machines.map((machine) => machine.log().filter(({ msg }) => msg === "request").length);

    test("CF-1: a person comes by plain http, registers, and is signed in on both apps", async () => {
      const { page } = visitor;

      const [plain] = await once(
        get(`http://127.0.0.1:${httpPort}/`, { headers: { host: "localhost" } }),
        "response",
      );
      await page.goto(appUrl);
      await page.getByRole("link", { name: "Register/Login" }).click();
      await page.getByRole("link", { name: "Sign up" }).click();
      const { username: Username, email: Email, password: Password } = mira;
      await fill(page, { Username, Email, Password });
      await page.getByRole("button", { name: "Sign up" }).click();
      await page.getByLabel("Verification code").fill(await newestCode());
      await page.getByRole("button", { name: "Confirm account" }).click();
      await page.waitForURL(`${appUrl}/logged-in`);

      expect([plain.statusCode, plain.headers.location]).toEqual([301, "https://localhost/"]);
      for (let visit = 0; visit < 4; visit += 1) {
        await page.reload();
        expect(await headingOf(page)).toBe(signedInHeading);
      }
      expect(Math.min(...served())).toBeGreaterThan(0);
      const cookies = await page.context().cookies(appUrl);
      expect(cookies.filter(({ name }) => name.startsWith("__Host-"))).toMatchObject([
        { name: expect.stringMatching(/^__Host-sign-in(?:-\d+)?$/), secure: true, httpOnly: true },
      ]);
      expect(visitor.consoleMessages).toEqual([]);
    });

    test("OL-3: one app stops, and the person stays signed in on the other", async () => {
      const { page } = visitor;
      machines[0]?.child.kill("SIGTERM");

      expect(await machines[0]?.exitCode).toBe(0);

      for (let visit = 0; visit < 3; visit += 1) {
        await page.reload();
        expect(await headingOf(page)).toBe(signedInHeading);
      }
      await page.getByRole("button", { name: "Logout" }).first().click();
      expect(await headingOf(page)).toBe("You have been successfully logged out.");
    });

    async function newestCode(): Promise<string> {
      const inbox = await fetch(`${pool.origin}/_local/inbox`, {
        headers: { accept: "application/json" },
      });
      const [mail] = (await inbox.json()) as { code: string }[];
      return mail?.code ?? "";
    }
  },
);
