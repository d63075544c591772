import { setTimeout as wait } from "node:timers/promises";
import { type Connection, openConnection } from "../../bench/connection.ts";
import { signIn, visit } from "../../bench/journey.ts";
import { duration, type Findings, grouped, none, percentile } from "../figure.ts";
import { type LoadedServer, megabytes, startLoadedServer } from "./server.ts";

/** Half of what one core bears, and a queue for every moment that it is busy otherwise. */
const rates = { pages: 300, signIns: 10 };
const members = 200;
const warmUpShare = 0.1;
const longestDelayMs = 100;
/** The app ends a connection that has not been used for longer than a minute. */
const longestIdleMs = 30_000;
/** What a heap of this size breathes; growth beyond it would be a leak. */
const longestGrowth = 30 * 2 ** 20;

interface Course {
  times: number[];
  errors: string[];
}

/** A working day in small: members who look at their page, and others who come and go, at a steady rate (OL-2). */
export async function measureSoak(minutes: number): Promise<Findings> {
  const server = await startLoadedServer();
  try {
    return await soak(server, minutes);
  } finally {
    await server.close();
  }
}

async function soak(server: LoadedServer, minutes: number): Promise<Findings> {
  const { app, provider } = server;
  const cookies: string[] = [];
  const connection = await openConnection(app.port);
  for (let index = 0; index < members; index += 1) {
    cookies.push(await signIn(connection, provider));
  }
  connection.close();
  const lookAtPage = (at: Connection, index: number) =>
    visit(at, "/logged-in", cookies[index % members]);
  const comeAndGo = async (at: Connection) => {
    const { status } = await at.get("/logout", await signIn(at, provider));
    if (status !== 303) throw new Error(`The sign-out answered ${status}.`);
  };
  const run = (seconds: number) =>
    Promise.all([
      keepRate(app.port, rates.pages, seconds, lookAtPage),
      keepRate(app.port, rates.signIns, seconds, comeAndGo),
    ]);

  await run(60 * minutes * warmUpShare);
  const residentBefore = await server.residentBytes();
  const cpuBefore = app.cpuMs();
  const delays = watchDelays(server.metricsPort);
  const [pages, signIns] = await run(60 * minutes);
  const cpuShare = (app.cpuMs() - cpuBefore) / (60_000 * minutes);
  const worstDelayMs = await delays.stop();
  const residentAfter = await server.residentBytes();

  const load = `${rates.pages} pages/s and ${rates.signIns} sign-ins/s for ${minutes} min`;
  const errors = [...pages.errors, ...signIns.errors];
  return {
    figures: [
      none(`Soak, ${load}: errors`, errors.length, grouped(countOf(pages) + countOf(signIns))),
      timesOf("signed-in page", pages, 250),
      timesOf("full sign-in and sign-out", signIns, 1000),
      {
        what: "Soak: memory (RSS after two collections)",
        target: "flat",
        measured: `${megabytes(residentBefore)} to ${megabytes(residentAfter)}`,
        isMet: residentAfter - residentBefore < longestGrowth,
      },
      {
        what: "Soak: event-loop delay, worst p99 of a scrape",
        target: "under 100 ms",
        measured: worstDelayMs === undefined ? "not measured" : duration(worstDelayMs),
        isMet: worstDelayMs !== undefined && worstDelayMs < longestDelayMs,
      },
      {
        what: "Soak: CPU",
        target: "under one core",
        measured: `${Math.round(100 * cpuShare)} % of a core`,
        isMet: cpuShare < 1,
      },
    ],
    details: errors.slice(0, 5),
  };
}

/** Begins as many actions a second, whether earlier ones are done or not; times count from when each was due. */
async function keepRate(
  port: number,
  perSecond: number,
  seconds: number,
  act: (connection: Connection, index: number) => Promise<unknown>,
): Promise<Course> {
  const course: Course = { times: [], errors: [] };
  const idle: { connection: Connection; since: number }[] = [];
  const underWay = new Set<Promise<void>>();
  const startedAt = performance.now();

  async function takeConnection(): Promise<Connection> {
    const lastUsed = idle.pop();
    if (lastUsed && performance.now() - lastUsed.since < longestIdleMs) return lastUsed.connection;
    lastUsed?.connection.close();
    return await openConnection(port);
  }

  async function actOnce(index: number, dueAt: number): Promise<void> {
    try {
      const connection = await takeConnection();
      await act(connection, index);
      idle.push({ connection, since: performance.now() });
    } catch (error) {
      course.errors.push((error as Error).message);
    }
    course.times.push(performance.now() - dueAt);
  }

  for (let index = 0; index < perSecond * seconds; index += 1) {
    const dueAt = startedAt + (1000 * index) / perSecond;
    if (dueAt > performance.now()) await wait(dueAt - performance.now());
    const acting = actOnce(index, dueAt).finally(() => underWay.delete(acting));
    underWay.add(acting);
  }
  await Promise.all(underWay);
  for (const { connection } of idle) connection.close();
  return course;
}

const countOf = ({ times }: Course) => times.length;

function timesOf(what: string, { times }: Course, longestMs: number) {
  const [p50, p95, p99] = [0.5, 0.95, 0.99].map((share) => percentile(times, share)) as [
    number,
    number,
    number,
  ];
  return {
    what: `Soak: ${what}, p50 / p95 / p99`,
    target: `p99 under ${duration(longestMs)}`,
    measured: [p50, p95, p99].map(duration).join(" / "),
    isMet: p99 < longestMs,
  };
}

/** Scrapes the app's own measurement every five seconds. */
function watchDelays(metricsPort: number) {
  const stopping = new AbortController();
  let worst: number | undefined;
  const watching = (async () => {
    for (;;) {
      await wait(5000, undefined, { signal: stopping.signal }).catch(() => {});
      const metrics = await fetch(`http://127.0.0.1:${metricsPort}/metrics`).then(
        (answer) => answer.text(),
        () => "",
      );
      const seconds = /^nodejs_eventloop_lag_p99_seconds\S* (\S+)/m.exec(metrics)?.[1];
      if (seconds !== undefined) worst = Math.max(worst ?? 0, 1000 * Number(seconds));
      if (stopping.signal.aborted) return;
    }
  })();
  return {
    async stop() {
      stopping.abort();
      await watching;
      return worst;
    },
  };
}
