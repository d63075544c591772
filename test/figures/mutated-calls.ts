import { spawnSync } from "node:child_process";
import { type Findings, grouped } from "./figure.ts";

const vitest = new URL("../../node_modules/vitest/vitest.mjs", import.meta.url).pathname;
const calls = 20_000;

/** The suite's own mutated calls of the JSON API, fifty times as many: the first that is answered otherwise ends them. */
export async function measureMutatedCalls(share: number): Promise<Findings> {
  const count = Math.round(calls * share);
  const env = { ...process.env, API_CALLS: String(count) };
  const words = [vitest, "run", "test/local-cognito/api/fuzz.test.ts"];
  const { status } = spawnSync(process.execPath, words, { env, stdio: ["ignore", 2, 2] });
  return {
    figures: [
      {
        what: `Mutated calls of the JSON API, ${grouped(count)} of them: a 5xx, a hang or no JSON`,
        target: "none",
        measured: status === 0 ? "none" : "the one shown above",
        isMet: status === 0,
      },
    ],
  };
}
