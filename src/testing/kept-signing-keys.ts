import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { generateSigningKeys, type StoredSigningKeys } from "../local-cognito/signing-keys.ts";

let ofThisProcess: Promise<StoredSigningKeys> | undefined;

/** The keys of every pool of this process that is given none. */
export function processSigningKeys(): Promise<StoredSigningKeys> {
  ofThisProcess ??= generateSigningKeys();
  return ofThisProcess;
}

/** Returns the keys kept in the file, readable by its owner only; makes them where there is no such file yet. */
export async function keptSigningKeys(file: string): Promise<StoredSigningKeys> {
  const known = await readFile(file, "utf8").catch(() => undefined);
  if (known !== undefined) return JSON.parse(known);
  const keys = await processSigningKeys();
  await mkdir(dirname(file), { recursive: true });
  // Another process that reads meanwhile finds all of it or nothing.
  const unfinished = `${file}.${process.pid}`;
  await writeFile(unfinished, JSON.stringify(keys), { mode: 0o600 });
  await rename(unfinished, file);
  return keys;
}
