import { execFile } from "node:child_process";
import { promisify } from "node:util";

const root = new URL("../../", import.meta.url);

/** A module of the app as `npm run build` leaves it in `dist/`. */
export function builtModule(path: string): string {
  return new URL(`dist/${path}`, root).pathname;
}

/**
 * Builds the app once for the whole run: tests that start it as a process of its own take four times as long from the
 * sources. Types are left to the type check, which takes the compiler five times as long.
 */
export async function buildApp(): Promise<void> {
  const compiler = new URL("node_modules/typescript/bin/tsc", root).pathname;
  await promisify(execFile)(process.execPath, [compiler, "--noCheck"], { cwd: root });
}
