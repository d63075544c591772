import type { RowStore } from "../../src/sign-in/store/row-store.ts";

/** Rows that last as long as the process: for checks whose thousands of sign-ins would wait for a disk. */
export function createMemoryRows(now: () => number): RowStore {
  const rows = new Map<string, { value: Buffer; expiresAt: number }>();
  const live = (key: string) => {
    const row = rows.get(key);
    return row && row.expiresAt > now() ? row.value : undefined;
  };
  const put = (key: string, value: Uint8Array, expiresAt: number) => {
    rows.set(key, { value: Buffer.from(value), expiresAt });
    return true;
  };
  return {
    read: async (key) => live(key),
    insert: async (key, value, expiresAt) => !live(key) && put(key, value, expiresAt),
    update: async (key, expected, value, expiresAt) =>
      live(key)?.equals(expected) === true && put(key, value, expiresAt),
    remove: async (key, expected) =>
      (expected === undefined || live(key)?.equals(expected) === true) && rows.delete(key),
    check: async () => {},
    close: async () => {},
  };
}
