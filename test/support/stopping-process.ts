import assert from "node:assert/strict";
import { setTimeout as wait } from "node:timers/promises";
import { createLog } from "../../src/site/log/log.ts";
import { stopOnSignals } from "../../src/site/start/stop-on-signals.ts";

/** A process that stops as the server does, with nothing in it that could take long to start. */
const closings: Record<string, () => Promise<void>> = {
  works: () => wait(50, undefined),
  fails: () => Promise.reject(new Error("this store does not close")),
  "never ends": () => new Promise(() => {}),
};

const [closing = "", deadlineMs] = process.argv.slice(2);
setInterval(() => {}, 1000);
stopOnSignals(await createLog("info"), closings[closing] ?? assert.fail(), {
  deadlineMs: Number(deadlineMs),
});
process.stdout.write("ready\n");
