import { readFileSync } from "node:fs";
import { SourceMap } from "node:module";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { packageFolder } from "../../sign-in/package-folder.ts";

/** An error's message may name any file: no other than ours is read. */
const ownFiles = pathToFileURL(join(packageFolder, "dist/")).href;

/**
 * A stack trace that names the sources in place of what they were built to. Node could do so by itself, if it read every
 * source map at the start: that takes longer than everything else that the start needs.
 */
export function withSources(stack: string): string {
  return stack.replace(/(file:\/\/[^\s()]+\.js):(\d+):(\d+)/g, (place, file, line, column) => {
    const entry = mapOf(file)?.findEntry(Number(line) - 1, Number(column) - 1);
    if (!(entry && "originalSource" in entry && entry.originalSource)) return place;
    const { originalSource, originalLine, originalColumn } = entry;
    return `${new URL(originalSource, file).href}:${originalLine + 1}:${originalColumn + 1}`;
  });
}

/** As many as there are files in `dist/`, at most. */
const maps = new Map<string, SourceMap>();

/** Undefined where there is none: code of others, or the sources themselves. */
function mapOf(file: string): SourceMap | undefined {
  try {
    const { href } = new URL(file);
    if (!href.startsWith(ownFiles)) return undefined;
    const path = fileURLToPath(`${file}.map`);
    const map = maps.get(path) ?? new SourceMap(JSON.parse(readFileSync(path, "utf8")));
    maps.set(path, map);
    return map;
  } catch {
    return undefined;
  }
}
