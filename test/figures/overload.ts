import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { connect, type Socket } from "node:net";
import { text } from "node:stream/consumers";
import { setTimeout as wait } from "node:timers/promises";
import { createScriptedProvider } from "../support/scripted-provider.ts";
import { freePort, poolSettings, spawnServer } from "../support/spawn-server.ts";
import { duration, type Figure, type Findings, none, percentile } from "./figure.ts";

/** What honest clients met, each with a connection of its own: times in milliseconds. */
interface Honest {
  asked: number;
  failed: number;
  p50: number;
  p99: number;
}

/** How long the slow connections of one kind lasted, in milliseconds, and how many the server did not end. */
interface Slow {
  longest: number;
  left: number;
}

export interface OverloadFigures {
  /** 500 connections of each kind. */
  silent: Slow;
  headers: Slow;
  bodies: Slow;
  besideSlow: Honest;
  /** Beside more silent connections than there may be, each opened again soon after it is ended. */
  besideFlood: Honest;
}

const ofEachKind = 500;
const floodOf = 2500;
/** Two thousand new connections a second come of this. */
const reopenAfterMs = 250;
const floodMs = 10_000;
/** Longer than the request limit of thirty seconds, so that late ends are seen as late. */
const patienceMs = 45_000;

const begun = "HTTP/1.1\r\nHost: localhost\r\n";
const kinds = {
  silent: "",
  headers: `GET / ${begun}X-Drip: `,
  bodies: `POST /logout ${begun}Content-Length: 1000000\r\n\r\n`,
};

/** Besets the built server with slow connections first, and with too many after that, and asks beside them. */
export async function overload(): Promise<OverloadFigures> {
  const provider = await createScriptedProvider();
  const port = Number(await freePort());
  const server = await spawnServer({
    PORT: String(port),
    LOG_LEVEL: "warn",
    ...poolSettings(provider),
  });
  try {
    await waitUntilAnswered(port);
    const [besideSlow, silent, headers, bodies] = await Promise.all([
      askFor(port, patienceMs),
      ...Object.values(kinds).map((words) => besetSlowly(port, words)),
    ]);
    const besideFlood = await beset(port, () => askFor(port, floodMs));
    return { silent, headers, bodies, besideSlow, besideFlood } as OverloadFigures;
  } finally {
    await server.remove();
    await provider.close();
  }
}

/** The same as lines of the table (OL-1). */
export async function measureOverload(): Promise<Findings> {
  const { silent, headers, bodies, besideSlow, besideFlood } = await overload();
  const ended = (what: string, { longest, left }: Slow, mostMs: number): Figure => ({
    what: `${ofEachKind} ${what}: the last one ended after`,
    target: `${duration(mostMs)}, and a check each second`,
    measured: left === 0 ? duration(longest) : `${left} never`,
    isMet: left === 0 && longest < mostMs + 2000,
  });
  const honest = (what: string, { asked, p99 }: Honest): Figure => ({
    what: `Honest p99 beside ${what}`,
    target: "1.0 s",
    measured: `${duration(p99)} of ${asked}`,
    isMet: p99 < 1000,
  });
  return {
    figures: [
      ended("silent connections", silent, 10_000),
      ended("that drip headers", headers, 10_000),
      ended("that drip a body", bodies, 30_000),
      honest("them", besideSlow),
      none("Honest requests that failed beside them", besideSlow.failed, String(besideSlow.asked)),
      honest(`${floodOf} silent connections, opened again when ended`, besideFlood),
      none(
        "Honest requests that failed beside those",
        besideFlood.failed,
        String(besideFlood.asked),
      ),
    ],
  };
}

async function waitUntilAnswered(port: number): Promise<void> {
  while ((await ask(port)) === undefined) await wait(100);
}

async function besetSlowly(port: number, words: string): Promise<Slow> {
  const lives: number[] = [];
  const live = async () => {
    const socket = open(port, words);
    const openedAt = performance.now();
    const dripping = setInterval(() => words && socket.write("a"), 1000);
    const isEnded = await Promise.race([closed(socket), wait(patienceMs, false)]);
    clearInterval(dripping);
    socket.destroy();
    if (isEnded) lives.push(performance.now() - openedAt);
  };
  await Promise.all(Array.from({ length: ofEachKind }, live));
  return { longest: Math.max(0, ...lives), left: ofEachKind - lives.length };
}

async function beset<Result>(port: number, meanwhile: () => Promise<Result>): Promise<Result> {
  const sockets = new Set<Socket>();
  let isOver = false;
  const keepOpen = () => {
    if (isOver) return;
    const socket = open(port);
    sockets.add(socket);
    socket.once("close", () => {
      sockets.delete(socket);
      if (!isOver) setTimeout(keepOpen, reopenAfterMs).unref();
    });
  };
  for (let opened = 0; opened < floodOf; opened += 1) keepOpen();
  await wait(1000);
  const result = await meanwhile();
  isOver = true;
  for (const socket of sockets) socket.destroy();
  return result;
}

function open(port: number, words = ""): Socket {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => {});
  socket.resume();
  if (words) socket.write(words);
  return socket;
}

/** Resolves when the server has ended the connection; a reset is one way to do so. */
function closed(socket: Socket): Promise<true> {
  return new Promise((resolve) => socket.resume().once("close", () => resolve(true)));
}

/** Fifty requests a second, for so long. */
async function askFor(port: number, milliseconds: number): Promise<Honest> {
  const asked: Promise<number | undefined>[] = [];
  const until = performance.now() + milliseconds;
  while (performance.now() < until) {
    asked.push(ask(port));
    await wait(20);
  }
  const times = await Promise.all(asked);
  const answered = times.filter((time) => time !== undefined);
  return {
    asked: times.length,
    failed: times.length - answered.length,
    p50: percentile(answered, 0.5),
    p99: percentile(answered, 0.99),
  };
}

/** How long a page took by a new connection, or undefined where it did not come. */
async function ask(port: number): Promise<number | undefined> {
  const askedAt = performance.now();
  try {
    const sent = request({ host: "127.0.0.1", port, path: "/", agent: false }).end();
    const [response] = (await once(sent, "response")) as [IncomingMessage];
    await text(response);
    return performance.now() - askedAt;
  } catch {
    return undefined;
  }
}
