import { type Check, groups, type Severity } from "./checks.ts";
import type { CheckResult, SecurityReport } from "./report.ts";

/** How a report is set: as text for a terminal, or as Markdown. */
export type Layout = (report: SecurityReport) => string;

const severities: Severity[] = ["C", "H", "M"];
const marks = { passed: "ok", failed: "FAILED", "no test": "–" };

/** Every check with its tests, by group, and the sums at the end. */
export const asText: Layout = ({ results, failures }) => {
  const sections = groupsOf(results).map(([title, checks]) =>
    [title, ...checks.map(linesOf)].join("\n"),
  );
  const rows = [["", ...severities, "all"], ...sums(results)];
  const width = Math.max(...rows.map(([title = ""]) => title.length));
  const table = rows.map(([title = "", ...cells]) =>
    [title.padEnd(width), ...cells.map((cell) => cell.padStart(9))].join(""),
  );
  return [...sections, table.join("\n"), conclusion(results, failures)].join("\n\n");
};

/** The same as tables of Markdown. */
export const asMarkdown: Layout = ({ results, failures }) => {
  const row = (cells: string[]) =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  const tableOf = (head: string[], rows: string[][]) =>
    [head, head.map(() => "---"), ...rows].map(row).join("\n");
  const sections = groupsOf(results).map(([title, checks]) => {
    const rows = checks.map((check) => [
      check.id,
      check.severity,
      check.sentence,
      marks[check.outcome],
      coverageOf(check),
    ]);
    return `### ${title}\n\n${tableOf(["Check", "Severity", "What holds", "Result", "Tests"], rows)}`;
  });
  const totals = tableOf(["Passed of", ...severities, "all"], sums(results));
  return [...sections, totals, conclusion(results, failures)].join("\n\n");
};

function groupsOf(results: CheckResult[]): [title: string, checks: CheckResult[]][] {
  return Object.entries(groups).map(([group, title]) => [
    `${group}: ${title}`,
    results.filter((check) => check.group === group),
  ]);
}

function linesOf(check: CheckResult): string {
  const { id, severity, sentence, outcome } = check;
  const line = `  ${marks[outcome].padEnd(7)}${severity}  ${id.padEnd(6)} ${sentence}`;
  return `${line}\n${" ".repeat(19)}${coverageOf(check)}`;
}

/** `3 tests: callback.test.ts (2), sign-in.test.ts (1); note` */
function coverageOf({ tests, note }: CheckResult): string {
  const perFile = new Map<string, number>();
  for (const { file } of tests) perFile.set(file, (perFile.get(file) ?? 0) + 1);
  const files = [...perFile].map(([file, count]) => `${file} (${count})`).join(", ");
  const covered = tests.length === 0 ? "no test" : `${count(tests, "test")}: ${files}`;
  return note ? `${covered}; ${note}` : covered;
}

/** Passed of all, for each group and severity, and for all together. */
function sums(results: CheckResult[]): string[][] {
  const cell = (among: CheckResult[]) =>
    among.length === 0 ? "" : `${among.filter(hasPassed).length}/${among.length}`;
  const row = (title: string, among: CheckResult[]) => [
    title,
    ...severities.map((severity) => cell(among.filter((check) => check.severity === severity))),
    cell(among),
  ];
  const perGroup = groupsOf(results).map(([title, checks]) => row(title, checks));
  return [...perGroup, row("All", results)];
}

function conclusion(results: CheckResult[], failures: string[]): string {
  const passed = results.filter(hasPassed);
  const open = results.filter(({ outcome }) => outcome === "no test").map(({ id }: Check) => id);
  return [
    `${passed.length} of ${results.length} checks pass.`,
    ...(open.length > 0 ? [`Without a test: ${open.join(", ")}.`] : []),
    ...failures,
  ].join("\n");
}

function hasPassed({ outcome }: CheckResult): boolean {
  return outcome === "passed";
}

function count({ length }: unknown[], noun: string): string {
  return `${length} ${noun}${length === 1 ? "" : "s"}`;
}
