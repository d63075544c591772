import { setTimeout as wait } from "node:timers/promises";
import { freePort } from "./app-under-test.ts";
import { spawnChild, stopChild } from "./child-processes.ts";
import { openConnection } from "./connection.ts";

export interface Redis {
  url: string;
  stop(): Promise<void>;
}

/** A Redis of the bench's own that keeps nothing on disk; undefined where this machine has none. */
export async function startRedis(folder: string): Promise<Redis | undefined> {
  const port = await freePort();
  const args = ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--dir", folder];
  const child = spawnChild("redis-server", args, { stdio: "ignore" });
  let isMissing = false;
  child.once("error", () => {
    isMissing = true;
  });
  for (;;) {
    await wait(20);
    if (isMissing) return undefined;
    const connection = await openConnection(port).catch(() => undefined);
    connection?.close();
    if (connection) break;
  }
  return {
    url: `redis://127.0.0.1:${port}`,
    stop: () => stopChild(child),
  };
}
