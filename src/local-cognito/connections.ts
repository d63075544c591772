import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";

export interface Connections {
  /** Ends every connection that has no whole request under way: silent ones, and those half-way through their headers. */
  endUnused(): void;
}

/** Keeps track of a server's connections from now on; Node itself knows idle ones only once they have had an answer. */
export function trackConnections(server: Server): Connections {
  // By the other end: with https the socket of a request is not the one that was connected.
  const connected = new Map<string, { socket: Socket; requests: number }>();
  server.on("connection", (socket: Socket) => {
    const peer = peerOf(socket);
    connected.set(peer, { socket, requests: 0 });
    socket.once("close", () => connected.delete(peer));
  });
  server.on("request", ({ socket }: IncomingMessage, res: ServerResponse) => {
    const connection = connected.get(peerOf(socket));
    if (!connection) return;
    connection.requests += 1;
    res.once("close", () => {
      connection.requests -= 1;
    });
  });
  return {
    endUnused() {
      for (const { socket, requests } of connected.values()) if (requests === 0) socket.destroy();
    },
  };
}

function peerOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}
