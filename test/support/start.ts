import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { afterAll, beforeAll, onTestFinished } from "vitest";
import { createApp } from "../../src/app.ts";
import { type Config, loadConfig, type UserPoolSettings } from "../../src/config.ts";
import { type LocalCognito, startLocalCognito } from "../../src/local-cognito/local-cognito.ts";
import { openEmbeddedRowStore } from "../../src/session/embedded-row-store.ts";
import type { RowStore } from "../../src/session/row-store.ts";
import type { AddPages } from "../../src/web/pages.ts";
import { copyNewPool, poolFile } from "./pool-template.ts";

export interface StartOptions {
  /** A provider of the test's own; without it local Cognito runs beside the app. */
  userPool?: UserPoolSettings;
  /** Further settings, by the names that `.env` has. */
  env?: Record<string, string>;
  /** A folder to start from, as a restart does; otherwise a new one that is removed in the end. */
  dataDirectory?: string;
  /** The port of an earlier start. */
  port?: number;
  cognitoPort?: number;
  now?: () => number;
  pages?: AddPages;
  cognitoDeadlineMs?: number;
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

export const testSecret = "a-session-secret-for-tests-0123456789";

/** Starts the app, and local Cognito unless a provider is given, on free ports; stops both when the test is over. */
export async function start(options: StartOptions = {}): Promise<Started> {
  const started = await startNow(options);
  onTestFinished(started.stop);
  return started;
}

/** The same for all tests of a file or a describe block; read the result inside tests only. */
export function startForAll(options: () => StartOptions = () => ({})): () => Started {
  let started: Started | undefined;
  beforeAll(async () => {
    started = await startNow(options());
  });
  afterAll(() => started?.stop());
  return () => {
    if (!started) throw new Error("Nothing has been started yet.");
    return started;
  };
}

async function startNow(options: StartOptions): Promise<Started> {
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
  const localCognito = config.userPool
    ? undefined
    : await startLocalCognito({
        dataDirectory: await poolDirectory(dataDirectory),
        port: options.cognitoPort ?? 0,
        callbackUrls: [config.callbackUrl],
        signOutUrls: [config.signOutUrl],
        passwordHashing: cheapHashing,
        ...(options.now && { now: options.now }),
      });
  const log: Record<string, unknown>[] = [];
  const store = await openEmbeddedRowStore(dataDirectory, options.now ?? Date.now);
  const rows = options.wrapRows?.(store) ?? store;
  const app = createApp({
    config,
    userPool: config.userPool ?? {
      ...(localCognito as LocalCognito),
      domain: localCognito?.origin ?? "",
    },
    sessionSecrets: options.sessionSecrets ?? config.sessionSecrets ?? [testSecret],
    rows,
    log: pino({ level: config.logLevel }, { write: (line) => log.push(JSON.parse(line)) }),
    ...(options.now && { now: options.now }),
    ...(options.pages && { pages: options.pages }),
    ...(options.cognitoDeadlineMs && { cognitoDeadlineMs: options.cognitoDeadlineMs }),
  });
  server.on("request", app.handler);

  let isStopped = false;
  return {
    config,
    appUrl: config.appUrl,
    origin: `http://127.0.0.1:${port}`,
    port,
    localCognito,
    rows,
    dataDirectory,
    log,
    warmUp: app.warmUp,
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
