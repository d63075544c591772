import { join } from "node:path";
import { config as readDotenv } from "dotenv";
import type { Logger } from "pino";
import { createApp } from "./app.ts";
import { type Config, loadConfig } from "./config.ts";
import { AppError } from "./errors.ts";
import type { LocalCognito } from "./local-cognito/local-cognito.ts";
import { openEmbeddedRowStore } from "./session/embedded-row-store.ts";
import { keepSessionSecret } from "./session/session-secret.ts";
import { explainStartError, UnreadableDotenvError } from "./start-errors.ts";
import { listen } from "./web/listen.ts";
import { createLog } from "./web/log.ts";

const stopDeadlineMs = 10_000;

let config: Config | undefined;
try {
  readDotenvFile();
  config = loadConfig(process.env);
  await start(config);
} catch (error) {
  process.stderr.write(`\n${explainStartError(error, config)}\n`);
  process.exit(1);
}

/** No file is fine; one that cannot be read is not, since its settings would be missing in silence. */
function readDotenvFile(): void {
  const { error } = readDotenv({ quiet: true });
  if (error && (error as NodeJS.ErrnoException).code !== "ENOENT") {
    throw new UnreadableDotenvError(error);
  }
}

/** Starts what has to run, each part before the one that needs it. */
async function start(config: Config): Promise<void> {
  const log = await createLog(config.logLevel);
  const sessionSecrets = config.sessionSecrets ?? [await keepSessionSecret(config.dataDirectory)];
  const rows = await openEmbeddedRowStore(config.dataDirectory, Date.now);
  const { userPool, localCognito } = config.userPool
    ? { userPool: config.userPool, localCognito: undefined }
    : await runBesideLocalCognito(config, log);
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
async function runBesideLocalCognito(config: Config, log: Logger) {
  const { startLocalCognito } = await import("./local-cognito/local-cognito.ts");
  const localCognito = await startLocalCognito({
    dataDirectory: join(config.dataDirectory, "local-cognito"),
    port: config.localCognitoPort,
    callbackUrls: [config.callbackUrl],
    signOutUrls: [config.signOutUrl],
    isProduction: config.isProduction,
    report: (error) => log.error({ err: error }, "local Cognito failed to answer"),
  });
  return { localCognito, userPool: { ...localCognito, domain: localCognito.origin } };
}

/** People get plain lines; where nobody watches, the same words are log entries. */
function announce(
  { appUrl, userPool }: Config,
  localCognito: LocalCognito | undefined,
  log: Logger,
): void {
  const lines = [`Server running at ${appUrl}`];
  if (userPool) lines.push(`Visitors sign in at ${userPool.domain}`);
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
    (error: unknown) => {
      const { code, reason, details } =
        error instanceof AppError ? error : new AppError("unexpected");
      const facts = { code, reason, ...details };
      log.warn(facts, "Cognito does not answer yet; nobody can sign in until it does");
    },
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
