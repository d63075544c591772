import type { Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";

/** The connections of one server, and which of them can be spared. */
export interface Connections {
  /** From now on every connection ends with the answer that it waits for, or with its next one. */
  endAfterAnswers(): void;
  /** Ends those that have had no request under way for so long, in milliseconds. */
  endUnused(unusedForMs: number): void;
}

const tellEveryMs = 60_000;

/**
 * Keeps track of a server's connections from now on, and holds them to `most`: the one that has been without a request
 * for longest gives way to a new one, and `onFull` is told, once a minute at most. If new ones were turned away instead,
 * silent connections could lock everybody out. To be called before the server is given its request listener.
 */
export function trackConnections(
  server: Server,
  { most, onFull }: { most: number; onFull: () => void },
): Connections {
  /** Every connection, with the answers that it waits for. */
  const open = new Map<Socket, Set<ServerResponse>>();
  /** Those that wait for none, and since when: the longest unused come first. */
  const unusedSince = new Map<Socket, number>();
  let isEnding = false;
  let toldAt = Number.NEGATIVE_INFINITY;

  server.on("connection", (socket: Socket) => {
    open.set(socket, new Set());
    unusedSince.set(socket, performance.now());
    socket.once("close", () => {
      open.delete(socket);
      unusedSince.delete(socket);
    });
    if (open.size > most) makeRoom();
  });

  server.on("request", ({ socket }: { socket: Socket }, res: ServerResponse) => {
    if (isEnding) endWith(res);
    const answers = open.get(socket)?.add(res);
    unusedSince.delete(socket);
    res.once("close", () => {
      answers?.delete(res);
      if (answers?.size === 0 && open.has(socket)) unusedSince.set(socket, performance.now());
    });
  });

  function makeRoom(): void {
    const [longestUnused] = unusedSince.keys();
    longestUnused?.destroy();
    if (performance.now() - toldAt < tellEveryMs) return;
    toldAt = performance.now();
    onFull();
  }

  return {
    endAfterAnswers() {
      isEnding = true;
      for (const answers of open.values()) for (const res of answers) endWith(res);
    },
    endUnused(unusedForMs) {
      const limit = performance.now() - unusedForMs;
      for (const [socket, since] of unusedSince) if (since <= limit) socket.destroy();
    },
  };
}

function endWith(res: ServerResponse): void {
  if (!res.headersSent) res.setHeader("Connection", "close");
}
