import { request as httpRequest } from "node:http";
import {
  type AgentOptions,
  Agent as HttpsAgent,
  request as httpsRequest,
  type RequestOptions,
} from "node:https";
import { isIP, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { urlToHttpOptions } from "node:url";
import { getProxyForUrl } from "proxy-from-env";

type Created = (error: Error | null, socket?: Duplex | null) => void;

/**
 * Speaks TLS with a host through the proxy of HTTPS_PROXY, or directly where NO_PROXY names the host. A proxy that opens
 * no tunnel within `deadlineMs` is an error, whatever else it says. axios would take its words for the host's answer, without
 * looking at a certificate, and would leave the connection to a late proxy open (TE-7).
 */
export class TunnelAgent extends HttpsAgent {
  readonly #deadlineMs: number;

  constructor({ deadlineMs, ...options }: AgentOptions & { deadlineMs: number }) {
    super(options);
    this.#deadlineMs = deadlineMs;
  }

  override createConnection(options: RequestOptions, created: Created): Duplex | null | undefined {
    const authority = `${options.host}:${options.port}`;
    const proxy = getProxyForUrl(`https://${authority}`);
    if (!proxy) return super.createConnection(options, created);
    openTunnel(proxy, authority, this.#deadlineMs)
      .then((socket) => super.createConnection({ ...options, socket } as RequestOptions))
      .then((secured) => created(null, secured), created);
    return undefined;
  }
}

/** Rejects with an error whose code is `ERR_PROXY_` and the proxy's status, or what kept us from the proxy. */
async function openTunnel(proxy: string, authority: string, deadlineMs: number): Promise<Socket> {
  const { protocol, hostname, port, auth } = urlToHttpOptions(new URL(proxy));
  const ask = { "http:": httpRequest, "https:": httpsRequest }[protocol ?? ""];
  if (!ask) throw noTunnel("PROTOCOL");
  const credentials = auth && `Basic ${Buffer.from(auth).toString("base64")}`;
  const connect = ask({
    method: "CONNECT",
    hostname,
    port,
    // Node would ask the proxy for a certificate of the host that the Host header names.
    servername: isIP(hostname ?? "") ? "" : hostname,
    path: authority,
    headers: { host: authority, ...(credentials && { "proxy-authorization": credentials }) },
    agent: false,
    signal: AbortSignal.timeout(deadlineMs),
  } as RequestOptions);
  return await new Promise((resolve, reject) => {
    connect.on("error", ({ code }: NodeJS.ErrnoException) => reject(noTunnel(code)));
    connect.on("connect", ({ statusCode }, socket) => {
      if (statusCode === 200) return resolve(socket);
      socket.destroy();
      reject(noTunnel(statusCode));
    });
    connect.end();
  });
}

function noTunnel(why: string | number | undefined): Error {
  return Object.assign(new Error("The proxy opened no tunnel."), { code: `ERR_PROXY_${why}` });
}
