import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import { Server as TcpServer } from "node:net";
import { setImmediate } from "node:timers/promises";
import { type Connections, trackConnections } from "./connections.ts";

export interface Listener {
  /** Accepts nobody new and resolves once every request under way is answered. */
  close(): Promise<void>;
}

/** How long a client may take, in milliseconds, and how many may be there at once. */
export interface ConnectionLimits {
  headersMs: number;
  requestMs: number;
  /** How long a connection may stay between two requests. */
  keepAliveMs: number;
  /** How long a connection may stay without a byte in either direction, an answer that is not read included. */
  stalledMs: number;
  /** How often headers and requests are looked at. */
  checkEveryMs: number;
  mostConnections: number;
}

/** The platform would wait a minute for headers and five for a request, look every half minute, and take anybody (OL-1). */
export const connectionLimits: ConnectionLimits = {
  headersMs: 10_000,
  requestMs: 30_000,
  // Load balancers keep theirs for a minute, and send a request into one that we close first.
  keepAliveMs: 65_000,
  // Longer than any answer takes to be made; the platform would wait for ever.
  stalledMs: 60_000,
  checkEveryMs: 1000,
  mostConnections: 2000,
};

/** How long a connection without a request may stay once closing began: one may be on its way (milliseconds). */
const graceMs = 1000;
const closeEveryMs = 50;
/** How long a client may take to read its answer once closing began (milliseconds). */
const readingMs = 5000;
/** So many connections may wait for a server to take them, unless told otherwise. */
const mostWaiting = 511;

/** Where to listen, and what to do when there are as many connections as there may be. */
export interface ListenOptions {
  hosts: (string | undefined)[];
  port: number;
  limits?: ConnectionLimits;
  onFull?: () => void;
}

/**
 * Rejects with the system's error where a port is taken. Of several hosts, one of an address family that the machine
 * lacks is passed over.
 */
export async function listen(handler: RequestListener, options: ListenOptions): Promise<Listener> {
  const servers: OpenServer[] = [];
  const close = async () => {
    await Promise.all(servers.map(closeServer));
  };
  let familyMissing: unknown;
  try {
    for (const host of options.hosts) {
      try {
        servers.push(await listenOn(handler, host, options));
      } catch (error) {
        if (!isFamilyMissing(error)) throw error;
        familyMissing = error;
      }
    }
    if (servers.length === 0) throw familyMissing;
  } catch (error) {
    await close();
    throw error;
  }
  return { close };
}

interface OpenServer {
  server: Server;
  connections: Connections;
}

async function listenOn(
  handler: RequestListener,
  host: string | undefined,
  { port, limits = connectionLimits, onFull = () => {} }: ListenOptions,
): Promise<OpenServer> {
  const server = createServer({
    headersTimeout: limits.headersMs,
    requestTimeout: limits.requestMs,
    keepAliveTimeout: limits.keepAliveMs,
    connectionsCheckingInterval: limits.checkEveryMs,
  });
  server.setTimeout(limits.stalledMs);
  const connections = trackConnections(server, { most: limits.mostConnections, onFull });
  server.on("request", (req, res) => {
    if (!req.socket.destroyed) handler(req, res);
  });
  server.listen({ port, ...(host !== undefined && { host }) });
  await once(server, "listening");
  return { server, connections };
}

function isFamilyMissing(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === "EADDRNOTAVAIL" || code === "EAFNOSUPPORT";
}

/** Busy connections go with their answer; one without a request goes when it has had none for a moment. */
async function closeServer({ server, connections }: OpenServer): Promise<void> {
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
