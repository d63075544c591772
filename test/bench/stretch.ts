import { setTimeout as wait } from "node:timers/promises";
import type { AppUnderTest } from "./app-under-test.ts";
import { type Connection, openConnection } from "./connection.ts";

/** What one timed stretch came to; times are in milliseconds. */
export interface Stretch {
  cpuMs: number;
  perSecond: number;
  p50: number;
  p99: number;
}

/** Runs over and over on each of `connections` connections; `index` counts through all of them. */
export interface Load {
  connections: number;
  act(connection: Connection, index: number): Promise<unknown>;
}

const leadInMs = 250;
const timedMs = 600;

/**
 * Loads an app and takes its CPU time for each action. The first part is not timed: after an idle spell an app costs
 * up to twice as much for a while. This process spins meanwhile, since to wake it up would be charged to the app.
 */
export async function timeStretch(app: AppUnderTest, load: Load): Promise<Stretch> {
  const durations: number[] = [];
  let phase: "lead-in" | "timed" | "over" = "lead-in";
  let index = 0;
  const spin = () => {
    if (phase !== "over") setImmediate(spin);
  };

  const workers = Array.from({ length: load.connections }, async () => {
    const connection = await openConnection(app.port);
    while (phase !== "over") {
      const startedAt = performance.now();
      await load.act(connection, index++);
      if (phase === "timed") durations.push(performance.now() - startedAt);
    }
    connection.close();
  });
  spin();
  const running = Promise.all(workers);

  await Promise.race([wait(leadInMs), running]);
  phase = "timed";
  const [cpuBefore, timeBefore] = [app.cpuMs(), performance.now()];
  do await Promise.race([wait(timedMs), running]);
  while (durations.length === 0);
  const [cpuAfter, timeAfter] = [app.cpuMs(), performance.now()];
  const count = durations.length;
  phase = "over";
  await running;

  durations.sort((a, b) => a - b);
  const percentile = (share: number) => durations[Math.floor(count * share)] ?? Number.NaN;
  return {
    cpuMs: (cpuAfter - cpuBefore) / count,
    perSecond: (1000 * count) / (timeAfter - timeBefore),
    p50: percentile(0.5),
    p99: percentile(0.99),
  };
}
