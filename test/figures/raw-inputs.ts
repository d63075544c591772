import { connect } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import fc from "fast-check";
import { createScriptedProvider } from "../support/scripted-provider.ts";
import { signedInHeading } from "../support/signed-in.ts";
import { freePort, poolSettings, spawnServer } from "../support/spawn-server.ts";
import { createVisitor } from "../support/visitor.ts";
import { mutatedRequests, type SeedFacts } from "./raw-requests.ts";

export interface RawInputFigures {
  requests: number;
  /** Answers with a status of 500 or more. */
  serverErrors: number;
  /** Connections that the server still held five seconds after the client had ended its side. */
  hangs: number;
  /** Times that the process ended. */
  crashes: number;
  /** Makes the same requests again. */
  seed: number;
  /** Requests behind the numbers, in base64. */
  examples: string[];
}

const inParallel = 64;
const quietMs = 250;
const hangMs = 5000;

/** Sends generated requests to a server process of its own, which must sign somebody in afterwards; throws where it cannot. */
export async function rawInputs(
  runs: number,
  seed = Date.now() % 2 ** 31,
): Promise<RawInputFigures> {
  const provider = await createScriptedProvider();
  const port = await freePort();
  const run = await spawnServer({ PORT: port, ...poolSettings(provider), LOG_LEVEL: "info" });
  try {
    await run.says("Server running at");
    let crashes = 0;
    run.child.once("exit", () => {
      crashes += 1;
    });
    const appUrl = `http://localhost:${port}`;
    const figures = await sendRawInputs(runs, {
      port: Number(port),
      ...(await seedFacts(appUrl)),
      seed,
    });
    const page = await createVisitor().visit(`${appUrl}/login`);
    if (page.heading !== signedInHeading) throw new Error("Nobody can sign in any more.");
    return { ...figures, crashes };
  } finally {
    await run.remove();
    await provider.close();
  }
}

/** The same against an app that runs already. */
export async function sendRawInputs(
  runs: number,
  { port, seed, ...facts }: SeedFacts & { port: number; seed: number },
): Promise<Omit<RawInputFigures, "crashes">> {
  const requests = fc.sample(mutatedRequests(facts), { numRuns: runs, seed });
  const figures = { requests: 0, serverErrors: 0, hangs: 0, seed, examples: [] as string[] };
  const queue = requests.values();

  async function work(): Promise<void> {
    for (const request of queue) {
      const { answer, hasHung } = await exchange(port, request);
      const errors = answer.match(/(?<![^\n])HTTP\/1\.1 5\d\d /g)?.length ?? 0;
      figures.requests += 1;
      figures.serverErrors += errors;
      figures.hangs += Number(hasHung);
      if (errors > 0 || hasHung) figures.examples.push(request.toString("base64"));
    }
  }

  await Promise.all(Array.from({ length: inParallel }, work));
  return figures;
}

/** A session and an unfinished sign-in, so that mutated requests come close to good ones. */
export async function seedFacts(appUrl: string): Promise<SeedFacts> {
  const visitor = createVisitor();
  await visitor.visit(`${appUrl}/login`);
  const begun = await visitor.visit(`${appUrl}/login`, {
    stopBefore: (url) => url.pathname === "/logged-in",
  });
  const cookies = visitor.cookies(appUrl).map(({ name, value }) => `${name}=${value}`);
  return { cookie: cookies.join("; "), callback: new URL(begun.location ?? "").search };
}

/** What comes back, after the client has ended its side of a connection that fell quiet. */
async function exchange(
  port: number,
  request: Buffer,
): Promise<{ answer: string; hasHung: boolean }> {
  const socket = connect(port, "127.0.0.1");
  let answer = "";
  let heardAt = performance.now();
  socket.setEncoding("latin1").on("data", (text: string) => {
    answer += text;
    heardAt = performance.now();
  });
  // The server may close before it has read everything.
  socket.on("error", () => {});
  const closed = new Promise<true>((resolve) => {
    socket.once("close", () => resolve(true));
  });
  const over = (ms: number) => Promise.race([closed, wait(ms, false)]);
  socket.write(request);
  while (!(await over(quietMs)) && performance.now() - heardAt < quietMs);
  socket.end();
  const hasHung = !(await over(hangMs));
  socket.destroy();
  return { answer, hasHung };
}
