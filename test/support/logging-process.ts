import { createLog } from "../../src/site/log/log.ts";
import { stopOnSignals } from "../../src/site/start/stop-on-signals.ts";

/** A process that logs as the server does, a thousand lines every twentieth of a second, and stops as the server does. */
const log = await createLog("info");
let count = 0;
setInterval(() => {
  for (let line = 0; line < 1000; line += 1) log.info({ count: ++count }, "x".repeat(200));
  globalThis.gc?.();
  process.stderr.write(`${process.memoryUsage().heapUsed}\n`);
}, 50);
stopOnSignals(log, async () => {});
