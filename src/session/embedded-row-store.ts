import { statfsSync } from "node:fs";
import { chmod, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { open, type RootDatabase } from "lmdb";
import { AppError } from "../errors.ts";
import { assertIsDatabase } from "./lmdb-file.ts";
import type { RowStore } from "./row-store.ts";

const expiryBytes = 6;
const sweepEveryMs = 60 * 1000;
const sweepBatch = 500;
const spareBytes = 16 * 1024 * 1024;
/** Removing takes pages too, if few; sign-out must work when nothing else does. */
const spareBytesToRemove = 2 * 1024 * 1024;

type Database = RootDatabase<Buffer, string>;

/**
 * Rows in an LMDB database below `dataDirectory`, shared by all processes of this machine and kept over restarts.
 * Each row carries its expiry in milliseconds in front, in clear, so that sweeping needs no key.
 * Rejects with a DamagedStoreError where the file is no database.
 */
export async function openEmbeddedRowStore(
  dataDirectory: string,
  now: () => number,
): Promise<RowStore> {
  const database = await openDatabase(dataDirectory);
  const sweeper = setInterval(
    () => void sweep(database, dataDirectory, now).catch(() => {}),
    sweepEveryMs,
  );
  sweeper.unref();

  const live = (key: string): Buffer | undefined => {
    const row = database.get(key);
    return row && expiryOf(row) > now() ? row : undefined;
  };
  // Synchronous: a failure reaches the caller, where an asynchronous one rejects promises that nobody holds.
  const write = (apply: () => boolean, spare = spareBytes) =>
    answer(() => {
      assertRoom(dataDirectory, spare);
      return database.transactionSync(apply);
    });

  return {
    read: (key) => answer(() => live(key)?.subarray(expiryBytes)),
    insert: (key, value, expiresAt) =>
      write(() => {
        if (live(key)) return false;
        database.putSync(key, withExpiry(value, expiresAt));
        return true;
      }),
    update: (key, expected, value, expiresAt) =>
      write(() => {
        if (!live(key)?.subarray(expiryBytes).equals(expected)) return false;
        database.putSync(key, withExpiry(value, expiresAt));
        return true;
      }),
    remove: (key) => write(() => database.removeSync(key), spareBytesToRemove),
    check: () =>
      answer(() => {
        assertRoom(dataDirectory, spareBytes);
        database.get("");
      }),
    async close() {
      clearInterval(sweeper);
      await database.close();
    },
  };
}

async function openDatabase(dataDirectory: string): Promise<Database> {
  const path = join(dataDirectory, "sessions.mdb");
  await mkdir(dataDirectory, { recursive: true, mode: 0o700 });
  await assertIsDatabase(path);
  const database = open<Buffer, string>({
    path,
    encoding: "binary",
    // One flush a write: a power cut costs the last write at most, and never the database.
    overlappingSync: false,
    noMetaSync: true,
  });
  await Promise.all([chmod(path, 0o600), chmod(`${path}-lock`, 0o600)]);
  return database;
}

/** Removes expired rows, a batch at a time, so that no request waits behind a large sweep (OL-5). */
async function sweep(database: Database, dataDirectory: string, now: () => number): Promise<void> {
  let start = "";
  for (;;) {
    const batch = [...database.getRange({ start, exclusiveStart: true, limit: sweepBatch })];
    const isExpired = (row: Buffer | undefined) => row !== undefined && expiryOf(row) <= now();
    const expired = batch.filter(({ value }) => isExpired(value));
    if (expired.length > 0) {
      assertRoom(dataDirectory, spareBytesToRemove);
      database.transactionSync(() => {
        for (const { key } of expired) if (isExpired(database.get(key))) database.removeSync(key);
      });
    }
    const last = batch.at(-1);
    if (!last) return;
    start = last.key;
    await setImmediate();
  }
}

/** lmdb 3.5 overruns a buffer of its own while it words the error of a full disk, so it must not come to that. */
function assertRoom(directory: string, spare: number): void {
  const { bavail, bsize } = statfsSync(directory);
  if (bavail * bsize < spare) throw new Error(`less than ${spare} bytes are free in DATA_DIR`);
}

async function answer<Value>(ask: () => Value | Promise<Value>): Promise<Value> {
  try {
    return await ask();
  } catch (cause) {
    throw new AppError("store_unavailable", {
      reason: "the embedded store failed",
      retryAfterSeconds: 5,
      cause,
    });
  }
}

function withExpiry(value: Uint8Array, expiresAt: number): Buffer {
  const row = Buffer.allocUnsafe(expiryBytes + value.length);
  row.writeUIntBE(Math.max(0, Math.round(expiresAt)), 0, expiryBytes);
  row.set(value, expiryBytes);
  return row;
}

function expiryOf(row: Buffer): number {
  return row.length < expiryBytes ? 0 : row.readUIntBE(0, expiryBytes);
}
