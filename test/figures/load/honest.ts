import { setTimeout as wait } from "node:timers/promises";
import { duration, type Figure, percentile } from "../figure.ts";

const longestMs = 1000;
const pauseMs = 50;

/** What honest clients met while others attacked: times in milliseconds. */
export interface Asked {
  times: number[];
  failed: number;
}

/** Asks, and asks again soon after it is answered, for so long. */
export async function keepAsking(ask: () => Promise<unknown>, forMs: number): Promise<Asked> {
  const asked: Asked = { times: [], failed: 0 };
  const until = performance.now() + forMs;
  while (performance.now() < until) {
    const startedAt = performance.now();
    await ask().catch(() => {
      asked.failed += 1;
    });
    asked.times.push(performance.now() - startedAt);
    await wait(pauseMs);
  }
  return asked;
}

/** The line of the table: whoever is honest waits for less than a second. */
export function honest(what: string, { times }: Asked): Figure {
  const p99 = percentile(times, 0.99);
  return {
    what: `Honest p99: ${what}`,
    target: "under 1 s",
    measured: `${duration(p99)} of ${times.length}`,
    isMet: times.length > 0 && p99 < longestMs,
  };
}
