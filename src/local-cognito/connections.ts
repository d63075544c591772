import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";

export interface Connections {
  /** Ends every connection that has no whole request under way: silent ones, and those half-way through their headers. */
  endUnused(): void;
}

/** Keeps track of a server's connections from now on; Node itself knows idle ones only once they have had an answer. */
export function trackConnections(server: Server): Connections {
  const requestsUnderWay = new Map<Socket, number>();
  const count = (socket: Socket, change: 1 | -1) => {
    const before = requestsUnderWay.get(socket);
    if (before !== undefined) requestsUnderWay.set(socket, before + change);
  };
  server.on("connection", (socket: Socket) => {
    requestsUnderWay.set(socket, 0);
    socket.once("close", () => requestsUnderWay.delete(socket));
  });
  server.on("request", ({ socket }: IncomingMessage, res: ServerResponse) => {
    count(socket, 1);
    res.once("close", () => count(socket, -1));
  });
  return {
    endUnused() {
      for (const [socket, requests] of requestsUnderWay) if (requests === 0) socket.destroy();
    },
  };
}
