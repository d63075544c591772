import type { Entry, PoolDatabase, Table } from "./pool-database.ts";
import { SortedRows } from "./sorted-rows.ts";

/** A database for tests: nothing is left of it, and nothing waits for a disk. Rows go in and out as JSON, as in the one on disk. */
export function openMemoryDatabase(): PoolDatabase {
  const tables = new Map<string, SortedRows>();
  /** What takes back the changes of the write that is going on. */
  let changes: (() => void)[] | undefined;

  const inOneWrite = <Result>(work: () => Result): Result => {
    if (changes) return work();
    const made: (() => void)[] = [];
    changes = made;
    try {
      return work();
    } catch (error) {
      changes = undefined;
      for (const takeBack of made.reverse()) takeBack();
      throw error;
    } finally {
      changes = undefined;
    }
  };

  function rowsOf(name: string): SortedRows {
    const rows = tables.get(name) ?? new SortedRows();
    tables.set(name, rows);
    return rows;
  }

  return {
    table<Row>(name: string): Table<Row> {
      const rows = rowsOf(name);
      const set = (key: string, row: string | undefined) => {
        const before = rows.get(key);
        changes?.push(() => set(key, before));
        if (row === undefined) rows.delete(key);
        else rows.set(key, row);
      };
      return {
        get: (key) => parse<Row>(rows.get(key)),
        entries: () => rows.range({}).map(parseEntry<Row>),
        range: (range) => rows.range(range).map(parseEntry<Row>),
        count: () => rows.size,
        put: (key, row) => inOneWrite(() => set(key, JSON.stringify(row))),
        remove: (key) => inOneWrite(() => set(key, undefined)),
      };
    },
    inOneWrite,
    close: async () => tables.clear(),
  };
}

function parseEntry<Row>({ key, value }: Entry<string>): Entry<Row> {
  return { key, value: JSON.parse(value) };
}

function parse<Row>(row: string | undefined): Row | undefined {
  return row === undefined ? undefined : JSON.parse(row);
}
