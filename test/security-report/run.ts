import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { createReport, type TestRun } from "./report.ts";
import { asMarkdown, asText } from "./tables.ts";

const { values } = parseArgs({
  options: {
    /** The JSON report of an earlier run, in place of a run of the whole suite. */
    report: { type: "string" },
    markdown: { type: "boolean", default: false },
  },
});

const { run, searches } = values.report ? { run: read(values.report), searches: "" } : runSuite();
const report = createReport(run);
const layout = values.markdown ? asMarkdown : asText;
process.stdout.write(`${[layout(report), searches].filter(Boolean).join("\n")}\n`);
process.exitCode = report.failures.length > 0 ? 1 : 0;

/** Runs the suite, which tells the terminal how it goes beside the report, and reads what it wrote. */
function runSuite(): { run: TestRun; searches: string } {
  const folder = mkdtempSync(join(tmpdir(), "security-report-"));
  const env = {
    ...process.env,
    TEST_REPORT: join(folder, "tests.json"),
    CANARY_REPORT: join(folder, "canary.jsonl"),
  };
  try {
    const vitest = new URL("../../node_modules/vitest/vitest.mjs", import.meta.url).pathname;
    spawnSync(process.execPath, [vitest, "run"], { env, stdio: ["ignore", 2, 2] });
    return { run: read(env.TEST_REPORT), searches: describeSearches(env.CANARY_REPORT) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function read(path: string): TestRun {
  return JSON.parse(readFileSync(path, "utf8"));
}

/** What CF-2 has searched and found in all files together. */
function describeSearches(path: string): string {
  const lines = existsSync(path) ? readFileSync(path, "utf8").trim().split("\n") : [];
  const counts: Record<string, number>[] = lines.map((line) => JSON.parse(line));
  const sum = (name: string) => counts.reduce((total, next) => total + (next[name] ?? 0), 0);
  return `${sum("outputs")} outputs were searched for ${sum("secrets")} secrets: ${sum("hits")} hits.`;
}
