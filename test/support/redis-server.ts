import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { freePort } from "./spawn-server.ts";

/** A real Redis of a test's own, on loopback. */
export interface RedisServer {
  port: number;
  /** Speaks TLS, where there is a certificate. */
  tlsPort: number;
  /** `redis://…`, with the password where there is one. */
  url: string;
  /** Runs a command, as `redis-cli` prints its answer. */
  run(...command: string[]): Promise<string>;
  /** Ends it, as a crash does; its rows stay for `start` where it keeps them. */
  stop(): Promise<void>;
  /** Starts it again on its port. */
  start(): Promise<void>;
  /** Holds it still, connections and all, until `resume`. */
  pause(): void;
  resume(): void;
  /** Ends it for good and removes what it has written. */
  close(): Promise<void>;
}

export interface RedisServerOptions {
  password?: string;
  certificate?: { certFile: string; keyFile: string };
  /** Rows outlive a restart. */
  isPersistent?: boolean;
  /** Further settings, as on redis-server's command line: `["--maxmemory", "1mb"]`. */
  settings?: string[];
}

/** Starts a Redis on a free port; `close` it in the end. */
export async function startRedis(options: RedisServerOptions = {}): Promise<RedisServer> {
  const directory = await mkdtemp(join(tmpdir(), "redis-test-"));
  const port = Number(await freePort());
  const tlsPort = Number(await freePort());
  const { password, certificate, isPersistent = false, settings = [] } = options;
  const cli = ["-p", String(port), ...(password ? ["--no-auth-warning", "-a", password] : [])];
  let child: ChildProcess;

  async function run(...command: string[]): Promise<string> {
    const { stdout } = await promisify(execFile)("redis-cli", [...cli, ...command]);
    return stdout.trim();
  }

  async function start(): Promise<void> {
    child = spawn("redis-server", [
      ...["--port", String(port), "--bind", "127.0.0.1", "--dir", directory],
      ...["--save", "", "--appendonly", isPersistent ? "yes" : "no", "--appendfsync", "always"],
      ...(password ? ["--requirepass", password] : []),
      ...(certificate ? tlsSettings(tlsPort, certificate) : []),
      ...settings,
    ]);
    let output = "";
    await new Promise<void>((resolve, reject) => {
      child.stdout?.on("data", (chunk) => {
        output += chunk;
        if (output.includes("Ready to accept connections")) resolve();
      });
      child.once("error", reject);
      child.once("exit", () => reject(new Error(`redis-server did not start:\n${output}`)));
    });
  }

  async function stop(): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill("SIGKILL");
    await once(child, "exit");
  }

  await start();
  return {
    port,
    tlsPort,
    url: `redis://${password ? `:${encodeURIComponent(password)}@` : ""}127.0.0.1:${port}`,
    run,
    start,
    stop,
    pause: () => child.kill("SIGSTOP"),
    resume: () => child.kill("SIGCONT"),
    async close() {
      await stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

function tlsSettings(port: number, { certFile, keyFile }: { certFile: string; keyFile: string }) {
  return [
    ...["--tls-port", String(port), "--tls-cert-file", certFile, "--tls-key-file", keyFile],
    ...["--tls-ca-cert-file", certFile, "--tls-auth-clients", "no"],
  ];
}
