import { once } from "node:events";
import type { Server } from "node:http";
import { Server as TcpServer } from "node:net";
import { setImmediate } from "node:timers/promises";
import type { Connections } from "./connections.ts";

/** How long a connection without a request may stay once closing began: one may be on its way (milliseconds). */
const graceMs = 1000;
const closeEveryMs = 50;
/** How long a client may take to read its answer once closing began (milliseconds). */
const readingMs = 5000;
/** So many connections may wait for a server to take them, unless told otherwise. */
const mostWaiting = 511;

/** A server that listens, and who is connected to it. */
export interface OpenServer {
  server: Server;
  connections: Connections;
}

/**
 * Accepts nobody new, and resolves once the last connection is gone. Busy ones go with their answer. Unused ones go after a
 * moment without a request.
 */
export async function closeServer({ server, connections }: OpenServer): Promise<void> {
  await takeWaiting(server);
  const closed = once(server, "close");
  // An HTTP server's own `close` ends idle connections at once, and with them requests that are on their way.
  TcpServer.prototype.close.call(server);
  connections.endAfterAnswers();
  const closingSince = performance.now();
  const unused = setInterval(async () => {
    const closingMs = performance.now() - closingSince;
    if (closingMs > readingMs) connections.endUnread();
    if (closingMs < graceMs) return;
    // After the turn in which requests are read: a process that was stalled has yet to see what waits for it.
    await setImmediate();
    connections.endUnused(graceMs);
  }, closeEveryMs);
  await closed;
  clearInterval(unused);
  server.close();
}

/** Takes whoever the system has let in already, one a turn: it would cut them off together with the port. */
async function takeWaiting(server: Server): Promise<void> {
  let hasTaken = true;
  const note = () => {
    hasTaken = true;
  };
  server.on("connection", note);
  await setImmediate();
  for (let turns = 0; hasTaken && turns < mostWaiting; turns += 1) {
    hasTaken = false;
    await setImmediate();
  }
  server.off("connection", note);
}
