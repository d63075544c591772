import { randomBytes } from "node:crypto";
import type { RowStore } from "./row-store.ts";

/** Locks in the store: of all the processes that share it one holds each, for a time at most. Rejects as `RowStore` does. */
export interface StoreLocks {
  /**
   * False while another process holds it. Within this process the callers ask one at a time. If our own lock is still
   * stored, an earlier release failed; it is taken again.
   */
  take(key: string): Promise<boolean>;
  /** Lets go of our own lock only: one that lapsed may be somebody else's by now. Never rejects. */
  release(key: string): Promise<void>;
}

/** The locks of this process, each held for `lockMs` at most. */
export function createStoreLocks(options: {
  rows: RowStore;
  lockMs: number;
  now: () => number;
}): StoreLocks {
  const { rows, lockMs, now } = options;
  const mine = randomBytes(16);
  return {
    async take(key) {
      const until = now() + lockMs;
      return (await rows.insert(key, mine, until)) || (await rows.update(key, mine, mine, until));
    },
    async release(key) {
      await rows.remove(key, mine).catch(() => false);
    },
  };
}
