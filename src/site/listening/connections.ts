import type { Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";

/** The connections of one server, and which of them can be spared. */
export interface Connections {
  /** From now on every connection ends with the answer that it waits for, or with its next one. */
  endAfterAnswers(): void;
  /** Ends those that have had no request under way for so long, in milliseconds. */
  endUnused(unusedForMs: number): void;
  /** Ends those that have their answers and do not read them. */
  endUnread(): void;
  /** Whether a part of an answer is on its way to that client. */
  hasBegunAnswer(socket: Socket): boolean;
}

/** Browsers and proxies send one request after the other; answers to more than these would pile up in the memory. */
const mostPipelined = 4;

const tellEveryMs = 60_000;

/**
 * Keeps track of a server's connections from now on, at most `most` of them. A new one closes the longest idle. If none is
 * idle, it closes the oldest whose client neither sends nor reads. Turning new ones away instead would let such connections
 * lock everybody out. `onFull` is called once a minute at most. A connection that asks for too much at once is ended. To be called before the server is given its request listener.
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
      const answers = open.get(socket);
      open.delete(socket);
      unusedSince.delete(socket);
      // Node tells the one whose turn it is; those that wait behind it have no socket yet, and would never be heard of.
      for (const res of answers ?? []) if (!res.socket) res.emit("close");
    });
    if (open.size > most) makeRoom(socket);
  });

  server.on("request", ({ socket }: { socket: Socket }, res: ServerResponse) => {
    if (isEnding) endWith(res);
    const answers = open.get(socket)?.add(res);
    if (answers && answers.size > mostPipelined) socket.destroy();
    unusedSince.delete(socket);
    res.once("close", () => {
      answers?.delete(res);
      if (answers?.size === 0 && open.has(socket)) unusedSince.set(socket, performance.now());
    });
  });

  /** The newcomer itself stays out only where every other one is being served. */
  function makeRoom(newcomer: Socket): void {
    const [longestUnused] = unusedSince.keys();
    const spared = longestUnused === newcomer ? (waitedFor()[0] ?? newcomer) : longestUnused;
    spared?.destroy();
    if (performance.now() - toldAt < tellEveryMs) return;
    toldAt = performance.now();
    onFull();
  }

  /** Those whose answers, as far as they are made, wait to be read, oldest first. */
  const unread = () => thoseWhere(isUnread);

  /** The same, and those whose requests are not here yet: what they wait for is their own doing. */
  const waitedFor = () => thoseWhere((res) => isUnread(res) || !res.req.complete);

  function thoseWhere(isIdle: (res: ServerResponse) => boolean): Socket[] {
    return [...open]
      .filter(([, answers]) => answers.size > 0 && [...answers].every(isIdle))
      .map(([socket]) => socket);
  }

  return {
    hasBegunAnswer: (socket) => [...(open.get(socket) ?? [])].some((res) => res.headersSent),
    endUnread() {
      for (const socket of unread()) socket.destroy();
    },
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

/** A stream that is piped into an answer stops where the client does, long before its end. */
function isUnread(res: ServerResponse): boolean {
  return res.writableEnded || res.writableNeedDrain;
}

function endWith(res: ServerResponse): void {
  if (!res.headersSent) res.setHeader("Connection", "close");
}
