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

/** How many times the reference an app takes, by the figures of each round: the median of the ratios, the least and the most. */
export interface Ratio {
  middle: number;
  least: number;
  most: number;
}

/** The ratio of CPU times. */
export function cpuRatio(rows: Row[], name: string, reference: string): Ratio {
  const figures = rows.map((row) => ({
    name: row.name,
    ms: row.stretches.map(({ cpuMs }) => cpuMs),
  }));
  return ratioOf(figures, name, reference);
}

/** The ratio of two rows of figures. */
export function ratioOf(
  rows: { name: string; ms: number[] }[],
  name: string,
  reference: string,
): Ratio {
  const [ours = [], theirs = []] = [name, reference].map((wanted) => {
    const row = rows.find((candidate) => candidate.name === wanted);
    if (!row) throw new Error(`${wanted} was not measured.`);
    return row.ms;
  });
  const ratios = ours.map((ms, round) => ms / (theirs[round] as number));
  return { middle: median(ratios), least: Math.min(...ratios), most: Math.max(...ratios) };
}

/** `1.02 (0.97–1.10)` */
export function written({ middle, least, most }: Ratio): string {
  return `${middle.toFixed(2)} (${least.toFixed(2)}–${most.toFixed(2)})`;
}

export function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const upper = sorted[Math.floor(middle)] as number;
  return Number.isInteger(middle) ? (upper + (sorted[middle - 1] as number)) / 2 : upper;
}
