import { describe, expect, onTestFinished, test } from "vitest";
import { openMemoryDatabase } from "../../src/local-cognito/pool/memory-database.ts";
import { openPoolDatabase, type PoolDatabase } from "../../src/local-cognito/pool/pool-database.ts";
import { temporaryDirectory } from "../support/temporary-directory.ts";

interface Row {
  n: number;
  maybe?: string | undefined;
}

const kinds: [string, () => Promise<PoolDatabase>][] = [
  ["on disk", async () => openPoolDatabase(await temporaryDirectory())],
  ["in memory", async () => openMemoryDatabase()],
];

describe.each(kinds)("The database %s", (_name, open) => {
  async function openTable() {
    const database = await open();
    onTestFinished(() => database.close());
    return { database, table: database.table<Row>("rows") };
  }

  test("keeps rows as JSON has them, in the order of their keys", async () => {
    const { database, table } = await openTable();
    const row = { n: 2, maybe: undefined };
    table.put("b", row);
    table.put("a", { n: 1 });
    row.n = 3;

    expect(table.get("b")).toStrictEqual({ n: 2 });
    expect(table.get("c")).toBeUndefined();
    expect(table.get("c".repeat(5000))).toBeUndefined();
    expect(table.entries()).toEqual([
      { key: "a", value: { n: 1 } },
      { key: "b", value: { n: 2 } },
    ]);
    table.remove("a");
    expect(database.table("rows").count()).toBe(1);
    expect(database.table("others").count()).toBe(0);
  });

  test("has ranges of keys, either way, from any key on", async () => {
    const { table } = await openTable();
    for (const key of ["b 2", "c", "b 1", "a", "b 3", "bb"]) table.put(key, { n: 1 });
    const keysOf = (range: object) => table.range(range).map(({ key }) => key);

    expect(keysOf({})).toEqual(["a", "b 1", "b 2", "b 3", "bb", "c"]);
    expect(keysOf({ isReverse: true, limit: 2 })).toEqual(["c", "bb"]);
    expect(keysOf({ prefix: "b " })).toEqual(["b 1", "b 2", "b 3"]);
    expect(keysOf({ prefix: "b ", isReverse: true })).toEqual(["b 3", "b 2", "b 1"]);
    expect(keysOf({ prefix: "b ", after: "b 1", limit: 1 })).toEqual(["b 2"]);
    expect(keysOf({ prefix: "b ", after: "b 3", isReverse: true })).toEqual(["b 2", "b 1"]);
    table.remove("b 2");
    // From a key that is gone by now.
    expect(keysOf({ prefix: "b ", after: "b 2" })).toEqual(["b 3"]);
    expect(keysOf({ prefix: "b ", after: "b 2", isReverse: true })).toEqual(["b 1"]);
    expect(keysOf({ prefix: "d" })).toEqual([]);
  });

  test("commits all of one write, or takes all of it back", async () => {
    const { database, table } = await openTable();
    table.put("a", { n: 1 });
    table.put("b", { n: 1 });
    const write = () =>
      database.inOneWrite(() => {
        table.put("a", { n: 2 });
        database.inOneWrite(() => table.put("a", { n: 3 }));
        table.remove("b");
        table.put("c", { n: 1 });
        throw new Error("half-way");
      });

    expect(write).toThrow("half-way");
    expect(table.entries()).toEqual([
      { key: "a", value: { n: 1 } },
      { key: "b", value: { n: 1 } },
    ]);
    expect(database.inOneWrite(() => table.get("a")?.n)).toBe(1);
    table.put("a", { n: 4 });
    expect(table.get("a")).toEqual({ n: 4 });
  });
});
