import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { promisify } from "node:util";

const root = new URL("../../", import.meta.url);

/** A module of the app as `npm run build` leaves it in `dist/`. */
export function builtModule(path: string): string {
  return new URL(`dist/${path}`, root).pathname;
}

/**
 * Builds the app once for the whole run: tests that start it as a process of its own take four times as long from the
 * sources. What does not pass the type check is built all the same, and is the type check's to report.
 */
export async function buildApp(): Promise<void> {
  const compiler = new URL("node_modules/typescript/bin/tsc", root).pathname;
  const built = promisify(execFile)(process.execPath, [compiler], { cwd: root });
  const failure = await built.catch((error: unknown) => error);
  if (!existsSync(builtModule("server.js"))) throw failure;
}
