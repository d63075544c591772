import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { checks, groups, idsIn } from "./checks.ts";
import { createReport, type TestRun } from "./report.ts";
import { asMarkdown, asText } from "./tables.ts";

const tests = new URL("../", import.meta.url);

function runOf(...titles: [fullName: string, status?: string][]): TestRun {
  const assertionResults = titles.map(([fullName, status = "passed"]) => ({ fullName, status }));
  const numFailedTests = assertionResults.filter(({ status }) => status === "failed").length;
  const status = numFailedTests > 0 ? "failed" : "passed";
  return { numFailedTests, testResults: [{ name: "/x/test/a.test.ts", status, assertionResults }] };
}

const everyCheck = checks.map(({ id }): [string] => [`Somewhere ${id}: holds`]);

describe("The list of checks", () => {
  test("has 118 of them, each once, in a group and with a severity", () => {
    expect(new Set(checks.map(({ id }) => id)).size).toBe(118);
    expect(checks).toHaveLength(118);
    for (const { id, group, severity, sentence } of checks) {
      expect(groups, id).toHaveProperty(group);
      expect(["C", "H", "M"], id).toContain(severity);
      expect(sentence, id).toMatch(/^[A-Z].*\.$/);
    }
  });

  test("has every id that a test names", () => {
    const known = checks.map(({ id }) => id);
    const named = readdirSync(tests, { recursive: true, encoding: "utf8" })
      .filter((path) => path.endsWith(".ts") && !/node_modules|^security-report/.test(path))
      .flatMap((path) => idsIn(readFileSync(new URL(path, tests), "utf8")));

    expect(named.filter((id) => !known.includes(id))).toEqual([]);
  });
});

describe("The report", () => {
  test("passes where each check has a test and all of them pass", () => {
    const { results, failures } = createReport(runOf(...everyCheck));

    expect(failures).toEqual([]);
    expect(results.every(({ outcome }) => outcome === "passed")).toBe(true);
  });

  test("fails where a check of severity C or H has none, and bears it for M", () => {
    const without = (id: string) => everyCheck.filter(([title]) => !idsIn(title).includes(id));

    expect(createReport(runOf(...without("CB-2"))).failures).toEqual([
      "CB-2 (C) is covered by no test that has run.",
    ]);
    expect(createReport(runOf(...without("HT-5"))).failures).toEqual([]);
  });

  test("fails where one test of many fails, where one was skipped, and where an id is unknown", () => {
    const failing = runOf(...everyCheck, ["HT-5: too", "failed"]);
    const skipped = runOf(...everyCheck.slice(1), ["AR-1: not today", "skipped"]);
    const mistyped = runOf(...everyCheck, ["CB-99: what"]);

    expect(createReport(failing).failures).toEqual([
      "HT-5 (M) fails: HT-5: too (a.test.ts).",
      "Of the whole suite 1 tests failed.",
    ]);
    expect(createReport(skipped).failures).toEqual([
      "AR-1 (H) is covered by no test that has run.",
    ]);
    expect(createReport(mistyped).failures).toEqual([
      "There is no check CB-99, which this title names: CB-99: what (a.test.ts).",
    ]);
  });

  test("fails where a file did not run to its end", () => {
    const run = runOf(...everyCheck);
    run.testResults.push({ name: "/x/test/b.test.ts", status: "failed", assertionResults: [] });

    expect(createReport(run).failures).toEqual(["/x/test/b.test.ts did not run to its end."]);
  });

  test("names every check, its tests and the sums, as text and as Markdown", () => {
    const report = createReport(runOf(...everyCheck, ["AR-1 again", "failed"]));

    for (const text of [asText(report), asMarkdown(report)]) {
      for (const { id, sentence } of checks) {
        expect(text).toContain(id);
        expect(text).toContain(sentence);
      }
      expect(text).toContain("2 tests: a.test.ts (2)");
      expect(text).toContain("117/118");
      expect(text).toContain("117 of 118 checks pass.");
    }
  });
});
