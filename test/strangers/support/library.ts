import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { relative } from "node:path";

const ours = createRequire(new URL("../package.json", import.meta.url));

/**
 * Loads a library of `test/strangers/package.json` when it is asked to. Where those are not installed, its tests have to
 * be left out: that is said aloud, and is an error where CI or TEST_REQUIRES_PROGRAMS is set.
 */
export function library(name: string, testFile: string) {
  const isInstalled = isThere(name);
  if (!isInstalled) {
    const file = relative(process.cwd(), new URL(testFile).pathname);
    const message = `LEFT OUT: tests of ${file}, since ${name} is not installed: npm ci --prefix test/strangers`;
    if (process.env.CI || process.env.TEST_REQUIRES_PROGRAMS) throw new Error(message);
    process.stderr.write(`\n${message}\n\n`);
  }
  // biome-ignore lint/suspicious/noExplicitAny: its types are not there where it is not installed.
  type Anything = any;
  return {
    isInstalled,
    load: (): Anything => ours(name),
    /** Of what cannot be required. */
    importIt: (): Promise<Anything> => import(/* @vite-ignore */ name),
    path: () => ours.resolve(name),
  };
}

function isThere(name: string): boolean {
  const [folder = ""] = /^(?:@[^/]+\/)?[^/]+/.exec(name) ?? [];
  return existsSync(new URL(`../node_modules/${folder}`, import.meta.url));
}
