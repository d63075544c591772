import { chmod } from "node:fs/promises";
import { setImmediate } from "node:timers/promises";
import { open, type RootDatabase } from "lmdb";
import { AppError } from "../../errors.ts";
import type { RowStore } from "../row-store.ts";
import { type Disk, diskOf } from "./disk.ts";
import { createGroupCommit } from "./group-commit.ts";
import { prepareStorePath } from "./lmdb-file.ts";
import { createReserve } from "./reserve.ts";

const expiryBytes = 6;
const sweepBatch = 500;
const spareBytes = 16 * 1024 * 1024;
/** Removing takes pages too: 100 rows in one transaction were measured to take 0.9 MB, of a database of 90 MB. */
const spareBytesToRemove = 2 * 1024 * 1024;

type Database = RootDatabase<Buffer, string>;

export interface EmbeddedRowStoreOptions {
  /** What the keys of this client's rows end with. */
  mark?: string;
  /** What a test may want otherwise. */
  sweepEveryMs?: number;
  disk?: Disk;
}

/**
 * Rows in an LMDB database below `dataDirectory`, shared by all processes of this machine and kept over restarts.
 * Each row carries its expiry in milliseconds in front, in clear, so that sweeping needs no key.
 * Rejects with a DamagedStoreError where the file is no database.
 */
export async function openEmbeddedRowStore(
  dataDirectory: string,
  now: () => number,
  options: EmbeddedRowStoreOptions = {},
): Promise<Required<RowStore>> {
  const database = await openDatabase(dataDirectory);
  const { mark = "", sweepEveryMs = 60_000, disk = diskOf(dataDirectory) } = options;
  const reserve = createReserve(database, dataDirectory);
  /** At the beginning of the latest transaction. */
  let free = 0;

  /** At the beginning of each transaction: one that goes on, on a full disk, does no more than remove. */
  function begin(writes: number): void {
    const { overwritesInPlace } = disk;
    free = disk.freeBytes();
    if (overwritesInPlace && free >= spareBytes) reserve.fill(writes);
    if (free >= spareBytesToRemove) return;
    if (overwritesInPlace && reserve.bytes() >= spareBytesToRemove) return;
    throw new Error("DATA_DIR is full, and what the database keeps for removals is used up");
  }

  let lastSweep: Promise<Map<string, number>> | undefined;
  let isSweeping = false;
  function sweepNow(): Promise<Map<string, number>> {
    isSweeping = true;
    const end = () => {
      isSweeping = false;
    };
    lastSweep = sweep(database, now, (writes) => {
      begin(writes);
      // What is kept for removals is not for those that nobody waits for.
      if (free < spareBytesToRemove) throw noRoom(spareBytesToRemove);
    });
    lastSweep.then(end, end);
    return lastSweep;
  }
  const sweeper = setInterval(() => isSweeping || sweepNow(), sweepEveryMs);
  sweeper.unref();

  const live = (place: string): Buffer | undefined => {
    const row = database.get(place);
    return row && expiryOf(row) > now() ? row : undefined;
  };
  const holds = (place: string, value: Uint8Array): boolean =>
    live(place)?.subarray(expiryBytes).equals(value) === true;
  const commit = createGroupCommit(database, begin);
  /** Writes where `may` says so. */
  const put = (place: string, row: Buffer, may: () => boolean) =>
    answer(() =>
      commit(() => {
        if (free < spareBytes) return noRoom(spareBytes);
        if (!may()) return false;
        database.putSync(place, row);
        return true;
      }),
    );

  return {
    read: (key) => answer(() => live(key + mark)?.subarray(expiryBytes)),
    insert(key, value, expiresAt) {
      const place = key + mark;
      return put(place, withExpiry(value, expiresAt), () => !live(place));
    },
    update(key, expected, value, expiresAt) {
      const place = key + mark;
      return put(place, withExpiry(value, expiresAt), () => holds(place, expected));
    },
    remove(key, expected) {
      const place = key + mark;
      const may = () => expected === undefined || holds(place, expected);
      return answer(() => commit(() => may() && database.removeSync(place)));
    },
    check: () =>
      answer(() => {
        if (disk.freeBytes() < spareBytes) throw noRoom(spareBytes);
        database.get("");
      }),
    count: (kind) => answer(async () => (await (lastSweep ?? sweepNow())).get(kind) ?? 0),
    keysUnder: (start) =>
      // What a client's keys end with is in ASCII.
      answer(() => [...database.getKeys({ start, end: `${start}\u007f` })].filter(live)),
    async close() {
      clearInterval(sweeper);
      // After the turn's writes, whose callers were told to wait for them (OL-3).
      await setImmediate();
      await database.close();
    },
  };
}

async function openDatabase(dataDirectory: string): Promise<Database> {
  const path = await prepareStorePath(dataDirectory);
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

/**
 * Removes expired rows, a batch at a time, so that no request waits behind a large sweep (OL-5); resolves to how many
 * rows of each kind live on.
 */
async function sweep(
  database: Database,
  now: () => number,
  begin: (writes: number) => void,
): Promise<Map<string, number>> {
  const living = new Map<string, number>();
  let start = "";
  for (;;) {
    const batch = [...database.getRange({ start, exclusiveStart: true, limit: sweepBatch })];
    const isExpired = (row: Buffer | undefined) => row !== undefined && expiryOf(row) <= now();
    const expired = batch.filter(({ value }) => isExpired(value));
    for (const { key, value } of batch) {
      const kind = key.slice(0, key.indexOf(":"));
      if (!isExpired(value)) living.set(kind, (living.get(kind) ?? 0) + 1);
    }
    if (expired.length > 0) {
      database.transactionSync(() => {
        begin(expired.length);
        for (const { key } of expired) if (isExpired(database.get(key))) database.removeSync(key);
      });
    }
    const last = batch.at(-1);
    if (!last) return living;
    start = last.key;
    await setImmediate();
  }
}

/** lmdb 3.5 overflows a buffer while it words the error of a full disk, so writing stops before that. */
function noRoom(spare: number): Error {
  return new Error(`less than ${spare} bytes are free in DATA_DIR`);
}

async function answer<Value>(ask: () => Value | Promise<Value>): Promise<Value> {
  try {
    return await ask();
  } catch (cause) {
    throw new AppError("store_unavailable", {
      reason: "the embedded store failed",
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
