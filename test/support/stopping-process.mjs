import { setTimeout as wait } from "node:timers/promises";
import { createLog } from "../../dist/site/log/log.js";
import { stopOnSignals } from "../../dist/site/start/stop-on-signals.js";

/** A process that stops as the server does, with nothing in it that could take long to start. */
const closings = {
  works: () => wait(50),
  fails: () => Promise.reject(new Error("this store does not close")),
  "never ends": () => new Promise(() => {}),
};

const [closing, deadlineMs] = process.argv.slice(2);
setInterval(() => {}, 1000);
stopOnSignals(await createLog("info"), closings[closing], { deadlineMs: Number(deadlineMs) });
process.stdout.write("ready\n");
