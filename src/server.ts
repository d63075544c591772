import { maxHeaderSize } from "node:http";
import type { Logger } from "pino";
import { createApp } from "./app.ts";
import { signInPages } from "./pages.ts";
import { AppError } from "./sign-in/errors.ts";
import { cognitoSignIn, type Ready, type SignIn } from "./sign-in/index.ts";
import { listen } from "./site/listening/listen.ts";
import { createLog } from "./site/log/log.ts";
import { type Config, loadConfig } from "./site/settings/config.ts";
import { notesOnSettings, readSettings } from "./site/start/read-dotenv.ts";
import { explainStartError } from "./site/start/start-errors.ts";
import { stopOnSignals } from "./site/start/stop-on-signals.ts";

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
  let signIn: SignIn | undefined;
  const metrics = await runMetrics(config, async () => signIn?.countSessions());
  const measurements = metrics?.measurements;
  signIn = cognitoSignIn({ ...signInPages, log, onEvent: measurements?.signInEvent });
  const ready = await signIn.ready();
  const handler = createApp({ config, signIn, cognitoDomain: ready.domain, log, measurements });
  const onFull = () =>
    log.warn("as many connections as there may be; for a new one the longest unused one is closed");
  const onTooLarge = () => log.warn(tooManyCookies);
  const { hosts, port } = config;
  const listener = await listen(handler, { hosts, port, onFull, onTooLarge });

  stopOnSignals(log, async () => {
    await listener.close();
    await signIn.close();
    await metrics?.close();
  });
  const { storeError } = await signIn.check();
  if (storeError) throw storeError;
  announce(config, ready, log);
  reportWarmUp(signIn.warmUp(), log);
}

const tooManyCookies = `a browser was answered 431: it sends more than ${maxHeaderSize / 1024} KB of headers, most likely cookies of other programs on this host name. Delete the cookies of this host name in the browser, or let Node take more: NODE_OPTIONS=--max-http-header-size=65536`;

/** Metrics are loaded, kept and served only where there is a port for them. */
async function runMetrics(
  { metricsPort, hosts }: Config,
  countSessions: () => Promise<number | undefined>,
) {
  if (metricsPort === undefined) return undefined;
  const { createMetrics } = await import("./site/metrics.ts");
  const { measurements, handler } = createMetrics(countSessions);
  const { close } = await listen(handler, { hosts, port: metricsPort });
  return { measurements, close };
}

/** People get plain lines; where nobody watches, the same words are log entries. */
function announce(
  { appUrl, userPool, redis, metricsPort }: Config,
  { localCognito: origin }: Ready,
  log: Logger,
): void {
  const lines = [`Server running at ${appUrl}`];
  if (userPool) lines.push(`Visitors sign in at ${userPool.domain}`);
  if (redis) lines.push(`Sessions are kept in Redis at ${redis.host}:${redis.port}`);
  if (metricsPort) lines.push(`Metrics are at /metrics on port ${metricsPort}`);
  if (origin) {
    lines.push(
      `Local Cognito is running beside it at ${origin}`,
      `  its users:  ${origin}/_local/users`,
      `  its inbox:  ${origin}/_local/inbox`,
      "To use a real user pool instead, copy .env.example to .env and fill in the values from the Cognito console.",
    );
  }
  const isForPeople = process.stdout.isTTY || origin;
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
