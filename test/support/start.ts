import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { afterAll, beforeAll, beforeEach, describe, onTestFinished } from "vitest";
import { createApp } from "../../src/app.ts";
import { type LocalCognito, startLocalCognito } from "../../src/local-cognito/local-cognito.ts";
import type { PoolSettings } from "../../src/local-cognito/pool/pool-settings.ts";
import type { AddPages } from "../../src/pages.ts";
import { signInPages } from "../../src/pages.ts";
import { reportRedis } from "../../src/sign-in/opening/redis-log.ts";
import type { UserPoolSettings } from "../../src/sign-in/settings/cognito.ts";
import { readPaths } from "../../src/sign-in/settings/paths.ts";
import { createSignIn } from "../../src/sign-in/sign-in.ts";
import { openRowStore } from "../../src/sign-in/store/open-row-store.ts";
import type { RowStore } from "../../src/sign-in/store/row-store.ts";
import type { Measurements } from "../../src/site/measurements.ts";
import { type Config, loadConfig } from "../../src/site/settings/config.ts";
import { createBareApp } from "./bare-app.ts";
import { noteOutput, noteSecret } from "./canary.ts";
import { copyNewPool, poolFile } from "./pool-template.ts";

export interface StartOptions {
  /** What local Cognito's pool is set to; otherwise it is the pool of the tutorial. */
  poolSettings?: PoolSettings;
  /** A provider of the test's own; without it local Cognito runs beside the app. */
  userPool?: UserPoolSettings;
  /** Further settings, by the names that `.env` has; REDIS_URL makes it one of many machines. */
  env?: Record<string, string>;
  /** A folder to start from, as a restart does; otherwise a new one that is removed in the end. */
  dataDirectory?: string;
  /** The port of an earlier start. */
  port?: number;
  cognitoPort?: number;
  now?: () => number;
  pages?: AddPages;
  cognitoDeadlineMs?: number;
  measurements?: Measurements;
  /** Stands between the app and its store, to slow it down or make it fail. */
  wrapRows?: (rows: RowStore) => RowStore;
  sessionSecrets?: string[];
}

export interface Started {
  config: Config;
  /** `http://localhost:PORT`, or what APP_URL says. */
  appUrl: string;
  /** Where the app really listens, on loopback. */
  origin: string;
  port: number;
  localCognito: LocalCognito | undefined;
  rows: RowStore;
  dataDirectory: string;
  /** Every entry of the log so far, at its most talkative. */
  log: Record<string, unknown>[];
  warmUp(): Promise<string[]>;
  stop(): Promise<void>;
}

/** Cheap enough for a suite of hundreds of sign-ins, and the same code. */
export const cheapHashing = { N: 2 ** 4, r: 8, p: 1 };

/** What a store keeps for a full disk would be half the work of a start; folders of a test's own are on their real disk. */
const roomyDisk = { freeBytes: () => Number.POSITIVE_INFINITY, overwritesInPlace: false };

export const testSecret = "a-session-secret-for-tests-0123456789";

/** Starts the app, and local Cognito unless a provider is given, on free ports; stops both when the test is over. */
export async function start(options: StartOptions = {}): Promise<Started> {
  const started = await startUntilStopped(options);
  onTestFinished(started.stop);
  return started;
}

/** The same for all tests of a file or a describe block; read the result inside tests only. */
export function startForAll(options: () => StartOptions = () => ({})): () => Started {
  const started = new Map<AppKind, Started>();
  const startOne = async () => {
    if (!started.has(appKind)) started.set(appKind, await startUntilStopped(options()));
  };
  beforeAll(startOne);
  // What is started for a whole file is started of each further kind when a test first wants it.
  beforeEach(startOne);
  afterAll(() => Promise.all([...started.values()].map(({ stop }) => stop())));
  return () => {
    const app = started.get(appKind);
    if (!app) throw new Error("Nothing has been started yet.");
    return app;
  };
}

/** Who uses the sign-in: this site, or a small app of somebody else's, which has the package and no more. */
const appKinds = ["the site", "a bare Express 5 app", "a bare Express 4 app"] as const;
type AppKind = (typeof appKinds)[number];

let appKind: AppKind = appKinds[0];

/** A describe block for each kind of app: what is started for its tests is of that kind. */
export function describeInEachApp(name: string, tests: () => void): void {
  describe.each(appKinds)(`${name}, in %s`, (kind) => {
    beforeAll(() => {
      appKind = kind;
    });
    afterAll(() => {
      appKind = appKinds[0];
    });
    tests();
  });
}

/** The same for a caller who stops it by itself, in a test or outside of one. */
export async function startUntilStopped(options: StartOptions): Promise<Started> {
  const server = await listenOnLoopback(options.port ?? 0);
  const { port } = server.address() as AddressInfo;
  const dataDirectory = options.dataDirectory ?? (await mkdtemp(join(tmpdir(), "sign-in-test-")));
  const config = loadConfig({
    PORT: String(port),
    DATA_DIR: dataDirectory,
    LOG_LEVEL: "trace",
    ...(options.userPool && settingsOf(options.userPool)),
    ...options.env,
  });
  const entries: Record<string, unknown>[] = [];
  const write = (line: string) => {
    entries.push(JSON.parse(line));
    noteOutput(line);
  };
  const log = pino({ level: config.logLevel }, { write });
  const localCognito = config.userPool
    ? undefined
    : await startLocalCognito({
        dataDirectory: await poolDirectory(dataDirectory),
        port: options.cognitoPort ?? 0,
        callbackUrls: [config.callbackUrl],
        signOutUrls: [config.signOutUrl],
        identityProviders: config.identityProviders,
        ...(options.poolSettings && { settings: options.poolSettings }),
        passwordHashing: cheapHashing,
        report: (error) => log.error({ err: error }, "local Cognito failed to answer"),
        ...(options.now && { now: options.now }),
      });
  const store = await openRowStore(config, {
    now: options.now ?? Date.now,
    report: (news) => reportRedis(log, news),
    ...(options.dataDirectory === undefined && { embedded: { disk: roomyDisk } }),
  });
  const rows = options.wrapRows?.(store) ?? store;
  const userPool = config.userPool ?? {
    ...(localCognito as LocalCognito),
    domain: localCognito?.origin ?? "",
  };
  const sessionSecrets = options.sessionSecrets ?? config.sessionSecrets ?? [testSecret];
  noteSecret("the client secret", userPool.clientSecret);
  for (const secret of sessionSecrets) noteSecret("the session secret", secret);
  noteSecret("the password of Redis", config.redis?.password);
  const { now = Date.now, measurements, pages, cognitoDeadlineMs } = options;
  const settings = { ...config, paths: readPaths(signInPages.paths ?? {}, []) };
  const isSite = appKind === "the site";
  const signIn = createSignIn({
    settings,
    log,
    open: async () => ({ userPool, sessionSecrets, rows }),
    pages: isSite ? signInPages.pages : undefined,
    tell: measurements?.signInEvent ?? (() => {}),
    now,
    cognitoDeadlineMs,
  });
  const { domain: cognitoDomain } = await signIn.ready();
  const site = { config: settings, log };
  server.on(
    "request",
    isSite
      ? createApp({ ...site, signIn, cognitoDomain, measurements, pages })
      : createBareApp({ ...site, signIn, pages, version: appKind === appKinds[1] ? 5 : 4 }),
  );

  let isStopped = false;
  return {
    config: settings,
    appUrl: config.appUrl,
    origin: `http://127.0.0.1:${port}`,
    port,
    localCognito,
    rows,
    dataDirectory,
    log: entries,
    warmUp: signIn.warmUp,
    async stop() {
      if (isStopped) return;
      isStopped = true;
      server.closeAllConnections();
      server.close();
      await localCognito?.close();
      await store.close();
      if (!options.dataDirectory) await rm(dataDirectory, { recursive: true, force: true });
    },
  };
}

/** A pool that nobody has used yet, unless this folder already holds one. */
async function poolDirectory(dataDirectory: string): Promise<string> {
  const directory = join(dataDirectory, "local-cognito");
  if (!existsSync(join(directory, poolFile))) await copyNewPool(directory);
  return directory;
}

async function listenOnLoopback(port: number): Promise<Server> {
  const server = createServer();
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  return server;
}

function settingsOf({ domain, issuer, clientId, clientSecret }: UserPoolSettings) {
  return {
    COGNITO_DOMAIN: domain,
    COGNITO_ISSUER: issuer,
    CLIENT_ID: clientId,
    CLIENT_SECRET: clientSecret,
  };
}
