import { isIP } from "node:net";
import { createClient, RESP_TYPES } from "@redis/client";
import type { RedisSettings } from "../../settings/redis-url.ts";
import { ConnectionLostError, replyCode } from "./errors.ts";
import { compareAndSet } from "./scripts.ts";

/** For an answer to come, and for a connection to be made: of a silent Redis a visitor hears within two seconds (DO-2). */
const deadlineMs = 1_500;
/** Commands that wait for their answers; one more is refused (DO-3). */
const maxWaiting = 5_000;

/**
 * One connection to Redis. Its first trouble ends it, with every command that waits on it. A connection that nobody answers
 * on would look alive for ever. After an answer that cannot be read, later answers would reach the wrong commands.
 */
export interface RedisConnection {
  /** Rejects with the ErrorReply of Redis, or with a ConnectionLostError. */
  ask<Reply>(command: (client: RedisClient) => Promise<Reply>): Promise<Reply>;
  /** Resolves to why, once the connection is gone otherwise than by `close`. */
  lost: Promise<Error>;
  drop(reason: Error): void;
  /** Waits for what is under way, but for no silence longer than the deadline. */
  close(): Promise<void>;
}

export type RedisClient = ReturnType<typeof createRowClient>;

/** Connects, signs in and waits for a first answer; rejects with the reason where that fails or takes too long. */
export async function openRedisConnection(settings: RedisSettings): Promise<RedisConnection> {
  const end = new AbortController();
  const client = createRowClient(settings, end.signal);
  let trouble: Error | undefined;
  /** When the last answer came: they come in the order of the commands, so each says that the others' will. */
  let heardAt = 0;
  let drop: (reason: Error) => void = () => {};
  const lost = new Promise<Error>((resolve) => {
    drop = (reason) => {
      trouble ??= reason;
      end.abort();
      resolve(trouble);
    };
  });
  // The client stumbles over an answer where no command waits for one.
  client.on("error", (error: Error) =>
    drop(error instanceof TypeError ? new Error("an answer that nobody asked for") : error),
  );

  const connection: RedisConnection = {
    lost,
    drop,
    async ask(command) {
      const silent = () => drop(new Error(`no answer within ${deadlineMs} ms`));
      const cancel = afterSilence(silent, () => heardAt);
      try {
        const reply = await command(client);
        heardAt = performance.now();
        return reply;
      } catch (error) {
        if (replyCode(error)) heardAt = performance.now();
        throw trouble && !replyCode(error) ? new ConnectionLostError(trouble) : error;
      } finally {
        cancel();
      }
    },
    close: () =>
      new Promise((resolve) => {
        const finish = () => {
          cancel();
          end.abort();
          resolve();
        };
        const cancel = afterSilence(finish, () => heardAt);
        client.close().then(finish, finish);
      }),
  };
  try {
    await connection.ask(async () => {
      await client.connect();
      await client.ping();
    });
  } catch (error) {
    drop(error as Error);
    throw error;
  }
  return connection;
}

/**
 * Rows are bytes. The signal ends the connection in any state, even while it is being made. Nothing is sent again or kept
 * for later, so that a caller hears of trouble at once.
 */
function createRowClient(settings: RedisSettings, signal: AbortSignal) {
  const { host, port, usesTls, username, password, database } = settings;
  const socket = {
    host,
    port,
    signal,
    reconnectStrategy: false,
  } as const;
  return createClient({
    // A server name is for names alone (RFC 6066 §3).
    socket: usesTls ? { ...socket, tls: true, ...(!isIP(host) && { servername: host }) } : socket,
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    database,
    disableOfflineQueue: true,
    commandsQueueMaxLength: maxWaiting,
    scripts: { compareAndSet },
  }).withTypeMapping({ [RESP_TYPES.BLOB_STRING]: Buffer });
}

/** A timer that is so late was held up by the program itself. */
const heldUpMs = 500;

/**
 * Acts once nothing was heard for as long as the deadline. The deadline counts from when the command is written, at the end
 * of this turn. If this process was blocked, answers that came meanwhile are read first.
 */
function afterSilence(act: () => void, heardAt: () => number): () => void {
  let isOver = false;
  let timer: NodeJS.Timeout | undefined;
  const finish = () => void setImmediate(() => isOver || act());

  function listenSince(time: number): void {
    if (isOver) return;
    const dueAt = time + deadlineMs;
    timer = setTimeout(() => {
      if (heardAt() > time) listenSince(heardAt());
      else if (performance.now() > dueAt + heldUpMs) timer = setTimeout(finish, heldUpMs);
      else finish();
    }, dueAt - performance.now());
  }

  setImmediate(() => listenSince(performance.now()));
  return () => {
    isOver = true;
    clearTimeout(timer);
  };
}
