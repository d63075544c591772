import { execFileSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { open } from "lmdb";
import { type AppUnderTest, freePort, launch } from "../../bench/app-under-test.ts";
import { leaveTheAppsTheirCore } from "../../bench/cores.ts";
import { type ProviderStub, startProviderStub } from "../../bench/provider-stub.ts";

/** The built app as it runs in production, with a provider that can bear as much as it. */
export interface LoadedServer {
  app: AppUnderTest;
  provider: ProviderStub;
  metricsPort: number;
  /** What the process holds in memory, in bytes, after two collections. */
  residentBytes(): Promise<number>;
  /** The keys of all rows in the session store. */
  rowKeys(): string[];
  close(): Promise<void>;
}

const built = new URL("../../../dist/server.js", import.meta.url).pathname;

/** Starts both; the app has a core to itself where there are two. */
export async function startLoadedServer(): Promise<LoadedServer> {
  leaveTheAppsTheirCore();
  const folder = await mkdtemp(join(tmpdir(), "figures-"));
  const provider = await startProviderStub();
  const metricsPort = await freePort();
  const app = await launch({
    name: "this app",
    script: built,
    folder,
    hasHeapProbe: true,
    env: {
      COGNITO_DOMAIN: provider.domain,
      COGNITO_ISSUER: provider.issuer,
      CLIENT_ID: provider.clientId,
      CLIENT_SECRET: provider.clientSecret,
      SESSION_SECRET: "one-of-the-figures-0123456789-abcdef",
      METRICS_PORT: String(metricsPort),
      // A million refused callbacks would be a million lines.
      LOG_LEVEL: "error",
    },
  });
  return {
    app,
    provider,
    metricsPort,
    async residentBytes() {
      await app.heapBytes();
      return 1024 * Number(execFileSync("ps", ["-o", "rss=", "-p", String(app.pid)]));
    },
    rowKeys() {
      const database = open<Buffer, string>({
        path: join(folder, ".data", "sessions.mdb"),
        readOnly: true,
        encoding: "binary",
      });
      const keys = [...database.getKeys()];
      void database.close();
      return keys;
    },
    async close() {
      await app.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export function megabytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(0)} MB`;
}
