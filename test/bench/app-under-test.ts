import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { openSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { spawnChild, stopChild } from "./child-processes.ts";
import { openConnection } from "./connection.ts";
import { cpuMsOf, pinnedNode } from "./cores.ts";

/** A process that answers on a port of its own, in production unless its settings say otherwise. */
export interface AppUnderTest {
  name: string;
  port: number;
  pid: number;
  /** From the spawn to the first 200 on `/`. */
  startMs: number;
  cpuMs(): number;
  /** What is left after two collections; only of an app that was started with a heap probe. */
  heapBytes(): Promise<number>;
  stop(): Promise<void>;
}

export interface Launch {
  name: string;
  script: string;
  /** The working directory, where the log goes and where no .env lies. */
  folder: string;
  /** A free one where it is left out. */
  port?: number;
  env?: Record<string, string>;
  hasHeapProbe?: boolean;
}

/** Answers every message with the heap in use; loaded beside the app, so that the app needs no door for it. */
const heapProbe = `data:text/javascript,${encodeURIComponent(
  "process.on('message', () => { gc(); gc(); process.send(process.memoryUsage().heapUsed); }); process.channel.unref();",
)}`;

/** Starts the app on a free port and waits for its first page; throws with its log where it does not come up. */
export async function launch(options: Launch): Promise<AppUnderTest> {
  const { name, script, folder, env, hasHeapProbe = false } = options;
  const port = options.port ?? (await freePort());
  const probe = hasHeapProbe ? ["--expose-gc", "--import", heapProbe] : [];
  const log = openSync(join(folder, `${name.replace(/\W+/g, "-")}.log`), "a");
  const [command, args] = pinnedNode([...probe, script]);

  const startedAt = performance.now();
  const child = spawnChild(command, args, {
    cwd: folder,
    env: { PATH: process.env.PATH, NODE_ENV: "production", PORT: String(port), ...env },
    stdio: ["ignore", log, log, hasHeapProbe ? "ipc" : "ignore"],
  });
  await firstPage(child, port, `${name} did not start; its log is in ${folder}.`);
  const startMs = performance.now() - startedAt;

  return {
    name,
    port,
    pid: child.pid as number,
    startMs,
    cpuMs: () => cpuMsOf(child.pid as number),
    async heapBytes() {
      child.send("heap");
      const [bytes] = await once(child, "message");
      return bytes;
    },
    stop: () => stopChild(child),
  };
}

async function firstPage(child: ChildProcess, port: number, failure: string): Promise<void> {
  for (;;) {
    if (child.exitCode !== null) throw new Error(failure);
    const connection = await openConnection(port).catch(() => undefined);
    const answer = await connection?.get("/").catch(() => undefined);
    connection?.close();
    if (answer?.status === 200) return;
    if (answer) {
      child.kill("SIGKILL");
      throw new Error(`${failure} It answers with ${answer.status}.`);
    }
    await wait(1);
  }
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return port;
}
