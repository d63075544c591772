import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import type { Figure, Findings } from "../figures/figure.ts";
import { type MutatedModule, mutatedModules } from "./modules.ts";

const target = 85;
const stryker = new URL("node_modules/@stryker-mutator/core/bin/stryker.js", import.meta.url);

/** What Stryker's JSON report says of each mutant, as far as it is read here. */
interface Report {
  files: Record<string, { mutants: Mutant[] }>;
}

interface Mutant {
  status: string;
  mutatorName: string;
  replacement?: string;
  location: { start: { line: number } };
}

/** How many changes of the code that matters most the tests notice, module by module (MUTATE names some of them). */
export async function measureMutations(): Promise<Findings> {
  if (!existsSync(stryker)) {
    throw new Error("Stryker is not installed. Run: npm ci --prefix test/mutation");
  }
  const { MUTATE } = process.env;
  const names = MUTATE ? MUTATE.split(",") : Object.keys(mutatedModules);
  const reports = names.map((name): [string, Report] => [name, mutate(moduleOf(name))]);
  const all = reports.flatMap(([, report]) => mutantsOf(report));
  return {
    figures: [
      ...reports.map(([name, report]) => figureOf(`Mutation score, ${name}`, mutantsOf(report))),
      figureOf("Mutation score, all together", all),
    ],
    details: reports.flatMap(([, report]) => survivorsOf(report)),
  };
}

function moduleOf(name: string): MutatedModule {
  const found = mutatedModules[name];
  if (found) return found;
  throw new Error(`There is no ${name} among ${Object.keys(mutatedModules).join(", ")}.`);
}

function mutate({ mutate: files, tests }: MutatedModule): Report {
  const folder = mkdtempSync(join(tmpdir(), "mutation-"));
  const [config, fileName] = [join(folder, "stryker.json"), join(folder, "report.json")];
  const options = {
    mutate: files,
    testRunner: "vitest",
    plugins: ["@stryker-mutator/vitest-runner"],
    vitest: { configFile: "test/mutation/vitest.config.ts", related: false },
    coverageAnalysis: "perTest",
    concurrency: availableParallelism(),
    timeoutMS: 10_000,
    timeoutFactor: 2,
    ignorePatterns: ["dist", "coverage", ".data", "test/mutation/node_modules"],
    reporters: ["progress-append-only", "json"],
    jsonReporter: { fileName },
    // The file would be rewritten by the compiler's API, which TypeScript 7 does not have.
    tsconfigFile: "none",
    allowConsoleColors: false,
  };
  try {
    writeFileSync(config, JSON.stringify(options));
    const env = {
      ...process.env,
      MUTATION_TESTS: tests.map((name) => `test/${name}.test.ts`).join(","),
    };
    const command = [stryker.pathname, "run", config];
    const { status } = spawnSync(process.execPath, command, { env, stdio: ["ignore", 2, 2] });
    if (status !== 0) throw new Error(`Stryker ended with exit code ${status}; see above.`);
    return JSON.parse(readFileSync(fileName, "utf8")) as Report;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function mutantsOf({ files }: Report): Mutant[] {
  return Object.values(files).flatMap(({ mutants }) => mutants);
}

function figureOf(what: string, mutants: Mutant[]): Figure {
  const count = (...statuses: string[]) =>
    mutants.filter(({ status }) => statuses.includes(status)).length;
  const noticed = count("Killed", "Timeout");
  const valid = noticed + count("Survived", "NoCoverage");
  const score = (100 * noticed) / valid;
  return {
    what,
    target: `${target} % or more`,
    measured: `${score.toFixed(1)} % (${noticed} of ${valid})`,
    isMet: score >= target,
  };
}

function survivorsOf({ files }: Report): string[] {
  return Object.entries(files).flatMap(([file, { mutants }]) =>
    mutants
      .filter(({ status }) => status === "Survived" || status === "NoCoverage")
      .map(({ status, mutatorName, replacement = "", location }) => {
        const change = replacement.replace(/\s+/g, " ").slice(0, 100);
        return `${file}:${location.start.line} ${status}: ${mutatorName} ${change}`;
      }),
  );
}
