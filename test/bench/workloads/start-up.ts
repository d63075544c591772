import { setTimeout as wait } from "node:timers/promises";
import type { AppUnderTest } from "../app-under-test.ts";
import { openConnection } from "../connection.ts";
import { signIn } from "../journey.ts";
import type { ProviderStub } from "../provider-stub.ts";

export type Start = () => Promise<AppUnderTest>;

/** Milliseconds from the spawn, a row an app and a figure a round. */
export type Times = { name: string; ms: number[] }[];

/** What a process leaves behind, such as its memory being freed, would be charged to the next one. */
const pauseMs = 100;

/** W4: from the spawn to the first answer; a newcomer's start includes the making of keys and databases. */
export async function startUp(starts: Start[], rounds: number): Promise<Times> {
  return await inTurn(starts, rounds, async ({ startMs }) => startMs);
}

/** W7: from the spawn to the signed-in page of the first visitor, who asks for the index page before. */
export async function firstSignIn(
  starts: Start[],
  provider: ProviderStub,
  rounds: number,
): Promise<Times> {
  return await inTurn(starts, rounds, async ({ port, startMs }) => {
    const startedAt = performance.now();
    const connection = await openConnection(port);
    // One of the rivals looks for its provider after its first page, and fails until it has found it.
    while (!(await signIn(connection, provider).catch(() => undefined))) await wait(1);
    connection.close();
    return startMs + performance.now() - startedAt;
  });
}

async function inTurn(
  starts: Start[],
  rounds: number,
  measure: (app: AppUnderTest) => Promise<number>,
): Promise<Times> {
  const times: Times = [];
  for (let round = -1; round < rounds; round++) {
    for (const [place, start] of starts.entries()) {
      const app = await start();
      const ms = await measure(app);
      await app.stop();
      await wait(pauseMs);
      times[place] ??= { name: app.name, ms: [] };
      if (round >= 0) times[place].ms.push(ms);
    }
  }
  return times;
}
