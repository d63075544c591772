import { type Check, checks, idsIn } from "./checks.ts";

/** What vitest's JSON reporter writes of one run, as far as it is read here. */
export interface TestRun {
  numFailedTests: number;
  testResults: {
    /** The file's path. */
    name: string;
    status: string;
    assertionResults: { fullName: string; status: string }[];
  }[];
}

export interface CoveringTest {
  title: string;
  file: string;
  hasPassed: boolean;
}

/** A check and the tests of a run that cover it; it passes where there are some and none has failed. */
export interface CheckResult extends Check {
  tests: CoveringTest[];
  outcome: "passed" | "failed" | "no test";
}

export interface SecurityReport {
  results: CheckResult[];
  /** Why the product must not be trusted as it stands, in sentences; empty where all is well. */
  failures: string[];
}

/** Sorts the tests of a run by the checks that their titles name. A test that was skipped covers nothing. */
export function createReport(run: TestRun): SecurityReport {
  const tests = run.testResults.flatMap(({ name, assertionResults }) =>
    assertionResults
      .filter(({ status }) => status === "passed" || status === "failed")
      .map(({ fullName, status }) => ({
        title: fullName,
        file: name.replace(/^.*?\/test\//, ""),
        hasPassed: status === "passed",
      })),
  );
  const results = checks.map((check) => resultOf(check, tests));
  return { results, failures: [...failuresOf(results), ...unknownIds(tests), ...brokenRun(run)] };
}

function resultOf(check: Check, all: CoveringTest[]): CheckResult {
  const tests = all.filter(({ title }) => idsIn(title).includes(check.id));
  if (tests.length === 0) return { ...check, tests, outcome: "no test" };
  return { ...check, tests, outcome: tests.every((test) => test.hasPassed) ? "passed" : "failed" };
}

/** A check of severity M may go without a test; the report says so, and why. */
function failuresOf(results: CheckResult[]): string[] {
  return results.flatMap(({ id, severity, outcome, tests }) => {
    if (outcome === "no test") {
      return severity === "M" ? [] : [`${id} (${severity}) is covered by no test that has run.`];
    }
    const failed = tests.filter((test) => !test.hasPassed);
    return failed.map(({ title, file }) => `${id} (${severity}) fails: ${title} (${file}).`);
  });
}

function unknownIds(tests: CoveringTest[]): string[] {
  const known = new Set(checks.map(({ id }) => id));
  return tests.flatMap(({ title, file }) =>
    idsIn(title)
      .filter((id) => !known.has(id))
      .map((id) => `There is no check ${id}, which this title names: ${title} (${file}).`),
  );
}

function brokenRun({ numFailedTests, testResults }: TestRun): string[] {
  const broken = testResults.filter(
    ({ status, assertionResults }) =>
      status === "failed" && !assertionResults.some((test) => test.status === "failed"),
  );
  return [
    ...(numFailedTests > 0 ? [`Of the whole suite ${numFailedTests} tests failed.`] : []),
    ...broken.map(({ name }) => `${name} did not run to its end.`),
  ];
}
