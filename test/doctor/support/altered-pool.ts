import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import type { LocalCognito } from "../../../src/local-cognito/local-cognito.ts";

/** What local Cognito answered, on its way to whoever asked. */
export interface Passing {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/** Changes answers, by the beginning of the path; returning nothing hangs for ever. */
export type Alterations = Record<string, (passing: Passing, url: URL) => Passing | undefined>;

export interface AlteredPool {
  origin: string;
  issuer: string;
  alter(alterations: Alterations): void;
  /** How many requests it has left without an answer so far. */
  unanswered(): number;
  close(): Promise<void>;
}

/** Stands before local Cognito, at an address of its own that every answer names in place of the real one. */
export async function alterPool(pool: LocalCognito): Promise<AlteredPool> {
  let alterations: Alterations = {};
  let unanswered = 0;
  const server = createServer((req, res) => void answer(req, res));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  async function answer(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const url = new URL(req.url ?? "", pool.origin);
    const passing = await pass(req, url);
    const [, alter] =
      Object.entries(alterations).find(([path]) => url.pathname.startsWith(path)) ?? [];
    const altered = alter ? alter(passing, url) : passing;
    if (altered) res.writeHead(altered.status, altered.headers).end(altered.body);
    else unanswered += 1;
  }

  async function pass(req: IncomingMessage, url: URL): Promise<Passing> {
    const { authorization = "", "content-type": contentType = "" } = req.headers;
    const target = req.headers["x-amz-target"]?.toString();
    const response = await fetch(url, {
      method: req.method ?? "GET",
      redirect: "manual",
      headers: {
        ...(authorization && { authorization }),
        ...(target && { "x-amz-target": target }),
        ...(contentType && { "content-type": contentType }),
      },
      ...(req.method === "POST" && { body: await text(req) }),
    });
    const headers = Object.fromEntries(
      ["content-type", "location", "date"].flatMap((name) => {
        const value = response.headers.get(name);
        return value === null ? [] : [[name, inOurName(value)]];
      }),
    );
    return { status: response.status, headers, body: inOurName(await response.text()) };
  }

  const inOurName = (words: string) => words.replaceAll(pool.origin, origin);

  return {
    origin,
    issuer: pool.issuer.replace(pool.origin, origin),
    alter(wanted) {
      alterations = wanted;
    },
    unanswered: () => unanswered,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
