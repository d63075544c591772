import { setTimeout as wait } from "node:timers/promises";
import type { RedisConnection } from "./connection.ts";
import { reasonOf, replyCode } from "./errors.ts";

const longestPauseMs = 1_000;
const shortestPauseMs = 50;
/** What a former primary says: its name may lead to the new one by now. */
const repliesOfReplica = ["READONLY", "MASTERDOWN"];

/** Redis for as long as the program runs: at any time one connection, or none while the next one is tried for. */
export interface Redis extends Pick<RedisConnection, "ask" | "close"> {}

export type ConnectionNews =
  | { kind: "lost"; reason: string }
  | { kind: "restored"; afterMs: number };

/** Opens a connection and keeps replacing it for ever, within a second or two; only the first one's failure rejects. */
export async function stayConnected(
  open: () => Promise<RedisConnection>,
  report: (news: ConnectionNews) => void,
): Promise<Redis> {
  const stop = new AbortController();
  let current: RedisConnection | undefined;
  let isRenewing = false;

  function use(connection: RedisConnection): void {
    current = connection;
    void connection.lost.then((reason) => {
      if (current !== connection) return;
      current = undefined;
      report({ kind: "lost", reason: reasonOf(reason) });
      void reconnect();
    });
  }

  async function reconnect(): Promise<void> {
    const lostAt = performance.now();
    for (let pause = 0; ; pause = nextPause(pause)) {
      await wait(pause, undefined, { signal: stop.signal, ref: false }).catch(() => {});
      if (stop.signal.aborted) return;
      const connection = await open().catch(() => undefined);
      if (!connection) continue;
      if (stop.signal.aborted) return connection.drop(new Error("stopped"));
      report({ kind: "restored", afterMs: Math.round(performance.now() - lostAt) });
      return use(connection);
    }
  }

  /** The old connection serves until the new one stands, and once in a while is enough: a replica can still be read. */
  async function renew(): Promise<void> {
    const old = current;
    if (isRenewing || !old) return;
    isRenewing = true;
    setTimeout(() => {
      isRenewing = false;
    }, longestPauseMs).unref();
    const connection = await open().catch(() => undefined);
    if (!connection) return;
    if (current !== old || stop.signal.aborted) return connection.drop(new Error("not needed"));
    use(connection);
    await old.close();
  }

  use(await open());
  return {
    async ask(command) {
      if (!current) throw new Error("not connected");
      try {
        return await current.ask(command);
      } catch (error) {
        if (repliesOfReplica.includes(replyCode(error) ?? "")) void renew();
        throw error;
      }
    },
    async close() {
      stop.abort();
      const last = current;
      current = undefined;
      await last?.close();
    },
  };
}

/** Doubles up to a second, and differs from machine to machine, so that they do not all come back at once. */
function nextPause(pause: number): number {
  const doubled = Math.min(Math.max(2 * pause, shortestPauseMs), longestPauseMs);
  return doubled * (0.75 + Math.random() / 4);
}
