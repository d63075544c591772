import { once } from "node:events";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import express, { type Express } from "express";
import { describe, expect, onTestFinished, test } from "vitest";
import { ConfigError, cognitoSignIn, type SignInOptions } from "../../src/sign-in/index.ts";
import { readPaths } from "../../src/sign-in/settings/paths.ts";
import type { Problem } from "../../src/sign-in/settings/problems.ts";
import { loadAhead } from "../../src/sign-in/visitor/load-ahead.ts";
import { temporaryDirectory } from "../support/temporary-directory.ts";

const userPool = {
  domain: "https://shop.auth.eu-west-1.amazoncognito.com",
  id: "eu-west-1_abcdefghi",
  clientId: "1example23456789",
  clientSecret: "aClientSecretForTests0123456789",
};

/** The settings that a ConfigError names, with its words. */
function problemsOf(options: object): Record<string, string> {
  try {
    void cognitoSignIn(options as SignInOptions).close();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return Object.fromEntries(
      error.problems.map(({ setting, what, why, remedy }) => [setting, `${what} ${why} ${remedy}`]),
    );
  }
  throw new Error("These options were taken.");
}

describe("options", () => {
  test("are refused all at once, by the names that were written", () => {
    const problems = problemsOf({
      appUrl: "nowhere",
      sesionSecret: "misspelt",
      sessionIdleMinutes: "20",
      log: { info() {} },
      store: { redisUrl: "http://127.0.0.1" },
      paths: { login: "/in", signup: "/in", enter: "/enter", account: "//elsewhere.example" },
      pages: { error: "error.ejs" },
      userPool: { ...userPool, clientId: 7 },
    });

    for (const setting of [
      "appUrl (APP_URL)",
      "sesionSecret",
      "sessionIdleMinutes",
      "log",
      "store.redisUrl (REDIS_URL)",
      "paths.signup",
      "paths.enter",
      "paths.account",
      "pages.error",
      "userPool.clientId",
    ]) {
      expect(Object.keys(problems)).toContain(setting);
    }
    expect(problems.sesionSecret).toContain("sessionSecret");
    expect(problems["paths.signup"]).toContain("paths.login");
    expect(problems.log).toContain("warn, error");
    expect(problems).not.toHaveProperty(["userPool.clientId (CLIENT_ID)"]);
  });

  test("are refused where a path hides another one, or a secret would be cut in two", () => {
    const problems = problemsOf({
      sessionSecret: ["0123456789abcdef0123456789abcdef,0123456789abcdef0123456789abcdef"],
      paths: { sessions: "/me", logout: "/me/end", login: "/in", signedIn: "/in" },
    });

    expect(problems.sessionSecret).toContain("without a comma");
    expect(problems["paths.logout"]).toContain("part of paths.sessions (/me)");
    expect(problems["paths.signedIn"]).toContain("same as paths.login (/in)");
  });

  test("are taken where a path is below a page and none of its own", () => {
    const paths = {
      callback: "/account/callback",
      login: "/account/sign-in",
      logout: "/sessions/out",
    };

    const problems: Problem[] = [];
    expect(readPaths(paths, problems)).toMatchObject(paths);
    expect(problems).toEqual([]);
  });

  test.each([
    ["a text", "localhost"],
    ["a list", []],
    ["null", null],
  ])("that are %s are refused", (_, options) => {
    expect(Object.keys(problemsOf(options as never))).toEqual(["options"]);
  });
});

describe.each<[string, () => Express]>([
  ["Express 5", express],
  ["Express 4", createRequire(import.meta.url)("express-4")],
])("in %s, words say what is wrong", (_, createApp) => {
  test("where a guard stands before app.use(signIn)", async () => {
    const { signIn, log } = await createSignIn();
    const app = createApp();
    app.get("/orders", signIn.requireUser, (_req, res) => void res.end());
    app.use(signIn);

    expect((await ask(app, "/orders")).status).toBe(500);
    expect(log.join()).toContain("Put app.use(signIn) in front of the routes");
  });

  test("where the sign-in is mounted twice", async () => {
    const { signIn, log } = await createSignIn();
    const app = createApp();
    app.use(signIn, signIn);

    expect((await ask(app, "/")).status).toBe(500);
    expect(log.join()).toContain("call app.use(signIn) once");
  });

  test("where a guard is of another sign-in", async () => {
    const { signIn, log } = await createSignIn();
    const other = await createSignIn();
    const app = createApp();
    app.use(signIn);
    app.get("/orders", other.signIn.requireUser, (_req, res) => void res.end());

    expect((await ask(app, "/orders")).status).toBe(500);
    expect([...log, ...other.log].join()).toContain("belongs to another sign-in");
  });

  test("where the app listens elsewhere than appUrl says, once", async () => {
    const { signIn, log } = await createSignIn();
    const app = createApp();
    app.use(signIn);

    await ask(app, "/");
    await ask(app, "/");

    expect(log.filter((line) => line.includes("set APP_URL"))).toEqual([
      expect.stringMatching(
        /^a browser came to http:\/\/127.0.0.1:\d+, .* http:\/\/localhost:3000;/,
      ),
    ]);
  });

  test("where other programs' cookies are about to be too many, once", async () => {
    const { signIn, log } = await createSignIn();
    const app = createApp();
    app.use(signIn);
    const cookie = Array.from({ length: 13 }, (_, i) => `theirs-${i}=${"x".repeat(1000)}`).join(
      "; ",
    );

    await ask(app, "/", { cookie });
    await ask(app, "/", { cookie });

    expect(log.filter((line) => line.includes("KB of cookies"))).toEqual([
      expect.stringContaining("a browser sends 13 KB of cookies"),
    ]);
    expect(log.join()).not.toContain("theirs");
  });
});

/** A sign-in whose pool is never asked, and what it has logged. */
async function createSignIn() {
  const log: string[] = [];
  const note = (entry: unknown, words: unknown) => {
    const { err } = entry as { err?: Error };
    log.push(`${words} ${err?.message}`);
  };
  const signIn = cognitoSignIn({
    appUrl: "http://localhost:3000",
    userPool,
    store: { dataDirectory: await temporaryDirectory() },
    log: { info: note, warn: note, error: note } as never,
  });
  onTestFinished(() => signIn.close());
  return { signIn, log };
}

async function ask(app: Express, path: string, headers = {}): Promise<Response> {
  const server = createServer(app).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`, {
    headers,
  });
}

test("what a sign-in needs can be loaded ahead, all of it", async () => {
  expect(await loadAhead({ redis: undefined })).toEqual([]);
});
