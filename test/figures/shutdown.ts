import { once } from "node:events";
import { Agent, type ClientRequest, type IncomingMessage, request } from "node:http";
import { text } from "node:stream/consumers";
import { setTimeout as wait } from "node:timers/promises";
import { answer } from "../support/faults.ts";
import { createScriptedProvider, type ScriptedProvider } from "../support/scripted-provider.ts";
import { freePort, poolSettings, spawnServer } from "../support/spawn-server.ts";

/** What became of the requests of all runs, by what the clients saw and by what the server logged. */
export interface ShutdownFigures {
  runs: number;
  /** Answered in full, sign-ins among them. */
  answered: number;
  signedIn: number;
  /** Under way at the moment of the signal. */
  underWay: number;
  /** Read by the server and not answered in full: its log has such a request as 499, or the client has half an answer. */
  dropped: number;
  /**
   * Sent into a connection that the server closed without having read them, which no server can rule out: a client
   * repeats such a request (RFC 9112 §9.3.1).
   */
  neverRead: number;
  /** Runs whose exit code was another than 0. */
  failedExits: number;
  slowestStopMs: number;
}

const pageClients = 7;
const signInClients = 3;
/** What a token request takes, so that callbacks are under way whenever the signal comes. */
const tokenMs = 100;

/** Stops the server by SIGTERM that many times, each time under the load of ten clients and a few idle connections. */
export async function shutdown({ runs = 100 } = {}): Promise<ShutdownFigures> {
  const provider = await createScriptedProvider();
  provider.script({
    tokenAnswer: async (res, context) => {
      await wait(tokenMs);
      await answer(200, context?.body)(res);
    },
  });
  const figures: ShutdownFigures = {
    runs,
    answered: 0,
    signedIn: 0,
    underWay: 0,
    dropped: 0,
    neverRead: 0,
    failedExits: 0,
    slowestStopMs: 0,
  };
  try {
    for (let run = 0; run < runs; run += 1) await stopOnce(provider, figures);
  } finally {
    await provider.close();
  }
  return figures;
}

async function stopOnce(provider: ScriptedProvider, figures: ShutdownFigures): Promise<void> {
  const port = await freePort();
  const server = await spawnServer({ PORT: port, ...poolSettings(provider) });
  try {
    await server.says("Server running at");
    const load = startLoad(Number(port), figures);
    await wait(300 + Math.random() * 200);
    figures.underWay += load.underWay();
    const signalledAt = performance.now();
    server.child.kill("SIGTERM");
    const exitCode = await server.exitCode;
    figures.slowestStopMs = Math.max(figures.slowestStopMs, performance.now() - signalledAt);
    if (exitCode !== 0) figures.failedExits += 1;
    await load.ended;
    figures.dropped += server.log().filter(({ status }) => status === 499).length;
  } finally {
    await server.remove();
  }
}

/** Ten clients that ask again as soon as they are answered, and two connections that are idle after one answer. */
function startLoad(port: number, figures: ShutdownFigures) {
  const clients: Client[] = [];
  const run = async (work: (client: Client) => Promise<void>) => {
    const client = createClient(port, figures);
    clients.push(client);
    try {
      for (;;) await work(client);
    } catch (error) {
      if (!(error instanceof Ended)) throw error;
    }
  };
  const idle = async (client: Client) => {
    await client.get("/");
    await client.closed();
  };
  const ended = Promise.all([
    ...Array.from({ length: pageClients }, () =>
      run(async (client) => void (await client.get("/"))),
    ),
    ...Array.from({ length: signInClients }, () => run((client) => signIn(client, figures))),
    ...Array.from({ length: 2 }, () => run(idle)),
  ]);
  return { ended, underWay: () => clients.filter(({ isWaiting }) => isWaiting()).length };
}

async function signIn(client: Client, figures: ShutdownFigures): Promise<void> {
  const begun = await client.get("/login");
  const atProvider = request(String(begun.headers.location), { agent: false }).end();
  const [hosted] = (await once(atProvider, "response")) as [IncomingMessage];
  hosted.resume();
  const callback = new URL(String(hosted.headers.location));
  const [pending = ""] = begun.headers["set-cookie"] ?? [];
  const cookie = pending.slice(0, pending.indexOf(";"));
  const done = await client.get(callback.pathname + callback.search, { cookie });
  if (/^sign-in-\d+=[^;]/m.test((done.headers["set-cookie"] ?? []).join("\n")))
    figures.signedIn += 1;
}

/** Thrown to a client for whom the server is gone. */
class Ended extends Error {}

interface Client {
  get(path: string, headers?: Record<string, string>): Promise<IncomingMessage>;
  isWaiting(): boolean;
  /** Resolves when the server has closed the connection. */
  closed(): Promise<void>;
}

function createClient(port: number, figures: ShutdownFigures): Client {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  let isWaiting = false;

  async function get(path: string, headers: Record<string, string> = {}) {
    const host = `localhost:${port}`;
    const sent = request({ host: "127.0.0.1", port, path, agent, headers: { host, ...headers } });
    sent.end();
    isWaiting = true;
    const received = await answerTo(sent).finally(() => {
      isWaiting = false;
    });
    figures.answered += 1;
    return received;
  }

  async function answerTo(sent: ClientRequest): Promise<IncomingMessage> {
    const received = await once(sent, "response").then(
      ([response]) => response as IncomingMessage,
      (error: NodeJS.ErrnoException) => {
        // Nobody was asked where there was no connection.
        if (error.code !== "ECONNREFUSED") figures.neverRead += 1;
        throw new Ended();
      },
    );
    await text(received).catch(() => {
      figures.dropped += 1;
      throw new Ended();
    });
    return received;
  }

  async function closed(): Promise<void> {
    await wait(10);
    const [socket] = Object.values(agent.freeSockets).flatMap((sockets) => sockets ?? []);
    if (socket) await new Promise((resolve) => socket.once("close", resolve));
  }

  return { get, isWaiting: () => isWaiting, closed };
}
