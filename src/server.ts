import { join } from "node:path";
import { config as readDotenv } from "dotenv";
import type { Logger } from "pino";
import { createApp } from "./app.ts";
import { type Config, ConfigError, loadConfig } from "./config.ts";
import type { LocalCognito } from "./local-cognito/local-cognito.ts";
import { openEmbeddedRowStore } from "./session/embedded-row-store.ts";
import { keepSessionSecret } from "./session/session-secret.ts";
import { listen } from "./web/listen.ts";
import { createLog } from "./web/log.ts";

const stopDeadlineMs = 10_000;

readDotenv({ quiet: true });
try {
  await start(loadConfig(process.env));
} catch (error) {
  process.stderr.write(`\n${explain(error)}\n`);
  process.exit(1);
}

/** Starts what has to run, each part before the one that needs it. */
async function start(config: Config): Promise<void> {
  const log = await createLog(config.logLevel);
  const sessionSecrets = config.sessionSecrets ?? [await keepSessionSecret(config.dataDirectory)];
  const rows = await openEmbeddedRowStore(config.dataDirectory, Date.now);
  const { userPool, localCognito } = config.userPool
    ? { userPool: config.userPool, localCognito: undefined }
    : await startLocalCognito(config, log);
  const app = createApp({ config, userPool, sessionSecrets, rows, log });
  const listener = await listen(app.handler, config);

  stopOnSignals(log, async () => {
    await listener.close();
    await localCognito?.close();
    await rows.close();
  });
  announce(config, localCognito, log);
  reportWarmUp(app.warmUp(), log);
}

/** The look-alike of a user pool is loaded only where no real one is set. */
async function startLocalCognito(config: Config, log: Logger) {
  const { startLocalCognito: start } = await import("./local-cognito/local-cognito.ts");
  const localCognito = await start({
    dataDirectory: join(config.dataDirectory, "local-cognito"),
    port: config.localCognitoPort,
    callbackUrls: [config.callbackUrl],
    signOutUrls: [config.signOutUrl],
    isProduction: process.env.NODE_ENV === "production",
    report: (error) => log.error({ err: error }, "local Cognito failed to answer"),
  });
  return { localCognito, userPool: { ...localCognito, domain: localCognito.origin } };
}

/** People get plain lines; where nobody watches, the same words are log entries. */
function announce({ appUrl }: Config, localCognito: LocalCognito | undefined, log: Logger): void {
  const lines = [`Server running at ${appUrl}`];
  if (localCognito) {
    const { origin } = localCognito;
    lines.push(
      `Local Cognito is running beside it at ${origin}`,
      `  its users:  ${origin}/_local/users`,
      `  its inbox:  ${origin}/_local/inbox`,
      "To use a real user pool instead, copy .env.example to .env and fill in the values from the Cognito console.",
    );
  }
  const isForPeople = process.stdout.isTTY || localCognito;
  if (isForPeople) process.stdout.write(`\n${lines.join("\n")}\n\n`);
  else for (const line of lines) log.info(line);
}

/** The app serves while Cognito is away, so what the warm-up meets is news for the log and no reason to stop. */
function reportWarmUp(warmUp: Promise<string[]>, log: Logger): void {
  warmUp.then(
    (differences) => {
      for (const difference of differences) log.warn(difference);
    },
    (error: unknown) =>
      log.warn({ err: error }, "Cognito does not answer yet; nobody can sign in until it does"),
  );
}

/** Finishes what is under way and leaves; a second signal, or ten seconds, ends it at once. */
function stopOnSignals(log: Logger, close: () => Promise<void>): void {
  let isStopping = false;

  const stop = (exitCode: number) => {
    if (isStopping) process.exit(1);
    isStopping = true;
    setTimeout(() => {
      log.error("some requests did not end in time");
      process.exit(1);
    }, stopDeadlineMs).unref();
    close().then(
      () => process.exit(exitCode),
      (error: unknown) => {
        log.error({ err: error }, "stopping failed");
        process.exit(1);
      },
    );
  };

  process.on("SIGTERM", () => stop(0));
  process.on("SIGINT", () => stop(0));
  process.on("uncaughtException", (error) => {
    log.fatal(
      { err: error },
      "an error that nobody expected; stopping, since what runs on may be half broken",
    );
    stop(1);
  });
}

function explain(error: unknown): string {
  if (error instanceof ConfigError) return error.message;
  const { code, port, path } = error as { code?: string; port?: number; path?: string };
  switch (code) {
    case "EADDRINUSE":
      return `Port ${port} is taken, so nothing was started.\nAnother copy may be running: stop it, or set PORT (the app) or LOCAL_COGNITO_PORT (local Cognito) to a free port.`;
    case "EACCES":
    case "EROFS":
      return `${path ?? `Port ${port}`} may not be used, so nothing was started.\nSessions and keys are kept in DATA_DIR (default .data), and ports below 1024 are reserved: give a folder that may be written and another port.`;
    default:
      return `Nothing was started: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
  }
}
