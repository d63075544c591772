import { closeSync, existsSync, fstatSync, openSync, readSync } from "node:fs";

const pageBytes = 4096;
const magicNumber = 0xbeefc0de;
const magicAt = 24;

/**
 * Throws unless the file is missing, empty or begins as LMDB's databases do: with two pages, the first of which
 * has LMDB's magic number. On anything else the database ends the process without a word.
 */
export function assertUndamaged(path: string): void {
  if (!existsSync(path)) return;
  const file = openSync(path, "r");
  try {
    const { size } = fstatSync(file);
    const start = Buffer.alloc(magicAt + 4);
    readSync(file, start, 0, start.length, 0);
    const isDatabase = size >= 2 * pageBytes && start.readUInt32LE(magicAt) === magicNumber;
    if (size > 0 && !isDatabase) throw damaged(path);
  } finally {
    closeSync(file);
  }
}

function damaged(path: string): Error {
  return new Error(
    `${path} is damaged, or not local Cognito's.\n` +
      "Its users, keys and client are kept there, so it cannot start without it.\n" +
      "Move the file away: a new pool with a new client is made, and everybody signs up again.",
  );
}
