import { spawn } from "node:child_process";
import { once } from "node:events";
import { Agent, get, type IncomingMessage, type RequestListener } from "node:http";
import { connect, type Socket } from "node:net";
import { text } from "node:stream/consumers";
import { afterEach, describe, expect, onTestFinished, test } from "vitest";
import { openEmbeddedRowStore } from "../../../src/sign-in/store/embedded/row-store.ts";
import { type Listener, listen } from "../../../src/site/listening/listen.ts";
import { explainStartError } from "../../../src/site/start/start-errors.ts";
import { shutdown } from "../../figures/shutdown.ts";
import { builtPart } from "../../support/built-app.ts";
import { stopClock } from "../../support/own-clock.ts";
import { providerForAll } from "../../support/provider-for-all.ts";
import { freePort, poolSettings, spawnServer } from "../../support/spawn-server.ts";
import { createVisitor } from "../../support/visitor.ts";

const head = "GET / HTTP/1.1\r\nHost: localhost\r\n";

/** A listener whose requests wait until the test answers them. */
async function startGated() {
  const waiting: Parameters<RequestListener>[1][] = [];
  const port = Number(await freePort());
  const hosts = ["127.0.0.1"];
  const listener = await listen((_req, res) => void waiting.push(res), { hosts, port });
  const release = () => {
    for (const res of waiting.splice(0)) res.end("done");
  };
  onTestFinished(async () => {
    release();
    await listener.close();
  });
  return { port, listener, waiting, release };
}

function open(port: number, words = ""): Socket {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => {});
  socket.write(words);
  onTestFinished(() => void socket.destroy());
  return socket;
}

/** Resolves when the server has ended the connection; a reset is one way to do so. */
function ended(socket: Socket): Promise<true> {
  return new Promise((resolve) => socket.resume().once("close", () => resolve(true)));
}

async function answerOf(request: ReturnType<typeof get>) {
  const [response] = (await once(request, "response")) as [IncomingMessage];
  return { connection: response.headers.connection, body: await text(response) };
}

describe("OL-3: a listener that closes", () => {
  test("answers what is under way, tells those clients to leave, and lets nobody new in", async () => {
    const { port, listener, waiting, release } = await startGated();
    const agent = new Agent({ keepAlive: true });
    onTestFinished(() => agent.destroy());
    const underWay = answerOf(get({ host: "127.0.0.1", port, agent }));
    await expect.poll(() => waiting.length).toBe(1);

    const closed = listener.close();
    await expect.poll(() => canConnect(port)).toBe(false);
    release();

    expect(await underWay).toEqual({ connection: "close", body: "done" });
    await closed;
  });

  test("answers a request that comes by a connection which was in use a moment ago, and ends it", async () => {
    const { port, listener, waiting, release } = await startGated();
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    onTestFinished(() => agent.destroy());
    const first = answerOf(get({ host: "127.0.0.1", port, agent }));
    await expect.poll(() => waiting.length).toBe(1);
    release();
    expect(await first).toEqual({ connection: "keep-alive", body: "done" });
    stopClock();

    const closed = listener.close();
    await expect.poll(() => canConnect(port)).toBe(false);
    const second = answerOf(get({ host: "127.0.0.1", port, agent }));
    await expect.poll(() => waiting.length).toBe(1);
    release();

    expect(await second).toEqual({ connection: "close", body: "done" });
    await closed;
  });

  test("takes everybody whom the system has let in by then", async () => {
    const { port, listener, waiting, release } = await startGated();
    const sockets = Array.from({ length: 20 }, () => open(port, `${head}\r\n`));
    const answers = sockets.map((socket) => text(socket).catch(() => "cut off"));

    const closed = listener.close();
    await expect.poll(() => waiting.length).toBe(20);
    release();

    expect((await Promise.all(answers)).filter((answer) => answer.endsWith("done"))).toHaveLength(
      20,
    );
    await closed;
  });

  test("does not wait for connections that say nothing, or nothing whole", async () => {
    const { port, listener, waiting, release } = await startGated();
    const busy = text(open(port, `${head}\r\n`));
    const unused = [open(port), open(port, head)];
    await expect.poll(() => waiting.length).toBe(1);

    const closed = listener.close();
    await Promise.all(unused.map(ended));
    release();

    expect(await busy).toContain("done");
    await closed;
  });

  async function canConnect(port: number): Promise<boolean> {
    const socket = connect(port, "127.0.0.1");
    const isOpen = await once(socket, "connect").then(
      () => true,
      () => false,
    );
    socket.destroy();
    return isOpen;
  }
});

describe("An address that the machine does not have", () => {
  const missing = "2001:db8::1";
  const listenOn = async (hosts: string[]): Promise<Listener> => {
    const listener = await listen((_req, res) => void res.end("here"), {
      hosts,
      port: Number(await freePort()),
    });
    onTestFinished(() => listener.close());
    return listener;
  };

  test("is passed over beside another one", async () => {
    await expect(listenOn(["127.0.0.1", missing])).resolves.toBeDefined();
  });

  test.each([[[missing]], [[missing, "2001:db8::2"]]])(
    "fails where there are only such: %s",
    async (hosts) => {
      const error = await listenOn(hosts).catch((thrown: unknown) => thrown);

      expect(explainStartError(error, undefined)).toContain(
        "HOST is not an address of this machine",
      );
    },
  );

  test("is said as plainly where the machine has no IPv6 at all", () => {
    const error = Object.assign(new Error("listen EAFNOSUPPORT"), { code: "EAFNOSUPPORT" });

    expect(explainStartError(error, undefined)).toContain("HOST is not an address of this machine");
  });
});

describe("OL-3: a process that is told to stop", () => {
  test.each([
    ["works", 60_000, ["SIGINT"], 0, "stopping when"],
    ["never ends", 60_000, ["SIGTERM", "SIGTERM"], 1, "stopping when"],
    ["never ends", 100, ["SIGTERM"], 1, "did not end in time"],
    ["fails", 60_000, ["SIGTERM"], 1, "this store does not close"],
  ] as const)(
    "where closing %s, with %i ms to do so, and %j: leaves with %i",
    async (closing, deadlineMs, signals, code, words) => {
      const program = builtPart("stopping-process");
      const child = spawn(process.execPath, [program, closing, String(deadlineMs)]);
      onTestFinished(() => void child.kill("SIGKILL"));
      const exited = once(child, "exit");
      let output = "";
      child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
        output += chunk;
      });
      await expect.poll(() => output).toContain("ready");

      for (const signal of signals) {
        child.kill(signal);
        await expect.poll(() => output).toContain("stopping when");
      }

      expect(await exited).toEqual([code, null]);
      expect(output).toContain(words);
    },
  );
});

describe("The server process", () => {
  const provider = providerForAll();
  const preload = new URL("../../support/failing-sign-in.mjs", import.meta.url);
  let release = () => {};
  afterEach(() => release());

  /** A server with a callback under way: Cognito's answer to it waits for `release`. */
  async function startWithCallback({ FAULT = "", isSignedIn = false } = {}) {
    const port = await freePort();
    const answered = new Promise<void>((resolve) => {
      release = resolve;
    });
    const settings = { PORT: port, ...poolSettings(provider()), FAULT };
    const server = await spawnServer(settings, FAULT ? { preload } : {});
    onTestFinished(() => server.remove());
    await server.says("Server running at");
    const visitor = createVisitor();
    const appUrl = `http://localhost:${port}`;
    if (isSignedIn) await visitor.visit(`${appUrl}/login`);
    const codesSpent = provider().count("/oauth2/token");
    provider().script({
      tokenAnswer: async (res, context) => {
        await answered;
        res.writeHead(200, { "content-type": "application/json" });
        res.end(JSON.stringify(context?.body));
      },
    });
    const begun = await visitor.visit(`${appUrl}/login`, {
      stopBefore: ({ pathname }) => pathname === "/logged-in",
    });
    const callback = visitor.request("GET", String(begun.location)).catch((error: Error) => error);
    await expect.poll(() => provider().count("/oauth2/token")).toBe(codesSpent + 1);
    return { server, callback, appUrl };
  }

  test("OL-3: finishes a sign-in that is under way, stores its session, and revokes the token of the one before", async () => {
    const { server, callback, appUrl } = await startWithCallback({ isSignedIn: true });
    provider().script({
      revokeAnswer: async (res) => {
        await callback;
        res.writeHead(200).end();
      },
    });

    server.child.kill("SIGTERM");
    await server.says("stopping when");
    await expect
      .poll(() =>
        createVisitor()
          .visit(appUrl)
          .catch(() => "refused"),
      )
      .toBe("refused");
    release();

    expect(await callback).toMatchObject({ status: 303, headers: { connection: "close" } });
    expect(await server.exitCode).toBe(0);
    expect(server.log()).toContainEqual(
      expect.objectContaining({ by: "new sign-in", revoked: true }),
    );
    const rows = await openEmbeddedRowStore(server.dataDirectory, Date.now);
    onTestFinished(() => rows.close());
    expect(await rows.count("session")).toBe(1);
  });

  test("OL-3: drops no request of ten clients, whenever the signal comes", async () => {
    const figures = await shutdown({ runs: 1 });

    expect(figures).toMatchObject({ runs: 1, dropped: 0, failedExits: 0 });
    expect(figures.underWay).toBeGreaterThan(0);
  }, 60_000);

  test("OL-4: logs a rejection that nobody handles, finishes what is under way, and leaves with 1", async () => {
    const { server, callback } = await startWithCallback({ FAULT: "rejects" });

    await server.says("nobody waits for this");
    release();

    expect(await callback).toMatchObject({ status: 303, headers: { connection: "close" } });
    expect(await server.exitCode).toBe(1);
    expect(server.log()).toContainEqual(expect.objectContaining({ level: 60 }));
  });

  test("OL-4: signs nobody in where the sign-in itself was hit, and a second signal ends the wait", async () => {
    const { server, callback } = await startWithCallback({ FAULT: "throws" });
    release();
    await server.says("nobody catches this");

    server.child.kill("SIGTERM");
    await server.says("stopping when");
    server.child.kill("SIGTERM");

    expect(await server.exitCode).toBe(1);
    expect(await callback).toBeInstanceOf(Error);
    const rows = await openEmbeddedRowStore(server.dataDirectory, Date.now);
    onTestFinished(() => rows.close());
    expect(await rows.count("session")).toBe(0);
  });
});
