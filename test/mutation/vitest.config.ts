import { defineConfig } from "vitest/config";
import { keptWorkerPool } from "./kept-worker.ts";

/** Stryker insists on threads of vitest's own, so the pool is put in its place once it has done so. */
const keptWorker = {
  name: "kept-worker",
  configureVitest({ project }: { project: { config: object } }) {
    Object.assign(project.config, { pool: keptWorkerPool.name, poolRunner: keptWorkerPool });
  },
};

export default defineConfig({
  plugins: [keptWorker],
  test: {
    include: (process.env.MUTATION_TESTS ?? "").split(","),
    setupFiles: ["test/mutation/setup.ts"],
    globalSetup: ["test/support/pool-template.ts"],
    isolate: false,
    testTimeout: 20_000,
  },
});
