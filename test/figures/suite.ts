import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createReport, type TestRun } from "../security-report/report.ts";
import { type Figure, type Findings, grouped, none } from "./figure.ts";

const enoughBadTokens = 150;
const enoughOddTokens = 10;
const enoughBranches = 95;
const vitest = new URL("../../node_modules/vitest/vitest.mjs", import.meta.url).pathname;
/** Where sign-in, sessions and redirects are made. */
const covered = ["src/sign-in/**"];

interface Coverage {
  total: { branches: { pct: number }; lines: { pct: number } };
}

/** One run of the whole suite: what its titles, its search for secrets and its coverage come to. */
export async function measureSuite(): Promise<Findings> {
  const folder = mkdtempSync(join(tmpdir(), "figures-suite-"));
  const env = {
    ...process.env,
    TEST_REPORT: join(folder, "tests.json"),
    CANARY_REPORT: join(folder, "canary.jsonl"),
  };
  try {
    const options = [
      "--coverage",
      "--coverage.reporter=json-summary",
      // A test that fails is one figure less, not all of them.
      "--coverage.reportOnFailure",
      `--coverage.reportsDirectory=${join(folder, "coverage")}`,
      ...covered.map((files) => `--coverage.include=${files}`),
    ];
    const startedAt = performance.now();
    spawnSync(process.execPath, [vitest, "run", ...options], { env, stdio: ["ignore", 2, 2] });
    const seconds = Math.round((performance.now() - startedAt) / 1000);
    const run = readJson<TestRun>(env.TEST_REPORT);
    return {
      figures: [
        ...checksOf(run, seconds),
        ...tokensOf(run),
        secretsOf(env.CANARY_REPORT),
        branchesOf(readJson<Coverage>(join(folder, "coverage", "coverage-summary.json"))),
      ],
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function checksOf(run: TestRun, seconds: number): Figure[] {
  const { results, failures } = createReport(run);
  const passed = results.filter(({ outcome }) => outcome === "passed");
  const without = results.filter(({ outcome }) => outcome === "no test").map(({ id }) => id);
  const tests = run.testResults.flatMap(({ assertionResults }) => assertionResults);
  return [
    {
      what: `Checks passed by ${grouped(tests.length)} tests, in ${seconds} s with coverage taken`,
      target: `${results.length}; every C and H`,
      measured: `${passed.length}${without.length > 0 ? `, without a test: ${without.join(", ")}` : ""}`,
      isMet: failures.length === 0,
    },
  ];
}

/** A title of such a test says which token it sends through the callback. */
function tokensOf(run: TestRun): Figure[] {
  const tests = run.testResults
    .filter(({ name }) => /\/(?:id-token\/\w+|signing-keys)\.test\.ts$/.test(name))
    .flatMap(({ assertionResults }) => assertionResults);
  const bad = tests.filter(({ fullName }) => /\bID-\d+: refuses /.test(fullName));
  const odd = tests.filter(({ fullName }) => /\bID-\d+: accepts /.test(fullName));
  const failed = (list: typeof tests) => list.filter(({ status }) => status === "failed").length;
  return [
    {
      what: "Bad tokens sent through the callback",
      target: `${enoughBadTokens} or more`,
      measured: String(bad.length),
      isMet: bad.length >= enoughBadTokens,
    },
    none("Bad tokens: accepted", failed(bad)),
    {
      ...none("Odd but valid tokens: refused", failed(odd), String(odd.length)),
      isMet: failed(odd) === 0 && odd.length >= enoughOddTokens,
    },
  ];
}

function secretsOf(path: string): Figure {
  const lines = existsSync(path) ? readFileSync(path, "utf8").trim().split("\n") : [];
  const counts = lines.map((line) => JSON.parse(line) as Record<string, number>);
  const sum = (name: string) => counts.reduce((total, next) => total + (next[name] ?? 0), 0);
  const what = `Secrets (${grouped(sum("secrets"))}) found in ${grouped(sum("outputs"))} outputs of the suite`;
  return { ...none(what, sum("hits")), isMet: sum("hits") === 0 && sum("outputs") > 0 };
}

function branchesOf({ total }: Coverage): Figure {
  return {
    what: "Branch coverage of src/sign-in",
    target: `${enoughBranches} % or more`,
    measured: `${total.branches.pct} % (lines ${total.lines.pct} %)`,
    isMet: total.branches.pct >= enoughBranches,
  };
}

function readJson<Value>(path: string): Value {
  return JSON.parse(readFileSync(path, "utf8")) as Value;
}
