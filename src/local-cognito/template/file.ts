import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readPoolFile } from "../pool/pool-file.ts";
import type { PoolSettings } from "../pool/pool-settings.ts";

export interface TemplateOptions {
  /** Values for parameters; those of the others are their defaults. */
  parameters?: Record<string, string>;
  /** The value of the parameter AppUrl, where there is one. */
  appUrl?: string;
  /** Where to keep what was read for the next time; reading anew takes as long as much of the rest of a start. */
  cacheDirectory?: string;
}

export interface TemplateResult {
  settings: PoolSettings;
  /** What the template says that AWS does not know, or that local Cognito does otherwise; a line each. */
  warnings: string[];
}

/**
 * Reads the settings of a pool from a CloudFormation template, YAML or JSON. Throws PoolFileError, which lists what is
 * wrong with their paths.
 */
export async function readTemplateFile(
  path: string,
  { parameters = {}, appUrl, cacheDirectory }: TemplateOptions = {},
): Promise<TemplateResult> {
  const text = await readPoolFile(path);
  const read = async () => {
    const { readTemplate } = await import("./settings.ts");
    return readTemplate(path, text, { parameters, appUrl });
  };
  if (cacheDirectory === undefined) return read();
  const cache = join(cacheDirectory, "template.json");
  const digest = digestOf([text, parameters, appUrl, await reader()]);
  const kept = await readCache(cache);
  if (kept?.digest === digest) return kept.result;
  const result = await read();
  await keep(cacheDirectory, cache, { digest, result }).catch(nextTimeAnew);
  return result;
}

/** What stands for the code that reads templates: another version may read more from the same file. */
async function reader(): Promise<string[]> {
  const folder = new URL("./", import.meta.url);
  const above = (await readdir(new URL("../", folder))).filter((name) =>
    /^(standard-|registered-)/.test(name),
  );
  const names = [...(await readdir(folder)), ...above.map((name) => `../${name}`)];
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
