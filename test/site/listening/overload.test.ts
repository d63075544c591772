import { once } from "node:events";
import { get, type IncomingMessage, type RequestListener } from "node:http";
import { connect, type Socket } from "node:net";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { describe, expect, onTestFinished, test } from "vitest";
import {
  type ConnectionLimits,
  connectionLimits,
  listen,
} from "../../../src/site/listening/listen.ts";
import { freePort } from "../../support/spawn-server.ts";

const head = "GET / HTTP/1.1\r\nHost: localhost\r\n";
const bodyHead = "POST /read HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n";

/** More than the system takes in on behalf of a client that does not read. */
const large = Buffer.alloc(16 * 1024 * 1024);
/** The same as a file is served: piped into the answer, and held up by the client. */
const piped = () => Readable.from(Array.from({ length: 256 }, () => Buffer.alloc(64 * 1024)));

async function startLimited(limits: Partial<ConnectionLimits>) {
  const port = Number(await freePort());
  let requests = 0;
  let timesFull = 0;
  let timesTooLarge = 0;
  let closed = 0;
  const handler: RequestListener = async (req, res) => {
    requests += 1;
    res.once("close", () => {
      closed += 1;
    });
    if (req.url === "/read") await text(req).catch(() => {});
    if (req.url === "/large") return void res.end(large);
    if (req.url === "/piped") return void piped().pipe(res);
    if (req.url === "/half") return void res.write("half");
    if (req.url !== "/never") res.end("done");
  };
  const listener = await listen(handler, {
    hosts: ["127.0.0.1"],
    port,
    limits: { ...connectionLimits, checkEveryMs: 20, ...limits },
    onFull: () => {
      timesFull += 1;
    },
    onTooLarge: () => {
      timesTooLarge += 1;
    },
  });
  onTestFinished(() => listener.close());
  return {
    port,
    close: listener.close,
    requests: () => requests,
    closed: () => closed,
    timesFull: () => timesFull,
    timesTooLarge: () => timesTooLarge,
  };
}

/** A connection that says these words, and then one byte at a time. */
function drip(port: number, words: string, byte = ""): Socket {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => {});
  socket.write(words);
  const dripping = setInterval(() => byte && socket.write(byte), 20);
  const stop = () => {
    clearInterval(dripping);
    socket.destroy();
  };
  socket.once("close", stop);
  onTestFinished(stop);
  return socket;
}

/** A connection that asks for a large answer and reads none of it. */
function ignoreAnswer(port: number, path = "/large"): Socket {
  return drip(port, `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`).pause();
}

/** Resolves when the server has ended the connection; a reset is one way to do so. */
function ended(socket: Socket): Promise<true> {
  return new Promise((resolve) => socket.resume().once("close", () => resolve(true)));
}

async function ask(port: number): Promise<string> {
  const [response] = (await once(get({ host: "127.0.0.1", port, agent: false }), "response")) as [
    IncomingMessage,
  ];
  return await text(response);
}

describe("OL-1: slow connections", () => {
  const openSlow = (port: number) =>
    Array.from({ length: 20 }, () => [
      drip(port, ""),
      drip(port, `${head}X-Drip: `, "a"),
      drip(port, bodyHead, "a"),
    ]).flat();

  test("are not noticed by honest ones", async () => {
    const { port } = await startLimited({});
    openSlow(port);

    expect(await ask(port)).toBe("done");
  });

  test("are ended by the limits, however busy they look", async () => {
    const { port } = await startLimited({ headersMs: 300, requestMs: 500 });
    const ended = openSlow(port).map((socket) => text(socket).catch(() => ""));

    const answers = await Promise.all(ended);
    expect(answers.filter((answer) => /^HTTP\/1.1 (?!408)/.test(answer))).toEqual([]);
  });

  test("may take ten seconds for headers and thirty for a request, and two thousand may be there", () => {
    expect(connectionLimits).toMatchObject({
      headersMs: 10_000,
      requestMs: 30_000,
      checkEveryMs: 1000,
      mostConnections: 2000,
    });
  });
});

describe("OL-1: where as many connections are open as may be", () => {
  test("the longest unused ones make room, so that silence locks nobody out", async () => {
    const { port, timesFull } = await startLimited({ mostConnections: 20 });
    const busy = drip(port, "GET /never HTTP/1.1\r\nHost: localhost\r\n\r\n");
    expect(await ask(port)).toBe("done");
    const silent = Array.from({ length: 40 }, () => drip(port, ""));
    const [oldest] = silent as [Socket];
    const isClosed = ended(oldest);

    for (let visits = 0; visits < 5; visits += 1) expect(await ask(port)).toBe("done");

    await isClosed;
    expect(busy.destroyed).toBe(false);
    expect(silent.at(-1)?.destroyed).toBe(false);
    expect(timesFull()).toBe(1);
  });

  test("a new one is turned away only where every other one waits for an answer", async () => {
    const { port, requests } = await startLimited({ mostConnections: 3 });
    const busy = Array.from({ length: 3 }, () =>
      drip(port, "GET /never HTTP/1.1\r\nHost: localhost\r\n\r\n"),
    );
    await expect.poll(requests).toBe(3);
    const late = drip(port, "");

    await ended(late);

    expect(busy.filter(({ destroyed }) => destroyed)).toEqual([]);
  });

  test("those whose requests never become whole make room, too", async () => {
    const { port, requests } = await startLimited({ mostConnections: 3 });
    for (let count = 1; count <= 3; count += 1) {
      drip(port, bodyHead);
      await expect.poll(requests).toBe(count);
    }

    for (let visits = 0; visits < 3; visits += 1) expect(await ask(port)).toBe("done");
  });

  test.each(["/large", "/piped"])(
    "those that do not read their answers make room, too: %s",
    async (path) => {
      const { port, requests } = await startLimited({ mostConnections: 3 });
      for (let count = 1; count <= 3; count += 1) {
        ignoreAnswer(port, path);
        await expect.poll(requests).toBe(count);
      }

      for (let visits = 0; visits < 3; visits += 1) expect(await ask(port)).toBe("done");
    },
  );
});

describe("OL-1: a client that does not read", () => {
  test("is ended once nothing has moved for as long as may be", async () => {
    const { port } = await startLimited({ stalledMs: 300 });
    const socket = ignoreAnswer(port);
    const isReset = new Promise((resolve) => socket.once("close", resolve));

    // Nothing is read meanwhile, so that only a write can notice.
    const asking = setInterval(() => socket.write("GET / HTTP/1.1\r\n"), 50);
    await isReset;
    clearInterval(asking);
  });

  test("is ended when it asks for a hundred answers more", async () => {
    const { port, requests } = await startLimited({});
    const socket = drip(port, `${head}\r\n`.repeat(150).replaceAll("GET / ", "GET /never "));

    await ended(socket);

    expect(requests()).toBeLessThanOrEqual(101);
  });

  test("is heard of for each of its requests when it ends, so that each has its line in the log", async () => {
    const { port, requests, closed } = await startLimited({});
    const never = `${head}\r\n`.replace("GET / ", "GET /never ");

    await ended(drip(port, never.repeat(12)));

    await expect.poll(closed).toBe(requests());
    expect(requests()).toBeGreaterThan(3);
  });

  test("OL-3: does not keep the server from stopping", async () => {
    const { port, requests, close } = await startLimited({});
    for (const path of ["/large", "/piped"]) ignoreAnswer(port, path);
    await expect.poll(requests).toBe(2);

    await close();
  });
});

test("a request with an expectation of its own is one like any other", async () => {
  const { port, requests } = await startLimited({});
  const socket = drip(port, `${head}Expect: 200-maybe\r\nConnection: close\r\n\r\n`);

  expect(await text(socket)).toMatch(/^HTTP\/1.1 200 .*done/s);
  expect(requests()).toBe(1);
});

describe("What is no request", () => {
  test("is answered in words where its headers are too large, and told of once a minute at most", async () => {
    const { port, timesTooLarge } = await startLimited({});
    const tooLarge = `${head}Cookie: a=${"x".repeat(17_000)}\r\n\r\n`;

    const answers = [await text(drip(port, tooLarge)), await text(drip(port, tooLarge))];

    for (const answer of answers) {
      expect(answer).toMatch(/^HTTP\/1.1 431 .*more than 16 KB of headers, most likely cookies/s);
    }
    expect(timesTooLarge()).toBe(1);
  });

  test("gets a 400, and nothing at all in the middle of an answer", async () => {
    const { port, timesTooLarge } = await startLimited({});
    const half = drip(port, `${head}\r\n`.replace("GET / ", "GET /half "));
    await once(half, "readable");
    half.write("nonsense\r\n\r\n");

    expect(await text(drip(port, "nonsense\r\n\r\n"))).toMatch(/^HTTP\/1.1 400 /);
    expect((await text(half)).match(/HTTP\/1.1 \d+/g)).toEqual(["HTTP/1.1 200"]);
    expect(timesTooLarge()).toBe(0);
  });
});
