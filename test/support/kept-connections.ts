import { Agent, type ClientRequest } from "node:http";

/** Kept from one request to the next, as browsers do. */
export const keptConnections = new Agent({ keepAlive: true });

/** Whether the server had closed the kept connection before it could see the request; browsers ask again, too. */
export function isOnClosedConnection(
  request: ClientRequest | undefined,
  error: NodeJS.ErrnoException,
): boolean {
  const isClosed = ["ECONNRESET", "EPIPE"].includes(error.code ?? "");
  return isClosed && error.message !== "aborted" && request?.reusedSocket === true;
}
