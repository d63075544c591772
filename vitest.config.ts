import { statfsSync } from "node:fs";
import { defineConfig } from "vitest/config";
import { BrowserFirst } from "./test/support/browser-first.ts";

const report = process.env.TEST_REPORT;

/** Tests leave much behind, and run most code a few times: a worker that collects and optimizes later takes a quarter less. */
const workerFlags = [
  "--initial-heap-size=400",
  "--min-semi-space-size=32",
  "--max-semi-space-size=64",
  // Later lines of Node wait longer by themselves.
  ...(process.version.startsWith("v20.") ? ["--interrupt-budget=600000"] : []),
];

/** Nothing that tests write outlives them, and each of some thousand commits would wait for a disk: memory is as good. */
const inMemory = "/dev/shm";
if (!process.env.TMPDIR && freeGigabytes(inMemory) > 2) process.env.TMPDIR = inMemory;

function freeGigabytes(folder: string): number {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return (bavail * bsize) / 2 ** 30;
  } catch {
    return 0;
  }
}

export default defineConfig({
  resolve: {
    // The package by its own name, as others import it, from the sources.
    alias: {
      "express-cognito-sign-in/testing": new URL("src/testing/start-user-pool.ts", import.meta.url)
        .pathname,
    },
  },
  test: {
    include: ["test/**/*.test.ts"],
    setupFiles: ["test/support/setup.ts"],
    globalSetup: ["test/support/made-once.ts"],
    pool: "forks",
    execArgv: workerFlags,
    // Files of one worker share their modules: loading axios, jose and the rest for each costs a third of the time.
    isolate: false,
    // Some tests wait in real time: two workers more keep two cores busy meanwhile.
    maxWorkers: 4,
    sequence: { sequencer: BrowserFirst },
    // What is transformed is kept in node_modules: the next run need not do it again.
    experimental: { fsModuleCache: true },
    testTimeout: 120_000,
    expect: { poll: { timeout: 50_000 } },
    hookTimeout: 120_000,
    reporters: report ? ["default", ["json", { outputFile: report }]] : ["default"],
  },
});
