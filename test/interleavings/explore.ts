import fc from "fast-check";
import { type Scenario, scenarios } from "./scenarios.ts";
import { openStage, type Stage, settled } from "./stage.ts";

export interface InterleavingFigures {
  /** Orders that were played, over all scenarios. */
  orders: number;
  /** How many of them differ from each other. */
  distinct: number;
  /** None, or the exploration fails at the first one, with the seed that plays it again. */
  violations: number;
}

/** Plays every scenario in its share of so many orders (CC-1 to CC-4). */
export async function explore(runs: number): Promise<InterleavingFigures> {
  const { stage, close } = await openStage();
  try {
    const figures = { orders: 0, distinct: 0, violations: 0 };
    for (const scenario of scenarios) {
      const { orders, distinct } = await exploreOne(
        stage,
        scenario,
        Math.ceil(runs / scenarios.length),
      );
      figures.orders += orders;
      figures.distinct += distinct;
    }
    return figures;
  } finally {
    await close();
  }
}

/** Plays one scenario in that many orders; rejects with the order, its seed and what was wrong. */
export async function exploreOne(
  stage: Stage,
  scenario: Scenario,
  runs: number,
): Promise<{ orders: number; distinct: number }> {
  const seen = new Set<string>();
  let orders = 0;
  await fc.assert(
    fc.asyncProperty(fc.scheduler({ act }), waits, async (scheduler, turns) => {
      await scenario.play(stage, { scheduler, waits: turns });
      orders += 1;
      seen.add(
        scheduler
          .report()
          .map(({ taskId }) => taskId)
          .join(),
      );
    }),
    { numRuns: runs },
  );
  return { orders, distinct: seen.size };
}

const waits = fc.array(fc.nat({ max: 10 }), { minLength: 3, maxLength: 3 });

/** Nothing is chosen before all that can happen by itself has happened. */
async function act(release: () => Promise<unknown>): Promise<void> {
  await settled();
  await release();
}
