import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { text } from "node:stream/consumers";
import { describe, expect, onTestFinished, test } from "vitest";
import { defaultPatience } from "../../src/local-cognito/local-cognito.ts";
import { stopClock } from "../support/own-clock.ts";
import { type RawExchange, sendBytes } from "../support/raw-request.ts";
import { startPool, type TestPool } from "./support/pool.ts";

const HALF_A_REQUEST = "GET / HTTP/1.1\r\nHost: loc";

/** Opens connections that say these words and no more. */
async function openSockets(pool: TestPool, words: string[]): Promise<Socket[]> {
  const sockets = words.map((said) => {
    const socket = connect(Number(new URL(pool.origin).port), "127.0.0.1");
    onTestFinished(() => void socket.destroy());
    socket.on("error", () => {}); // A reset is one way of being sent away.
    socket.write(said);
    return socket;
  });
  await Promise.all(sockets.map((socket) => once(socket, "connect")));
  return sockets;
}

/** The same, and waits until the server has taken them, which it does in the order in which they came. */
async function openTakenSockets(pool: TestPool, words: string[]): Promise<Socket[]> {
  const sockets = await openSockets(pool, words);
  expect(await askOnNewConnection(pool)).toMatchObject({ status: 400 });
  return sockets;
}

/** Asks on a connection of its own; status 0 and closed where the server turned it away. */
function askOnNewConnection({ origin }: TestPool): Promise<RawExchange> {
  const { host, port } = new URL(origin);
  const head = ["GET /error HTTP/1.1", `Host: ${host}`, "Connection: close", "", ""];
  return sendBytes(Number(port), head.join("\r\n"));
}

describe("a connection without a whole request", () => {
  test("OL-1: is ended when its time is over, and that is looked at often", async () => {
    const pool = await startPool({
      patience: { headersMs: 300, requestMs: 600, checkEveryMs: 20 },
    });
    const sockets = await openSockets(pool, ["", HALF_A_REQUEST]);
    await Promise.all(sockets.map((socket) => once(socket.resume(), "close")));
    expect(defaultPatience).toEqual({ headersMs: 10_000, requestMs: 30_000, checkEveryMs: 1000 });
  });

  test("OL-3: does not keep the server from closing", async () => {
    const pool = await startPool();
    await openTakenSockets(pool, ["", HALF_A_REQUEST]);
    const clock = stopClock();
    const closed = pool.close();
    await clock.pass(500);
    await closed;
  });

  test("OL-3: is ended while a request under way is waited for", async () => {
    const pool = await startPool();
    const lines = [
      "POST /oauth2/token HTTP/1.1",
      `Host: ${new URL(pool.origin).host}`,
      "Content-Type: application/x-www-form-urlencoded",
      "Content-Length: 3",
      "Connection: close",
    ];
    const sockets = await openTakenSockets(pool, ["", `${lines.join("\r\n")}\r\n\r\na=`]);
    const [silent, busy] = sockets as [Socket, Socket];
    const silentEnded = once(silent.resume(), "close");
    const answer = text(busy);
    const clock = stopClock();
    const closed = pool.close();
    await clock.pass(500);
    await silentEnded;
    busy.write("b");
    expect(await answer).toMatch(/^HTTP\/1\.1 400 Bad Request[\s\S]*invalid_client/);
    await closed;
  });
});

test("OL-1: a thousand connections are open at once, and one more is turned away", async () => {
  const pool = await startPool();
  const sockets: Socket[] = [];
  // The system queues some hundred that the server has not taken yet.
  while (sockets.length < 999) sockets.push(...(await openTakenSockets(pool, Array(111).fill(""))));
  sockets.push(...(await openSockets(pool, [""])));
  expect(await askOnNewConnection(pool)).toEqual({ answer: "", status: 0 });
  for (const socket of sockets) socket.destroy();
  await expect.poll(() => askOnNewConnection(pool)).toMatchObject({ status: 400 });
});
