import { cpus, loadavg } from "node:os";
import { isPinned } from "./cores.ts";
import { cpuRatio, median, type Row, ratioOf, written } from "./rounds.ts";
import type { Verdict } from "./verdicts.ts";
import type { Times } from "./workloads/start-up.ts";

/** The machine, in one line. */
export function describeMachine(): string {
  const [cpu] = cpus();
  const load = loadavg()[0]?.toFixed(1);
  const pinning = isPinned ? "apps pinned to core 0" : "UNPINNED: one core, or no taskset";
  return `Node ${process.version}, ${process.platform}, ${cpus().length} cores of ${cpu?.model.trim()}, ${pinning}; load at the start ${load}`;
}

/** The figures behind the verdicts: medians over the rounds, and the spread of the CPU time. */
export function figures(title: string, rows: Row[], reference: string): string {
  const lines = rows.map(({ name, stretches }) => {
    const cpu = stretches.map(({ cpuMs }) => cpuMs);
    const middle = (pick: (stretch: Row["stretches"][number]) => number, digits: number) =>
      median(stretches.map(pick)).toFixed(digits);
    const spread = `${Math.min(...cpu).toFixed(3)}–${Math.max(...cpu).toFixed(3)}`;
    return [
      name,
      written(cpuRatio(rows, name, reference)),
      `${middle(({ cpuMs }) => cpuMs, 3)} (${spread})`,
      middle(({ perSecond }) => perSecond, 0),
      middle(({ p50 }) => p50, 2),
      middle(({ p99 }) => p99, 2),
    ];
  });
  const head = [
    "app",
    `CPU × ${reference}`,
    "CPU ms each (min–max)",
    "per second",
    "p50 ms",
    "p99 ms",
  ];
  return `### ${title}\n\n${table(head, lines)}`;
}

/** How long starts took: medians over the rounds, and the spread. */
export function startFigures(title: string, times: Times, reference: string): string {
  const lines = times.map(({ name, ms }) => [
    name,
    written(ratioOf(times, name, reference)),
    `${median(ms).toFixed(0)} (${Math.min(...ms).toFixed(0)}–${Math.max(...ms).toFixed(0)})`,
  ]);
  return `### ${title}\n\n${table(["app", `× ${reference}`, "ms (min–max)"], lines)}`;
}

/** The verdicts, a row each. */
export function verdictTable(verdicts: Verdict[]): string {
  const head = ["workload", "what", "target", "measured", ""];
  const rows = verdicts.map(({ workload, what, target, measured, isMet }) => [
    workload,
    what,
    target,
    measured,
    isMet ? "met" : "**MISSED**",
  ]);
  return `### Verdicts\n\n${table(head, rows)}`;
}

function table(head: string[], rows: string[][]): string {
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`;
  return [line(head), line(widths.map((width) => "-".repeat(width))), ...rows.map(line)].join("\n");
}
