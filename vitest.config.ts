import { defineConfig } from "vitest/config";

const report = process.env.TEST_REPORT;

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
    // Tests leave much behind them, most of it at once: less often collected, it costs less.
    execArgv: ["--max-semi-space-size=64"],
    // Files of one worker share their modules: loading axios, jose and the rest for each costs a third of the time.
    isolate: false,
    // Some tests wait in real time: two workers more keep two cores busy meanwhile.
    maxWorkers: 4,
    testTimeout: 60_000,
    expect: { poll: { timeout: 20_000 } },
    hookTimeout: 60_000,
    reporters: report ? ["default", ["json", { outputFile: report }]] : ["default"],
  },
});
