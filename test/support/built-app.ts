import { execFile } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { promisify } from "node:util";
import { build } from "esbuild";

const root = new URL("../../", import.meta.url);
const parts = new URL("node_modules/.cache/parts-of-the-app/", root);

/** A file of the app as `npm run build` leaves it in `dist/`. */
export function builtModule(path: string): string {
  return new URL(`dist/${path}`, root).pathname;
}

/** Parts of the app that tests run by themselves, as processes of their own. */
export function builtPart(name: keyof typeof sourcesOfParts): string {
  return new URL(`${name}.js`, parts).pathname;
}

const sourcesOfParts = {
  "embedded-row-store": "src/sign-in/store/embedded/row-store.ts",
  "function-process": "src/local-cognito/triggers/lambda/function-process.ts",
  "logging-process": "test/support/logging-process.ts",
  "stopping-process": "test/support/stopping-process.ts",
};

/**
 * Builds the app once for the whole run: tests that start it as a process of its own take four times as long from the
 * sources. Types are left to the type check, which takes the compiler five times as long.
 */
export async function buildApp(): Promise<void> {
  const run = (...words: string[]) => promisify(execFile)(process.execPath, words, { cwd: root });
  const buildParts = build({
    absWorkingDir: root.pathname,
    entryPoints: sourcesOfParts,
    outdir: parts.pathname,
    bundle: true,
    format: "esm",
    platform: "node",
    packages: "external",
  });
  await mkdir(parts, { recursive: true });
  // The parts are no files of our package there, and look for its folder.
  const own = { type: "module", imports: { "#package.json": "./package.json" } };
  await writeFile(new URL("package.json", parts), JSON.stringify(own));
  await run("node_modules/typescript/bin/tsc", "--noCheck");
  await run("--import", "tsx", "src/build.ts");
  await buildParts;
}
