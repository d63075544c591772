import { mkdir, open } from "node:fs/promises";
import { join } from "node:path";

/** LMDB's magic number, 24 bytes into each of the two pages that a database begins with. */
const magic = 0xbeefc0de;
const magicAt = 24;

/** Thrown for a file that LMDB would crash on. */
export class DamagedStoreError extends Error {
  readonly path: string;

  constructor(path: string) {
    super(`${path} is damaged`);
    this.name = "DamagedStoreError";
    this.path = path;
  }
}

/** Where the embedded store keeps its rows. */
export function storePathIn(dataDirectory: string): string {
  return join(dataDirectory, "sessions.mdb");
}

/** Makes the data directory if need be, and resolves to the path of the store there; throws a DamagedStoreError. */
export async function prepareStorePath(dataDirectory: string): Promise<string> {
  const path = storePathIn(dataDirectory);
  await mkdir(dataDirectory, { recursive: true, mode: 0o700 });
  await assertIsDatabase(path);
  return path;
}

/** Throws a DamagedStoreError unless the file is missing or begins as an LMDB database does and is not cut short. */
async function assertIsDatabase(path: string): Promise<void> {
  const file = await open(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  if (!file) return;
  try {
    const { size } = await file.stat();
    const header = Buffer.alloc(magicAt + 4);
    await file.read(header, 0, header.length, 0);
    // LMDB makes the file with both pages; the smallest page of any system is 4 KiB.
    if (size < 2 * 4096 || header.readUInt32LE(magicAt) !== magic)
      throw new DamagedStoreError(path);
  } finally {
    await file.close();
  }
}
