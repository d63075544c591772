import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { readPoolFile } from "../pool/pool-file.ts";
import type { TemplateOptions, TemplateResult, TemplateText } from "./options.ts";

export type * from "./options.ts";

/**
 * Reads the settings of a pool from CloudFormation templates, YAML or JSON: one, or several that belong together. Throws
 * PoolFileError, which lists what is wrong with their paths.
 */
export async function readTemplateFile(
  path: string | string[],
  { cacheDirectory, ...options }: TemplateOptions = {},
): Promise<TemplateResult> {
  const paths = [path].flat();
  const templates = await Promise.all(
    paths.map(async (path): Promise<TemplateText> => ({ path, text: await readPoolFile(path) })),
  );
  const read = async () => {
    const { readTemplates } = await import("./settings.ts");
    return readTemplates(templates, options);
  };
  if (cacheDirectory === undefined) return read();
  const cache = join(cacheDirectory, "template.json");
  const digest = digestOf([
    templates.map(({ path, text }) => [resolve(path), text]),
    options,
    await reader(),
  ]);
  const kept = await readCache(cache);
  if (kept?.digest === digest) return kept.result;
  const result = await read();
  await keep(cacheDirectory, cache, { digest, result }).catch(nextTimeAnew);
  return result;
}

/** What stands for the code that reads templates: another version may read more from the same file. */
async function reader(): Promise<string[]> {
  const folder = new URL("./", import.meta.url);
  const own = (await readdir(folder, { recursive: true })).filter((name) => /\.[jt]s$/.test(name));
  // As built, the folder has everything.
  const others = import.meta.url.endsWith(".ts")
    ? [
        "pool/registered-urls",
        "pool/pool-settings",
        "pool/trigger-settings",
        "users/standard-attributes",
      ]
    : [];
  const names = [...own, ...others.map((name) => `../${name}.ts`)];
  return Promise.all(
    names.sort().map(async (name) => {
      const { size, mtimeMs } = await stat(new URL(name, folder));
      return `${name} ${size} ${mtimeMs}`;
    }),
  );
}

function digestOf(parts: unknown): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex");
}

interface Kept {
  digest: string;
  result: TemplateResult;
}

async function keep(directory: string, path: string, kept: Kept): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  await writeFile(path, JSON.stringify(kept), { mode: 0o600 });
}

/** What cannot be kept is read anew at the next start, which only takes longer. */
function nextTimeAnew(): void {}

async function readCache(path: string): Promise<Kept | undefined> {
  try {
    return JSON.parse(await readFile(path, "utf8"));
  } catch {
    return undefined;
  }
}
