import type { AppUnderTest } from "./app-under-test.ts";
import { type Load, type Stretch, timeStretch } from "./stretch.ts";

export interface Contender {
  app: AppUnderTest;
  load: Load;
}

/** One app's figures over all rounds. */
export interface Row {
  name: string;
  stretches: Stretch[];
}

const rounds = 5;

/** Times the apps in turn within each round, after one untimed turn of each in which their code gets warm. */
export async function compare(contenders: Contender[]): Promise<Row[]> {
  const rows = contenders.map(({ app }): Row => ({ name: app.name, stretches: [] }));
  for (let round = -1; round < rounds; round++) {
    for (const [place, { app, load }] of contenders.entries()) {
      const stretch = await timeStretch(app, load);
      if (round >= 0) rows[place]?.stretches.push(stretch);
    }
  }
  return rows;
}

/** How many times the CPU of the reference an app takes: the median of the rounds' ratios. */
export function cpuRatio(rows: Row[], name: string, reference: string): number {
  const [ours, theirs] = [name, reference].map((wanted) => {
    const row = rows.find((candidate) => candidate.name === wanted);
    if (!row) throw new Error(`${wanted} was not measured.`);
    return row.stretches;
  }) as [Stretch[], Stretch[]];
  return median(ours.map(({ cpuMs }, round) => cpuMs / (theirs[round] as Stretch).cpuMs));
}

export function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const upper = sorted[Math.floor(middle)] as number;
  return Number.isInteger(middle) ? (upper + (sorted[middle - 1] as number)) / 2 : upper;
}
