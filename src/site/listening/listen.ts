import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import { answerClientErrors } from "./client-errors.ts";
import { closeServer, type OpenServer } from "./close-server.ts";
import { trackConnections } from "./connections.ts";

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

/** Where to listen, and whom to tell when there are as many connections as there may be, or headers are too large. */
export interface ListenOptions {
  hosts: (string | undefined)[];
  port: number;
  limits?: ConnectionLimits;
  onFull?: () => void;
  onTooLarge?: () => void;
}

/**
 * Serves the handler on each host, and resolves once all of them listen. Rejects with the system's error where a port is
 * taken, and leaves nothing open then. Of several hosts, one of an address family that the machine lacks is passed over.
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

async function listenOn(
  handler: RequestListener,
  host: string | undefined,
  { port, limits = connectionLimits, onFull = () => {}, onTooLarge = () => {} }: ListenOptions,
): Promise<OpenServer> {
  const server = createServer({
    headersTimeout: limits.headersMs,
    requestTimeout: limits.requestMs,
    keepAliveTimeout: limits.keepAliveMs,
    connectionsCheckingInterval: limits.checkEveryMs,
  });
  server.setTimeout(limits.stalledMs);
  const connections = trackConnections(server, { most: limits.mostConnections, onFull });
  answerClientErrors(server, { hasBegunAnswer: connections.hasBegunAnswer, onTooLarge });
  server.on("request", (req, res) => {
    if (!req.socket.destroyed) handler(req, res);
  });
  // Node would answer what it does not expect by itself, past the log and the limits; RFC 9110 §10.1.1 lets us pass it over.
  server.on("checkExpectation", (req, res) => server.emit("request", req, res));
  server.listen({ port, ...(host !== undefined && { host }) });
  await once(server, "listening");
  return { server, connections };
}

function isFamilyMissing(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === "EADDRNOTAVAIL" || code === "EAFNOSUPPORT";
}
