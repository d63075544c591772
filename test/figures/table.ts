import { cpus, release, totalmem, type } from "node:os";
import type { Figure } from "./figure.ts";

const head: Row = ["Figure", "Target", "Measured", "Met"];

type Row = [what: string, target: string, measured: string, verdict: string];

/** What the figures were measured on. */
export function machine(): string {
  const [cpu] = cpus();
  const memory = `${Math.round(totalmem() / 2 ** 30)} GB`;
  return `${cpu?.model.trim()}, ${cpus().length} cores, ${memory}; Node ${process.version}; ${type()} ${release()}`;
}

/** For a terminal. */
export function asText(figures: Figure[]): string {
  const rows = [head, ...figures.map(rowOf)];
  const widths = head.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/** For docs/figures.md. */
export function asMarkdown(figures: Figure[]): string {
  const line = (row: string[]) => `| ${row.join(" | ")} |`;
  return [head, head.map(() => "---"), ...figures.map(rowOf)].map(line).join("\n");
}

function rowOf({ what, target, measured, isMet }: Figure): Row {
  return [what, target, measured, isMet ? "yes" : "NO"];
}
