import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as wait } from "node:timers/promises";
import { onTestFinished } from "vitest";
import { noteOutput } from "./canary.ts";
import { freePort } from "./spawn-server.ts";

/** An app of somebody else's, as a process of its own beside its local Cognito. */
export interface RunningApp {
  url: string;
  /** Where its local Cognito is. */
  cognito: string;
  /** Everything that it has written. */
  output(): string;
  /** Asks it to end, and resolves to its exit code. */
  stop(): Promise<number | null>;
}

/** Settings of an app that can be started again where it was. */
export async function appSettings(dataDirectory: string): Promise<Record<string, string>> {
  return {
    PORT: await freePort(),
    LOCAL_COGNITO_PORT: await freePort(),
    DATA_DIR: dataDirectory,
  };
}

/** Runs Node with these words in this folder, and resolves once app and local Cognito answer. Ends with the test. */
export async function runApp(
  words: string[],
  cwd: string | URL,
  settings: Record<string, string>,
): Promise<RunningApp> {
  const child = spawn(process.execPath, words, {
    cwd,
    env: { PATH: process.env.PATH, ...settings },
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  }
  const ended = once(child, "close");
  onTestFinished(async () => {
    child.kill("SIGKILL");
    await ended;
    noteOutput(output);
  });
  const cognito = `http://127.0.0.1:${settings.LOCAL_COGNITO_PORT}`;
  const url = `http://localhost:${settings.PORT}`;
  for (const awaited of [url, `${cognito}/_local`]) {
    while (!(await answers(awaited))) {
      if (child.exitCode !== null) throw new Error(`The app ended by itself:\n${output}`);
      await wait(50);
    }
  }
  return {
    url,
    cognito,
    output: () => output,
    async stop() {
      child.kill("SIGTERM");
      const [exitCode] = await ended;
      return exitCode;
    },
  };
}

async function answers(url: string): Promise<boolean> {
  // Somebody else at this port may take the connection and never answer.
  return await fetch(url, { signal: AbortSignal.timeout(10_000) }).then(
    () => true,
    () => false,
  );
}
