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
