import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Logger } from "pino";
import { createApp } from "./app.ts";
import type { LocalCognito } from "./local-cognito/local-cognito.ts";
import { AppError } from "./sign-in/errors.ts";
import { keepSessionSecret } from "./sign-in/session/session-secret.ts";
import { openRowStore } from "./sign-in/store/open-row-store.ts";
import type { RowStore } from "./sign-in/store/row-store.ts";
import { listen } from "./site/listening/listen.ts";
import { createLog } from "./site/log/log.ts";
import { reportRedis } from "./site/log/redis-log.ts";
import { type Config, loadConfig } from "./site/settings/config.ts";
import { notesOnSettings, readSettings } from "./site/start/read-dotenv.ts";
import { explainStartError } from "./site/start/start-errors.ts";
import { stopOnSignals } from "./site/start/stop-on-signals.ts";
import { templatePath } from "./user-pool/template-path.ts";

let config: Config | undefined;
try {
  config = loadConfig(readSettings());
  await start(config);
} catch (error) {
  for (const note of notesOnSettings()) process.stderr.write(`${note}\n`);
  process.stderr.write(`\n${explainStartError(error, config)}\n`);
  process.exit(1);
}

/** Starts what has to run, each part before the one that needs it. */
async function start(config: Config): Promise<void> {
  const log = await createLog(config.logLevel);
  for (const note of notesOnSettings()) log.warn(note);
  const sessionSecrets = config.sessionSecrets ?? [await ownSecret(config.dataDirectory, log)];
  const rows = await openRowStore(config, {
    now: Date.now,
    report: (news) => reportRedis(log, news),
  });
  const { userPool, localCognito } = config.userPool
    ? { userPool: config.userPool, localCognito: undefined }
    : await runBesideLocalCognito(config, log);
  const metrics = await runMetrics(config, rows);
  const measurements = metrics?.measurements;
  const app = createApp({ config, userPool, sessionSecrets, rows, log, measurements });
  const onFull = () =>
    log.warn("as many connections as there may be; for a new one the longest unused one is closed");
  const { hosts, port } = config;
  const listener = await listen(app.handler, { hosts, port, onFull });

  stopOnSignals(log, async () => {
    await listener.close();
    await app.settled();
    await localCognito?.close();
    await metrics?.close();
    await rows.close();
  });
  await rows.check();
  announce(config, localCognito, log);
  reportWarmUp(app.warmUp(), log);
}

/** A secret that others can read is used all the same, with a warning: on a mounted file system its mode may not be ours to change. */
async function ownSecret(dataDirectory: string, log: Logger): Promise<string> {
  const { secret, isExposed } = await keepSessionSecret(dataDirectory);
  if (isExposed) {
    log.warn(
      "other accounts of this machine may read or exchange the session secret in DATA_DIR, and sign in as anybody with it; keep them out of the folder (mode 0700), then remove the file and start again for a new one, which ends every session",
    );
  }
  return secret;
}

/** The look-alike of a user pool is loaded only where no real one is set, and set up as AWS would set up the real one. */
async function runBesideLocalCognito(config: Config, log: Logger) {
  const { startLocalCognito } = await import("./local-cognito/local-cognito.ts");
  const { readTemplateFile } = await import("./local-cognito/template/file.ts");
  const { parameters, usersFile, certificate } = config.localCognito;
  const dataDirectory = join(config.dataDirectory, "local-cognito");
  const { settings, warnings } = await readTemplateFile(templatePath, {
    parameters,
    appUrl: config.appUrl,
    cacheDirectory: dataDirectory,
  });
  for (const warning of warnings) log.warn(warning);
  const localCognito = await startLocalCognito({
    dataDirectory,
    settings,
    identityProviders: config.identityProviders,
    usersFile,
    port: config.localCognitoPort,
    certificate: certificate && {
      cert: await readFile(certificate.cert, "utf8"),
      key: await readFile(certificate.key, "utf8"),
    },
    callbackUrls: [config.callbackUrl],
    signOutUrls: [config.signOutUrl],
    isProduction: config.isProduction,
    warn: (warning) => log.warn(warning),
    report: (error) => log.error({ err: error }, "local Cognito failed to answer"),
  });
  return { localCognito, userPool: { ...localCognito, domain: localCognito.origin } };
}

/** Metrics are loaded, kept and served only where there is a port for them. */
async function runMetrics({ metricsPort, hosts }: Config, { count }: RowStore) {
  if (metricsPort === undefined) return undefined;
  const { createMetrics } = await import("./site/metrics.ts");
  const { measurements, handler } = createMetrics(count && (() => count("session")));
  const { close } = await listen(handler, { hosts, port: metricsPort });
  return { measurements, close };
}

/** People get plain lines; where nobody watches, the same words are log entries. */
function announce(
  { appUrl, userPool, redis, metricsPort }: Config,
  localCognito: LocalCognito | undefined,
  log: Logger,
): void {
  const lines = [`Server running at ${appUrl}`];
  if (userPool) lines.push(`Visitors sign in at ${userPool.domain}`);
  if (redis) lines.push(`Sessions are kept in Redis at ${redis.host}:${redis.port}`);
  if (metricsPort) lines.push(`Metrics are at /metrics on port ${metricsPort}`);
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
