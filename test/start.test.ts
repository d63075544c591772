import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";

const server = new URL("../src/server.ts", import.meta.url).pathname;
const tsx = import.meta.resolve("tsx");

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

test("half an .env says everything that is wrong with it, and nothing starts", async () => {
  const run = await startServer(
    {},
    { dotenv: "COGNITO_DOMAIN=https://x.auth.eu-west-1.amazoncognito.com\nPORT=abc\n" },
  );

  expect(await run.exitCode).toBe(1);

  for (const name of ["PORT", "COGNITO_USER_POOL_ID", "CLIENT_ID", "CLIENT_SECRET"]) {
    expect(run.output()).toMatch(new RegExp(`^${name} is`, "m"));
  }
  expect(run.output()).not.toContain("Server running");
  expect(run.output()).not.toMatch(/^\s+at /m);
});

test("LL-2: production never starts beside local Cognito", async () => {
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

test("OL-3: connections that say nothing do not hold up a stop", async () => {
  const { port, cognitoPort } = await freePorts();
  const run = await startServer({ PORT: port, LOCAL_COGNITO_PORT: cognitoPort });
  await run.says("Server running at");
  const silent = connect(Number(port), "127.0.0.1");
  const halfway = connect(Number(port), "127.0.0.1");
  for (const socket of [silent, halfway]) socket.on("error", () => {});
  await Promise.all([once(silent, "connect"), once(halfway, "connect")]);
  halfway.write("GET / HTTP/1.1\r\nHost: ");

  run.child.kill("SIGTERM");

  expect(await run.exitCode).toBe(0);
});

interface Run {
  child: ChildProcess;
  dataDirectory: string;
  output(): string;
  /** Resolves once the output holds the words; rejects when the process ends without them. */
  says(words: string): Promise<void>;
  exitCode: Promise<number | null>;
}

/** What the server finds in its folder. */
interface Surroundings {
  dotenv?: string;
  dotenvIsFolder?: boolean;
  dataFiles?: Record<string, string>;
}

/** Runs the server as a process of its own, in an empty folder and an empty environment. */
async function startServer(
  env: Record<string, string>,
  { dotenv = "", dotenvIsFolder = false, dataFiles = {} }: Surroundings = {},
): Promise<Run> {
  const folder = await mkdtemp(join(tmpdir(), "sign-in-start-"));
  if (dotenvIsFolder) await mkdir(join(folder, ".env"));
  else await writeFile(join(folder, ".env"), dotenv);
  await mkdir(join(folder, ".data"), { mode: 0o700 });
  for (const [name, content] of Object.entries(dataFiles)) {
    await writeFile(join(folder, ".data", name), content, { mode: 0o600 });
  }
  const child = spawn(process.execPath, ["--import", tsx, server], {
    cwd: folder,
    env: { PATH: process.env.PATH, ...env },
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
      child.emit("output");
    });
  }
  const exitCode = once(child, "close").then(([code]) => code as number | null);
  onTestFinished(async () => {
    child.kill("SIGKILL");
    await exitCode;
    await rm(folder, { recursive: true, force: true });
  });
  return {
    child,
    dataDirectory: join(folder, ".data"),
    output: () => output,
    exitCode,
    async says(words) {
      while (!output.includes(words)) {
        const ended = await Promise.race([
          once(child, "output").then(() => false),
          exitCode.then(() => true),
        ]);
        if (ended && !output.includes(words))
          throw new Error(`The server ended without saying “${words}”:\n${output}`);
      }
    },
  };
}

/** Two ports that were free a moment ago. */
async function freePorts(): Promise<{ port: string; cognitoPort: string }> {
  const [port, cognitoPort] = await Promise.all([freePort(), freePort()]);
  return { port, cognitoPort };
}

async function freePort(): Promise<string> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return String(port);
}
