import type { Logger } from "pino";

/** How long requests under way may take once the process was told to stop, in milliseconds. */
const stopDeadlineMs = 10_000;
/** How long the log's last lines may take to reach their reader, in milliseconds. */
const lastWordsMs = 1_000;

/**
 * On SIGTERM and SIGINT runs `close` and leaves with 0. A second signal ends the process with 1, as does
 * a `close` that fails or passes the deadline. So does an error that nobody caught, once what is under way is finished.
 */
export function stopOnSignals(
  log: Logger,
  close: () => Promise<void>,
  { deadlineMs = stopDeadlineMs } = {},
): void {
  let exitCode = 0;
  let isStopping = false;
  let signals = 0;

  function stop(): void {
    if (isStopping) return;
    isStopping = true;
    setTimeout(() => {
      log.error("some requests did not end in time and were cut off");
      leave(1);
    }, deadlineMs).unref();
    close().then(
      () => leave(exitCode),
      (error: unknown) => {
        log.error({ err: error }, "stopping failed");
        leave(1);
      },
    );
  }

  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.on(signal, () => {
      signals += 1;
      if (signals > 1) process.exit(1);
      log.info({ signal }, "stopping when the requests under way are answered");
      stop();
    });
  }
  // An unhandled rejection arrives here, too.
  process.on("uncaughtException", (error) => {
    exitCode = 1;
    log.fatal(
      { err: error },
      "an error that nobody expected; stopping, since what runs on may be half broken",
    );
    stop();
  });
}

/** Ends the process when its last words are read, or when they might never be. */
function leave(exitCode: number): void {
  const exit = () => process.exit(exitCode);
  process.stdout.write("", exit);
  setTimeout(exit, lastWordsMs);
}
