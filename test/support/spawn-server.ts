import { type ChildProcess, spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { UserPoolSettings } from "../../src/sign-in/settings/cognito.ts";
import { builtModule } from "./built-app.ts";
import { noteOutput, noteSecret } from "./canary.ts";

/** The server as a process of its own, as an operator would run it. */
export interface ServerProcess {
  child: ChildProcess;
  dataDirectory: string;
  output(): string;
  /** Every entry of the log so far. */
  log(): Record<string, unknown>[];
  /** Resolves once the output holds the words; rejects when the process ends without them. */
  says(words: string): Promise<void>;
  exitCode: Promise<number | null>;
  /** Ends the process where it still runs, and removes its folder. */
  remove(): Promise<void>;
}

/** What the server finds in its folder, and how it is run. */
export interface Surroundings {
  dotenv?: string | Buffer;
  dotenvIsFolder?: boolean;
  dataFiles?: Record<string, string>;
  /** A module that is loaded before the server, to break something. */
  preload?: URL;
  nodeOptions?: string[];
}

/** Starts the built server in an empty folder and an empty environment. */
export async function spawnServer(
  env: Record<string, string>,
  surroundings: Surroundings = {},
): Promise<ServerProcess> {
  const { preload, nodeOptions = [] } = surroundings;
  const folder = await prepareFolder(surroundings);
  const imports = preload ? ["--import", preload.href] : [];
  const words = [...nodeOptions, ...imports, builtModule("server.js")];
  const child = spawn(process.execPath, words, {
    cwd: folder,
    env: { PATH: process.env.PATH, LOG_LEVEL: "trace", ...env },
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
      child.emit("output");
    });
  }
  const exitCode = once(child, "close").then(async ([code]) => {
    await noteSecretsOf(env, folder);
    noteOutput(output);
    return code as number | null;
  });
  return {
    child,
    dataDirectory: join(folder, ".data"),
    output: () => output,
    log: () =>
      output
        .split("\n")
        .filter((line) => line.startsWith("{"))
        .map((line) => JSON.parse(line)),
    exitCode,
    async says(words) {
      while (!output.includes(words)) {
        const hasEnded = await Promise.race([
          once(child, "output").then(() => false),
          exitCode.then(() => true),
        ]);
        if (hasEnded && !output.includes(words))
          throw new Error(`The server ended without saying “${words}”:\n${output}`);
      }
    },
    async remove() {
      child.kill("SIGKILL");
      await exitCode;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The secrets that the process was given, and the one that it may have made up (CF-2). */
async function noteSecretsOf(env: Record<string, string>, folder: string): Promise<void> {
  const made = await readFile(join(folder, ".data", "session-secret"), "utf8").catch(() => "");
  for (const secret of [env.SESSION_SECRET, made]) noteSecret("the session secret", secret);
  noteSecret("the client secret", env.CLIENT_SECRET);
  if (env.REDIS_URL) noteSecret("the password of Redis", new URL(env.REDIS_URL).password);
}

async function prepareFolder({ dotenv, dotenvIsFolder, dataFiles = {} }: Surroundings) {
  const folder = await mkdtemp(join(tmpdir(), "sign-in-process-"));
  if (dotenvIsFolder) await mkdir(join(folder, ".env"));
  else await writeFile(join(folder, ".env"), dotenv ?? "");
  await mkdir(join(folder, ".data"), { mode: 0o700 });
  for (const [name, content] of Object.entries(dataFiles)) {
    await writeFile(join(folder, ".data", name), content, { mode: 0o600 });
  }
  return folder;
}

/** The settings that make the server use this pool. */
export function poolSettings({ domain, issuer, clientId, clientSecret }: UserPoolSettings) {
  return {
    COGNITO_DOMAIN: domain,
    COGNITO_ISSUER: issuer,
    CLIENT_ID: clientId,
    CLIENT_SECRET: clientSecret,
  };
}

/**
 * A port that was free a moment ago, from below those that systems give to outgoing connections: one of these would
 * otherwise take it before the server does. The same is true of the port ten thousand above, which a node of a Redis
 * cluster takes as well.
 */
export async function freePort(): Promise<string> {
  for (;;) {
    const port = randomInt(10_000, 22_000);
    const probe = createServer().listen(port, "127.0.0.1");
    const isFree = await once(probe, "listening").then(
      () => true,
      () => false,
    );
    if (!isFree) continue;
    await new Promise((resolve) => probe.close(resolve));
    return String(port);
  }
}
