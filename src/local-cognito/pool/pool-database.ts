import { mkdirSync, statfsSync } from "node:fs";
import { join } from "node:path";
import { open, type RootDatabaseOptionsWithPath } from "lmdb";
import { assertUndamaged } from "./database-file.ts";

/** The embedded database of local Cognito: every write is done, or has thrown, by the time it returns. */
export interface PoolDatabase {
  table<Row>(name: string): Table<Row>;
  /** Commits all that the work writes in one step, or nothing of it if the work or the disk fails. */
  inOneWrite<Result>(work: () => Result): Result;
  close(): Promise<void>;
}

export interface Entry<Row> {
  key: string;
  value: Row;
}

/** The keys that begin with the prefix, at most so many of them; only those behind `after`, in the order asked for. */
export interface KeyRange {
  prefix?: string;
  after?: string | undefined;
  limit?: number;
  isReverse?: boolean;
}

export interface Table<Row> {
  get(key: string): Row | undefined;
  /** Every row, in the order of the keys. */
  entries(): Entry<Row>[];
  /** The rows of a range, in the order of their keys or against it. */
  range(range: KeyRange): Entry<Row>[];
  count(): number;
  put(key: string, row: Row): void;
  remove(key: string): void;
}

const spareBytes = 16 * 1024 * 1024;
/** The longest key of LMDB; lmdb throws where it is asked for one of twice that. */
const longestKeyBytes = 1978;

/**
 * Opens the database in the directory, which is made (0700) if need be; its file is readable by its owner only.
 * Throws where the file is damaged and, then and at every write, while the disk has less than 16 MB free.
 */
export function openPoolDatabase(
  dataDirectory: string,
  freeBytes = () => freeBytesOf(dataDirectory),
): PoolDatabase {
  mkdirSync(dataDirectory, { recursive: true, mode: 0o700 });
  assertRoom(freeBytes());
  const path = join(dataDirectory, "local-cognito.mdb");
  assertUndamaged(path);
  const root = open(rootOptions(path));
  let isWriting = false;

  // Asynchronous writes are cheaper, but one that fails rejects promises nobody holds, and that ends the process.
  const inOneWrite = <Result>(work: () => Result): Result => {
    if (isWriting) return work();
    assertRoom(freeBytes());
    isWriting = true;
    try {
      return root.transactionSync(work);
    } finally {
      isWriting = false;
    }
  };

  return {
    table<Row>(name: string): Table<Row> {
      const rows = root.openDB<Row, string>({ name, encoding: "json" });
      return {
        get: (key) => (Buffer.byteLength(key) > longestKeyBytes ? undefined : rows.get(key)),
        entries: () => [...rows.getRange()],
        range: (range) => [...rows.getRange(boundsOf(range))],
        count: () => (rows.getStats() as { entryCount: number }).entryCount,
        put: (key, row) => inOneWrite(() => void rows.putSync(key, row)),
        remove: (key) => inOneWrite(() => void rows.removeSync(key)),
      };
    },
    inOneWrite,
    close: () => root.close(),
  };
}

function rootOptions(path: string): RootDatabaseOptionsWithPath {
  const options: RootDatabaseOptionsWithPath & { permissionsMode: number } = {
    path,
    encoding: "json",
    maxDbs: 64,
    permissionsMode: 0o600,
    // One flush per write: a power cut may cost the last write and never the database.
    overlappingSync: false,
    noMetaSync: true,
  };
  return options;
}

/** Behind every key with this prefix. */
const last = "\u{10ffff}";

function boundsOf({ prefix = "", after, limit, isReverse = false }: KeyRange) {
  const [first, end] = isReverse ? [prefix + last, prefix] : [prefix, prefix + last];
  return {
    start: after ?? first,
    end,
    exclusiveStart: after !== undefined,
    reverse: isReverse,
    ...(limit !== undefined && { limit }),
  };
}

function freeBytesOf(directory: string): number {
  const { bavail, bsize } = statfsSync(directory);
  return bavail * bsize;
}

/** lmdb 3.5.6 overflows a buffer while it words the error of a full disk, so writing stops before that. */
function assertRoom(freeBytes: number): void {
  if (freeBytes >= spareBytes) return;
  throw new Error(
    "The disk with local Cognito's data is full.\n" +
      "Less than 16 MB are free, so nothing was written: nobody can sign up or sign in.\n" +
      "Free some space there, or set DATA_DIR to a folder on another disk.",
  );
}
