import { createServer, type RequestListener, type Server } from "node:http";

export interface Listener {
  /** Accepts nobody new and resolves once every request under way is answered. */
  close(): Promise<void>;
}

/** Rejects with the system's error where a port is taken; an address family that the machine lacks is passed over. */
export async function listen(
  handler: RequestListener,
  { hosts, port }: { hosts: (string | undefined)[]; port: number },
): Promise<Listener> {
  const servers: Server[] = [];
  const close = async () => {
    await Promise.all(servers.map(closeServer));
  };
  try {
    for (const host of hosts) {
      const server = await listenOn(handler, host, port);
      if (server) servers.push(server);
    }
  } catch (error) {
    await close();
    throw error;
  }
  return { close };
}

function listenOn(
  handler: RequestListener,
  host: string | undefined,
  port: number,
): Promise<Server | undefined> {
  // The platform would wait a minute for headers and five for a request (OL-1).
  const server = createServer({ headersTimeout: 10_000, requestTimeout: 30_000 }, handler);
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      const isFamilyMissing = error.code === "EADDRNOTAVAIL" || error.code === "EAFNOSUPPORT";
      if (isFamilyMissing && host === "::1") resolve(undefined);
      else reject(error);
    });
    server.listen({ port, ...(host !== undefined && { host }) }, () => resolve(server));
  });
}

function closeServer(server: Server): Promise<void> {
  // A connection that was busy when closing began is idle once its answer is out.
  const idle = setInterval(() => server.closeIdleConnections(), 50);
  return new Promise((resolve) => {
    server.close(() => {
      clearInterval(idle);
      resolve();
    });
  });
}
