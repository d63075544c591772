import { isIP } from "node:net";
import { createClient, RESP_TYPES } from "redis";
import type { RedisSettings } from "../../config.ts";
import { ConnectionLostError, replyCode } from "./errors.ts";
import { compareAndSet } from "./scripts.ts";

/** For a command to be answered, and for a connection to be made: a visitor waits two seconds at most (DO-2). */
const deadlineMs = 1_500;
/** Commands that wait for their answers; one more is refused (DO-3). */
const maxWaiting = 5_000;

/**
 * One connection to Redis, good until its first trouble and then gone, with every command that waits on it: one that
 * nobody answers on would stay "connected" for ever, and past an answer that cannot be read the next ones would reach
 * the wrong commands.
 */
export interface RedisConnection {
  /** Rejects with the ErrorReply of Redis, or with a ConnectionLostError. */
  ask<Reply>(command: (client: RedisClient) => Promise<Reply>): Promise<Reply>;
  /** Resolves to why, once the connection is gone otherwise than by `close`. */
  lost: Promise<Error>;
  drop(reason: Error): void;
  /** Waits for what is under way, until the deadline at most. */
  close(): Promise<void>;
}

export type RedisClient = ReturnType<typeof createRowClient>;

/** Connects, signs in and waits for a first answer; rejects with the reason where that fails or takes too long. */
export async function openRedisConnection(settings: RedisSettings): Promise<RedisConnection> {
  const end = new AbortController();
  const client = createRowClient(settings, end.signal);
  let trouble: Error | undefined;
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
      const cancel = atDeadline(() => drop(new Error(`no answer within ${deadlineMs} ms`)));
      try {
        return await command(client);
      } catch (error) {
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
        const cancel = atDeadline(finish);
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
 * Rows are bytes. The signal ends the connection in any state, while it is being made as well; nothing is sent again or
 * kept for later, so that whoever asks hears of trouble at once.
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
 * Acts at the deadline, but not before answers that came while the program was held up could be read: a busy program
 * here is no silence there.
 */
function atDeadline(act: () => void): () => void {
  const dueAt = performance.now() + deadlineMs;
  let isOver = false;
  const finish = () => void setImmediate(() => isOver || act());
  let timer = setTimeout(() => {
    const wasHeldUp = performance.now() > dueAt + heldUpMs;
    if (wasHeldUp) timer = setTimeout(finish, heldUpMs);
    else finish();
  }, deadlineMs);
  return () => {
    isOver = true;
    clearTimeout(timer);
  };
}
