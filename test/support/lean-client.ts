import { Agent, type IncomingHttpHeaders, request } from "node:http";

export interface LeanAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  setCookies: string[];
  text: string;
}

export interface LeanClient {
  /** Asks for a path, or an address on any loopback port; keeps no cookies and follows nothing. */
  ask(method: string, target: string, headers?: Record<string, string>): Promise<LeanAnswer>;
  close(): void;
}

/** Makes very many requests of one app, over connections that stay open: what a `Visitor` is too careful for. */
export function createLeanClient(appUrl: string): LeanClient {
  const agent = new Agent({ keepAlive: true, maxSockets: 100 });

  function ask(
    method: string,
    target: string,
    headers: Record<string, string> = {},
  ): Promise<LeanAnswer> {
    const base = new URL(target.startsWith("http") ? new URL(target).origin : appUrl);
    const path = target.startsWith("http") ? target.slice(base.origin.length) || "/" : target;
    return new Promise((resolve, reject) => {
      const options = { host: "127.0.0.1", port: base.port, method, path, agent };
      const sent = request({ ...options, headers: { host: base.host, ...headers } }, (answer) => {
        const chunks: Buffer[] = [];
        answer.on("data", (chunk: Buffer) => chunks.push(chunk));
        answer.on("error", reject);
        answer.on("end", () =>
          resolve({
            status: answer.statusCode ?? 0,
            headers: answer.headers,
            setCookies: answer.headers["set-cookie"] ?? [],
            text: Buffer.concat(chunks).toString(),
          }),
        );
      });
      sent.on("error", reject);
      sent.end();
    });
  }

  return { ask, close: () => agent.destroy() };
}

/** The name and value of a Set-Cookie header, as a Cookie header wants them. */
export function pairOf(setCookie: string): string {
  return setCookie.slice(0, setCookie.indexOf(";"));
}
