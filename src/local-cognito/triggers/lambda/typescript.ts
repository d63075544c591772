import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

/** Thrown where a file of functions is in TypeScript and nothing here can run that. */
export class NoTypeScriptError extends Error {
  constructor(file: string) {
    super(
      `${file} is TypeScript, which Node ${process.versions.node} does not run.\n` +
        "Node 22.18 and later do. Or install tsx beside it, or name what it is built to.",
    );
  }
}

/**
 * What Node has to be told to run these files. Nothing, as a rule; tsx has to be loaded if a file is TypeScript and Node
 * knows none. That is the first file's tsx, or the one that runs this program in development. Throws NoTypeScriptError where
 * there is neither.
 */
export function flagsToRun(file: string, ...others: string[]): string[] {
  const isTypeScript = [file, ...others].some((path) => /\.[cm]?tsx?$/.test(path));
  if (!isTypeScript || nodeRunsTypeScript()) return [];
  const tsx = findTsx(file) ?? findTsx(import.meta.url);
  if (!tsx) throw new NoTypeScriptError(file);
  return ["--import", tsx];
}

function nodeRunsTypeScript(): boolean {
  // The types of the oldest Node do not know it.
  return Boolean((process.features as { typescript?: unknown }).typescript);
}

function findTsx(from: string): string | undefined {
  try {
    return pathToFileURL(createRequire(from).resolve("tsx")).href;
  } catch {
    return undefined;
  }
}
