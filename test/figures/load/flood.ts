import { randomBytes } from "node:crypto";
import { type Connection, openConnection } from "../../bench/connection.ts";
import { setCookiesOf, signIn, visit } from "../../bench/journey.ts";
import { duration, type Findings, grouped, none, percentile, stated } from "../figure.ts";
import { type LoadedServer, megabytes, startLoadedServer } from "./server.ts";

const connections = 16;
/** Code is compiled and caches fill in the first ones: memory is compared with what it is after them. */
const warmUp = { visits: 50_000, signIns: 5_000 };
const flooding = { visits: 1_000_000, signIns: 100_000 };
const longestGrowth = 50 * 2 ** 20;
const memberEveryMs = 250;

interface Kind {
  status: number;
  path(): string;
}

/** Strangers: what they ask for, and the one answer that is right. */
const kinds = {
  page: { status: 200, path: () => "/" },
  missing: { status: 404, path: () => `/nothing/${someText()}` },
  callback: {
    status: 400,
    path: () => `/logged-in?code=${someText()}&state=${someText()}`,
  },
  signIn: { status: 302, path: () => "/login" },
} satisfies Record<string, Kind>;
/** Three visits in five are of pages that exist. */
const visits: Kind[] = [kinds.page, kinds.page, kinds.page, kinds.missing, kinds.callback];

/** Strangers by the million, and one member among them: no rows, no memory, no session lost (SC-4). */
export async function measureFlood(share = 1): Promise<Findings> {
  const server = await startLoadedServer();
  try {
    return await flood(server, share);
  } finally {
    await server.close();
  }
}

async function flood(server: LoadedServer, share: number): Promise<Findings> {
  const { app, provider } = server;
  const first = await openConnection(app.port);
  const cookie = await signIn(first, provider);
  await send(server, warmUp.visits * share, visits);
  await send(server, warmUp.signIns * share, [kinds.signIn]);
  const [rowsBefore, residentBefore] = [server.rowKeys(), await server.residentBytes()];

  const member = watchMember(first, cookie);
  const startedAt = performance.now();
  const flooded = await send(server, flooding.visits * share, visits);
  const seconds = (performance.now() - startedAt) / 1000;
  const residentAfterVisits = await server.residentBytes();
  const begun = await send(server, flooding.signIns * share, [kinds.signIn]);
  const residentAfter = await server.residentBytes();
  const pages = await member.stop();

  const known = new Set(rowsBefore);
  const newRows = server.rowKeys().filter((key) => !known.has(key));
  const growth = residentAfter - residentBefore;
  const asked = `${grouped(flooded.answers)} visits, ${grouped(begun.answers)} sign-in starts`;
  return {
    figures: [
      {
        what: "Anonymous flood: visits",
        target: "1,000,000 and 100,000 sign-in starts",
        measured: `${asked}, ${grouped(flooded.answers / seconds)} visits/s`,
        isMet: flooded.answers + begun.answers >= share * (flooding.visits + flooding.signIns),
      },
      none("Anonymous flood: rows in the store", newRows.length),
      none("Anonymous flood: session cookies", flooded.sessions + begun.sessions),
      none("Anonymous flood: other answers than the right one", flooded.wrong + begun.wrong),
      {
        what: "Anonymous flood: growth of memory (RSS after two collections)",
        target: "under 50 MB",
        measured: `${megabytes(growth)}, from ${megabytes(residentBefore)}`,
        isMet: growth < longestGrowth,
      },
      none("Anonymous flood: sessions lost", pages.lost, `${grouped(pages.times.length)} pages`),
      stated("Anonymous flood: the member's page, p99", duration(percentile(pages.times, 0.99))),
    ],
    details: [
      `after the visits ${megabytes(residentAfterVisits)}, in the end ${megabytes(residentAfter)}`,
    ],
  };
}

/** Sends that many requests, of all kinds in turn, over connections that stay open. */
async function send(server: LoadedServer, count: number, asked: Kind[]) {
  const sums = { answers: 0, wrong: 0, sessions: 0 };
  let next = 0;
  const work = async () => {
    const connection = await openConnection(server.app.port);
    for (let index = next++; index < count; index = next++) {
      const kind = asked[index % asked.length] as Kind;
      const answer = await connection.get(kind.path());
      sums.answers += 1;
      if (answer.status !== kind.status) sums.wrong += 1;
      if (setCookiesOf(answer).some((line) => /^sign-in-\d+=/.test(line))) sums.sessions += 1;
    }
    connection.close();
  };
  await Promise.all(Array.from({ length: connections }, work));
  return sums;
}

/** The member looks at the signed-in page four times a second. */
function watchMember(connection: Connection, cookie: string) {
  const times: number[] = [];
  let lost = 0;
  let isOver = false;
  const watching = (async () => {
    while (!isOver) {
      const startedAt = performance.now();
      await visit(connection, "/logged-in", cookie).catch(() => {
        lost += 1;
      });
      times.push(performance.now() - startedAt);
      await new Promise((resolve) => setTimeout(resolve, memberEveryMs));
    }
    connection.close();
  })();
  return {
    async stop() {
      isOver = true;
      await watching;
      return { lost, times };
    },
  };
}

function someText(): string {
  return randomBytes(9).toString("base64url");
}
