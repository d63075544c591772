import { type ClientRequest, Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";

const byHttp = new HttpAgent({ keepAlive: true });
const byHttps = new HttpsAgent({ keepAlive: true });

/** The agent for an address: it keeps connections from one request to the next, as browsers do. */
export function keepAliveAgent({ protocol }: URL): HttpAgent {
  return protocol === "https:" ? byHttps : byHttp;
}

/** Whether the server had closed the kept connection before it could see the request; browsers ask again, too. */
export function isOnClosedConnection(
  request: ClientRequest | undefined,
  error: NodeJS.ErrnoException,
): boolean {
  const isClosed = ["ECONNRESET", "EPIPE"].includes(error.code ?? "");
  return isClosed && error.message !== "aborted" && request?.reusedSocket === true;
}
