import { hash } from "node:crypto";
import { changedMeanwhile, compareAndSet } from "../store/compare-and-set.ts";
import type { RowStore } from "../store/row-store.ts";
import { createTurns } from "../store/turns.ts";
import type { Sealer } from "./sealing.ts";

const version = 1;

/** A session in the index of its user. */
export interface IndexEntry {
  id: string;
  /** When the session has ended at the latest (milliseconds). */
  until: number;
}

/**
 * Which sessions a user has: one sealed row for each user, which ends with the last session that it lists. It may
 * name sessions that have ended since, and forgets them as they are noticed. Rejects as `RowStore` does.
 */
export interface UserIndex {
  /** Session ids, oldest first. */
  list(sub: string): Promise<string[]>;
  /** Resolves to all ids with this one, oldest first; adding it again changes nothing. */
  add(sub: string, entry: IndexEntry): Promise<string[]>;
  remove(sub: string, ids: string[]): Promise<void>;
}

/** The index in the given store; processes that change one user's row at the same moment lose nothing. */
export function createUserIndex(options: {
  rows: RowStore;
  sealer: Sealer;
  now: () => number;
}): UserIndex {
  const { rows, sealer, now } = options;
  const inTurn = createTurns();

  async function read(
    key: string,
  ): Promise<{ row: Uint8Array | undefined; entries: IndexEntry[] }> {
    const row = await rows.read(key);
    const entries = row ? parseRow(sealer.open(row, key)) : [];
    return { row, entries: entries.filter(({ until }) => until > now()) };
  }

  async function change(
    sub: string,
    apply: (entries: IndexEntry[]) => IndexEntry[],
  ): Promise<IndexEntry[]> {
    const key = userKeyOf(sub);
    const attempt = async () => {
      const { row, entries: before } = await read(key);
      const after = apply(before);
      const isDone = after.length === before.length || (await write(key, row, after));
      return isDone ? after : changedMeanwhile;
    };
    const result = await attempt();
    // Of many at once each would otherwise be in the way of all others, time and again.
    return result === changedMeanwhile ? await inTurn(key, () => compareAndSet(attempt)) : result;
  }

  /** False where somebody else has changed the row since it was read. */
  async function write(key: string, row: Uint8Array | undefined, entries: IndexEntry[]) {
    if (row && entries.length === 0) return await rows.remove(key, row);
    const sealed = sealer.seal(JSON.stringify({ version, entries }), key);
    const until = Math.max(0, ...entries.map((entry) => entry.until));
    return row ? await rows.update(key, row, sealed, until) : await rows.insert(key, sealed, until);
  }

  return {
    list: async (sub) => idsOf((await read(userKeyOf(sub))).entries),
    async add(sub, entry) {
      const isListed = (entries: IndexEntry[]) => entries.some(({ id }) => id === entry.id);
      return idsOf(
        await change(sub, (entries) => (isListed(entries) ? entries : [...entries, entry])),
      );
    },
    async remove(sub, ids) {
      await change(sub, (entries) => entries.filter(({ id }) => !ids.includes(id)));
    },
  };
}

/** A hash, so that nobody who sees the store's keys learns who has a session. */
export function userKeyOf(sub: string): string {
  return `user:${hash("sha256", sub, "base64url")}`;
}

function idsOf(entries: IndexEntry[]): string[] {
  return entries.map(({ id }) => id);
}

/** A row that does not open, or has another shape, lists nothing; the next sign-in writes over it. */
function parseRow(plaintext: string | undefined): IndexEntry[] {
  if (plaintext === undefined) return [];
  const index = JSON.parse(plaintext) as { version: number; entries: IndexEntry[] };
  return index.version === version ? index.entries : [];
}
