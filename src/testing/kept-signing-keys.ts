import { randomUUID } from "node:crypto";
import { link, mkdir, readFile, unlink, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { generateSigningKeys, type StoredSigningKeys } from "../local-cognito/pool/signing-keys.ts";

/**
 * Returns the keys kept in the file, readable by its owner only; makes them where there is no such file yet. However
 * many ask at once, in one process or several, all get the same.
 */
export async function keptSigningKeys(file: string): Promise<StoredSigningKeys> {
  const known = await readFile(file, "utf8").catch(() => undefined);
  if (known !== undefined) return JSON.parse(known);
  const keys = await processSigningKeys();
  await mkdir(dirname(file), { recursive: true });
  // Whoever reads meanwhile finds all of it or nothing, and whoever comes second takes what is there.
  const unfinished = `${file}.${randomUUID()}`;
  await writeFile(unfinished, JSON.stringify(keys), { mode: 0o600 });
  await link(unfinished, file)
    .catch(unlessThere)
    .finally(() => unlink(unfinished));
  return JSON.parse(await readFile(file, "utf8"));
}

let ofThisProcess: Promise<StoredSigningKeys> | undefined;

/** The keys of every pool of this process that is given none. */
export function processSigningKeys(): Promise<StoredSigningKeys> {
  ofThisProcess ??= generateSigningKeys();
  return ofThisProcess;
}

function unlessThere(error: NodeJS.ErrnoException): void {
  if (error.code !== "EEXIST") throw error;
}
