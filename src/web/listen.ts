import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import type { Socket } from "node:net";

export interface Listener {
  /** Accepts nobody new and resolves once every request under way is answered. */
  close(): Promise<void>;
}

/** Rejects with the system's error where a port is taken; an address family that the machine lacks is passed over. */
export async function listen(
  handler: RequestListener,
  { hosts, port }: { hosts: (string | undefined)[]; port: number },
): Promise<Listener> {
  const servers: OpenServer[] = [];
  const close = async () => {
    await Promise.all(servers.map(closeServer));
  };
  try {
    for (const host of hosts) {
      const isOnlyOne = hosts.length === 1;
      const server = await listenOn(handler, { host, port, isOnlyOne });
      if (server) servers.push(server);
    }
  } catch (error) {
    await close();
    throw error;
  }
  return { close };
}

const maxConnections = 2000;
/** How long a connection that has asked for nothing yet may stay once closing began, in milliseconds. */
const silentGraceMs = 1000;

function listenOn(
  handler: RequestListener,
  { host, port, isOnlyOne }: { host: string | undefined; port: number; isOnlyOne: boolean },
): Promise<OpenServer | undefined> {
  const state = { isClosing: false };
  const server = createServer(
    {
      // The platform would wait a minute for headers and five for a request, and look every half minute (OL-1).
      headersTimeout: 10_000,
      requestTimeout: 30_000,
      connectionsCheckingInterval: 1000,
    },
    (req, res) => {
      // Clients that keep their connection busy would otherwise never let it end.
      if (state.isClosing) res.setHeader("Connection", "close");
      handler(req, res);
    },
  );
  server.maxConnections = maxConnections;
  const connections = trackConnections(server);
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      const isFamilyMissing = error.code === "EADDRNOTAVAIL" || error.code === "EAFNOSUPPORT";
      if (isFamilyMissing && !isOnlyOne) resolve(undefined);
      else reject(error);
    });
    server.listen({ port, ...(host !== undefined && { host }) }, () =>
      resolve({ server, connections, state }),
    );
  });
}

interface OpenServer {
  server: Server;
  connections: Connections;
  state: { isClosing: boolean };
}

/** Every open connection, with the number of its requests that are being answered. */
type Connections = Map<Socket, number>;

function trackConnections(server: Server): Connections {
  const connections: Connections = new Map();
  const count = (socket: Socket, step: number) =>
    connections.set(socket, (connections.get(socket) ?? 0) + step);
  server.on("connection", (socket: Socket) => {
    count(socket, 0);
    socket.once("close", () => connections.delete(socket));
  });
  server.on("request", ({ socket }, res) => {
    count(socket, 1);
    res.once("close", () => connections.has(socket) && count(socket, -1));
  });
  return connections;
}

/** Connections that are idle go at once, those that have begun to ask in a second, and busy ones with their answer. */
async function closeServer({ server, connections, state }: OpenServer): Promise<void> {
  state.isClosing = true;
  const closed = once(server, "close");
  server.close();
  const idle = setInterval(() => server.closeIdleConnections(), 50);
  const silent = setInterval(() => {
    for (const [socket, requests] of connections) if (requests === 0) socket.destroy();
  }, silentGraceMs);
  await closed;
  clearInterval(idle);
  clearInterval(silent);
}
