import { once } from "node:events";
import { readdir, stat } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { rawRequest } from "../../support/raw-request.ts";
import {
  freePort,
  type ServerProcess,
  type Surroundings,
  spawnServer,
} from "../../support/spawn-server.ts";

/** Beside it there is no local Cognito, and nobody signs in. */
const poolOfNobody = {
  COGNITO_DOMAIN: "https://pool.example",
  COGNITO_ISSUER: "https://pool.example/eu-west-1_Abcdefgh1",
  CLIENT_ID: "abc",
  CLIENT_SECRET: "0123456789abcdef",
};

test("with no settings the terminal says where the app and local Cognito are, and SIGTERM stops both", async () => {
  const { port, cognitoPort } = await freePorts();
  const run = await startServer({ PORT: port, LOCAL_COGNITO_PORT: cognitoPort });

  await run.says(`Server running at http://localhost:${port}`);
  await run.says(`Local Cognito is running beside it at http://127.0.0.1:${cognitoPort}`);
  await run.says(`http://127.0.0.1:${cognitoPort}/_local/users`);
  await run.says(`http://127.0.0.1:${cognitoPort}/_local/inbox`);
  await run.says("To use a real user pool instead");
  const page = await fetch(`http://localhost:${port}/`);
  expect(await page.text()).toContain("Welcome to the Index Page!");

  const cookie = `Cookie: theirs=${"x".repeat(17_000)}`;
  const refused = await rawRequest(Number(port), ["GET / HTTP/1.1", "Host: localhost", cookie]);
  expect([refused.status, refused.text]).toEqual([
    431,
    expect.stringContaining("16 KB of headers, most likely cookies"),
  ]);
  await run.says("NODE_OPTIONS=--max-http-header-size");

  run.child.kill("SIGTERM");

  expect(await run.exitCode).toBe(0);
  await expect(fetch(`http://localhost:${port}/`)).rejects.toThrow();
  await expect(fetch(`http://127.0.0.1:${cognitoPort}/error`)).rejects.toThrow();
});

test("what is written locally is for nobody else to read", async () => {
  const { port, cognitoPort } = await freePorts();
  const run = await startServer({ PORT: port, LOCAL_COGNITO_PORT: cognitoPort });
  await run.says("Server running at");

  const entries = await readdir(run.dataDirectory, { recursive: true });

  expect(entries).toContain("session-secret");
  for (const entry of ["", ...entries]) {
    const { mode } = await stat(join(run.dataDirectory, entry));
    expect(`${entry} ${(mode & 0o077).toString(8)}`).toBe(`${entry} 0`);
  }
});

test("CF-1: everything that is wrong with .env and environment is said at once, no value is shown, and nothing starts", async () => {
  const dotenv = {
    COGNITO_DOMAIN: "http://canary-domain.example",
    COGNITO_USER_POOL_ID: "canary-pool-without-region",
    CLIENT_SECRET: "canary-client-secret",
  };
  const env = {
    NODE_ENV: "canary-environment",
    APP_URL: "http://canary-app.example/path#fragment",
    PORT: "canary-port",
    SESSION_SECRET: "canary-short",
    SESSION_IDLE_MINUTES: "canary-minutes",
    SESSION_MAX_HOURS: "canary-hours",
    TRUST_PROXY: "canary-proxy",
    LOG_LEVEL: "canary-level",
    SCOPES: "canary-scope",
    LOCAL_COGNITO_PORT: "canary-port",
    NODE_TLS_REJECT_UNAUTHORIZED: "0",
  };
  const lines = Object.entries(dotenv).map((pair) => pair.join("="));

  const run = await startServer(env, { dotenv: lines.join("\n") });

  expect(await run.exitCode).toBe(1);
  for (const name of [...Object.keys(dotenv), "CLIENT_ID", ...Object.keys(env)]) {
    const mentions = run.output().match(new RegExp(`^${name} (?:is|has|holds|does|uses) `, "gm"));
    expect(mentions, name).toHaveLength(1);
  }
  expect(run.output()).not.toContain("canary");
  expect(run.output()).not.toMatch(/^\s+at |Server running/m);
});

test("CF-1, LL-2: production never starts beside local Cognito", async () => {
  const run = await startServer({ NODE_ENV: "production" });

  expect(await run.exitCode).toBe(1);

  expect(run.output()).toContain("never with NODE_ENV=production");
});

test("a port that is taken is named, with what to do", async () => {
  const taken = createServer().listen(0, "127.0.0.1");
  onTestFinished(() => void taken.close());
  await once(taken, "listening");
  const { port } = taken.address() as AddressInfo;
  const { cognitoPort } = await freePorts();

  const run = await startServer({ PORT: String(port), LOCAL_COGNITO_PORT: cognitoPort });

  expect(await run.exitCode).toBe(1);
  expect(run.output()).toContain(`Port ${port} is taken`);
  expect(run.output()).toContain("set PORT");
});

test("a user pool that does not answer is news for the log, and the app serves all the same", async () => {
  const { port, cognitoPort } = await freePorts();
  const run = await startServer({
    PORT: port,
    COGNITO_DOMAIN: `http://127.0.0.1:${cognitoPort}`,
    COGNITO_ISSUER: `http://127.0.0.1:${cognitoPort}/pool`,
    CLIENT_ID: "client",
    CLIENT_SECRET: "secret",
  });

  await run.says("Cognito does not answer yet");

  const page = await fetch(`http://localhost:${port}/`);
  expect(page.status).toBe(200);
});

test.each([
  ["session-secret", "", "does not hold a session secret"],
  ["session-secret", "x".repeat(64), "does not hold a session secret"],
  ["sessions.mdb", "garbage".repeat(9999), "is not a session store, or it is damaged"],
])(
  "DO-4: a damaged %s is named, with what to do, and nothing starts",
  async (name, content, words) => {
    const run = await startServer({}, { dataFiles: { [name]: content } });

    expect(await run.exitCode).toBe(1);

    expect(run.output()).toContain(words);
    expect(run.output()).not.toMatch(/^\s+at /m);
  },
);

test("an .env that cannot be read is no empty one", async () => {
  const run = await startServer({}, { dotenvIsFolder: true });

  expect(await run.exitCode).toBe(1);

  expect(run.output()).toContain(".env is there and cannot be read");
});

test("what is in .env and does not count is said, without a value, and what is wrong besides", async () => {
  const dotenv = [
    "CLIENT_SECERT=canary-secret",
    "SESSION_SECRET=canary-abc#canary-def",
    "COGNITO_DOMAIN=https://shop.auth.eu-west-1.amazoncognito.com",
    "just some words",
    "NODE_EXTRA_CA_CERTS=/ca.pem",
  ];

  const run = await startServer({}, { dotenv: dotenv.join("\n") });

  expect(await run.exitCode).toBe(1);
  for (const words of [
    ".env, line 1: there is no setting CLIENT_SECERT, and it does not count. Do you mean CLIENT_SECRET?",
    ".env, line 2: SESSION_SECRET is cut off at #, which begins a comment. Put quotes around the value.",
    ".env, line 4: this is no setting, and is passed over. Write NAME=value.",
    ".env, line 5: NODE_EXTRA_CA_CERTS does not count here: Node reads it before",
    "CLIENT_SECRET is missing",
  ]) {
    expect(run.output()).toContain(words);
  }
  expect(run.output()).not.toContain("canary");
});

test.each([
  ["little", "utf16le"],
  ["big", undefined],
] as const)(
  "an .env in UTF-16, %s end first, counts, and the log advises against it",
  async (_, encoding) => {
    const { port, cognitoPort } = await freePorts();
    const bytes = Buffer.from(
      `\ufeffPORT=${port}\r\nLOCAL_COGNITO_PORT=${cognitoPort}\r\n`,
      "utf16le",
    );
    const run = await startServer({}, { dotenv: encoding ? bytes : bytes.swap16() });

    await run.says(`Server running at http://localhost:${port}`);

    await run.says(".env is in UTF-16. Its settings count here; save it in UTF-8");
  },
);

test("an .env of which nothing can be read is no empty one either", async () => {
  const run = await startServer({}, { dotenv: Buffer.from("PORT=3000", "utf16le") });

  expect(await run.exitCode).toBe(1);

  expect(run.output()).toContain(".env is there and cannot be read (it holds zero bytes");
});

test("an .env that another value of the environment overrides is said, in the log of an app that starts", async () => {
  const { port, cognitoPort } = await freePorts();
  const dotenv = `PORT=1\nLOCAL_COGNITO_PORT=${cognitoPort}\nPORT=2`;
  const run = await startServer({ PORT: port, LOCAL_COGNITO_PORT: cognitoPort }, { dotenv });

  await run.says("Server running at");

  expect(run.output()).toContain(
    ".env, line 1: PORT does not count: the environment has another value for it.",
  );
  expect(run.output()).toContain(".env, line 3: PORT is there twice, and the last one counts.");
  expect(run.output()).not.toContain("line 2");
});

test.each([
  ["beside local Cognito", {}],
  ["beside a user pool", poolOfNobody],
])(
  "DO-1: a machine for which lmdb was not installed is told of in words: %s",
  async (_where, env) => {
    const preload = new URL("../../support/without-lmdb.mjs", import.meta.url);
    const { port, cognitoPort } = await freePorts();

    const run = await startServer(
      { PORT: port, LOCAL_COGNITO_PORT: cognitoPort, ...env },
      { preload },
    );

    expect(await run.exitCode).toBe(1);
    expect(run.output()).toContain(
      "lmdb, which keeps sessions, has no program for this machine here",
    );
    expect(run.output()).toContain(
      "Nobody could sign in. Install the packages on this very kind of machine",
    );
    expect(run.output()).not.toMatch(/^\s+at /m);
  },
);

async function startServer(
  env: Record<string, string>,
  surroundings?: Surroundings,
): Promise<ServerProcess> {
  const run = await spawnServer(env, surroundings);
  onTestFinished(run.remove);
  return run;
}

async function freePorts(): Promise<{ port: string; cognitoPort: string }> {
  const [port, cognitoPort] = await Promise.all([freePort(), freePort()]);
  return { port, cognitoPort };
}
