import { describe, expect, onTestFinished, test } from "vitest";
import { ExpiringMap } from "../../src/local-cognito/pool/expiring-map.ts";
import { type Expiring, ExpiringTable } from "../../src/local-cognito/pool/expiring-table.ts";
import { openPoolDatabase } from "../../src/local-cognito/pool/pool-database.ts";
import { temporaryDirectory } from "../support/temporary-directory.ts";
import { Clock } from "./support/pool.ts";

describe("a map that forgets", () => {
  const options = { lifetimeMs: 1000, capacity: 3 };

  test("LL-10: never grows beyond its capacity, and lets the oldest go first", () => {
    const map = new ExpiringMap<number>({ ...options, now: new Clock().now });
    for (const key of ["a", "b", "c", "a", "d"]) map.set(key, 1);
    expect(map.size).toBe(3);
    expect(map.get("b")).toBeUndefined();
    expect(map.get("a")).toBe(1);
  });

  test("gives nothing back once its time is over, and makes room for others", () => {
    const clock = new Clock();
    const map = new ExpiringMap<number>({ ...options, now: clock.now });
    for (const key of ["a", "b", "c"]) map.set(key, 1);
    clock.advance({ seconds: 1 });
    expect(map.get("a")).toBeUndefined();
    expect(map.take("b")).toBeUndefined();
    map.set("d", 1);
    expect(map.size).toBe(1);
  });

  test("gives a value to one taker", () => {
    const map = new ExpiringMap<number>({ ...options, now: new Clock().now });
    map.set("a", 1);
    expect([map.take("a"), map.take("a")]).toEqual([1, undefined]);
  });
});

describe("a table that forgets", () => {
  async function openTable(clock: Clock, capacity = 3) {
    const database = openPoolDatabase(await temporaryDirectory());
    const options = { name: "rows", capacity, now: clock.now };
    const table = new ExpiringTable<{ n: number }>(database, options);
    onTestFinished(async () => {
      table.stop();
      await database.close();
    });
    return { rows: database.table<Expiring<{ n: number }>>("rows"), table };
  }

  test("finds a row by its secret until its time is over, and stores no secret", async () => {
    const clock = new Clock();
    const { rows, table } = await openTable(clock);
    table.put("secret", { n: 1 }, 1000);
    expect(table.find("secret")).toMatchObject({ n: 1 });
    expect(
      rows
        .entries()
        .map(({ key }) => key)
        .join(),
    ).not.toContain("secret");
    clock.advance({ seconds: 1 });
    expect(table.find("secret")).toBeUndefined();
  });

  test("sweeps out what has expired and what is beyond its capacity", async () => {
    const clock = new Clock();
    const { rows, table } = await openTable(clock);
    for (let n = 1; n <= 5; n++) table.put(`secret ${n}`, { n }, n * 1000);
    clock.advance({ seconds: 1 });
    table.sweep();
    expect(
      rows
        .entries()
        .map(({ value }) => value.n)
        .sort(),
    ).toEqual([3, 4, 5]);
  });

  test("LL-10: stays within its capacity, and a tenth more, however fast rows come", async () => {
    const { rows, table } = await openTable(new Clock(), 20);
    for (let n = 1; n <= 50; n++) {
      table.put(`secret ${n}`, { n }, n * 1000);
      expect(rows.count()).toBeLessThanOrEqual(22);
    }
    expect(table.find("secret 50")).toMatchObject({ n: 50 });
    expect(table.find("secret 20")).toBeUndefined();
  });
});
