import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as turn } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { openRowStore } from "../../../src/sign-in/store/open-row-store.ts";
import type { RowStore } from "../../../src/sign-in/store/row-store.ts";
import { loadConfig } from "../../../src/site/settings/config.ts";
import { hasPrograms } from "../../support/programs.ts";
import { startRedis } from "../../support/redis-server.ts";

const soon = () => Date.now() + 60_000;
const past = () => Date.now() - 1;
const one = Buffer.from("one");
const two = Buffer.from([0, 255, 13, 10, 36, 0]);
const three = Buffer.from("three");
const textOf = (row: Uint8Array | undefined) => row && Buffer.from(row).toString("latin1");

interface Place {
  env: Record<string, string>;
  close(): Promise<unknown>;
}

async function inFolder(): Promise<Place> {
  const DATA_DIR = await mkdtemp(join(tmpdir(), "row-store-"));
  return { env: { DATA_DIR }, close: () => rm(DATA_DIR, { recursive: true, force: true }) };
}

async function inRedis(): Promise<Place> {
  const redis = await startRedis();
  return { env: { REDIS_URL: redis.url }, close: redis.close };
}

const places: [string, () => Promise<Place>][] = [["The embedded store", inFolder]];
if (hasPrograms(["redis-server"], import.meta.url)) places.push(["Redis", inRedis]);

describe.each(places)("%s", (_name, prepare) => {
  let place: Place;
  let rows: RowStore;
  let elsewhere: RowStore;
  let key: string;
  let tests = 0;

  const open = () => openRowStore(loadConfig(place.env), { now: Date.now, report: () => {} });
  beforeAll(async () => {
    place = await prepare();
    rows = await open();
    elsewhere = await open();
  });
  afterAll(async () => {
    await rows.close();
    await elsewhere.close();
    await place.close();
  });
  beforeEach(() => {
    tests += 1;
    key = `session:${tests}`;
  });

  test.each([
    ["text", one],
    ["any bytes", two],
    ["nothing", Buffer.alloc(0)],
    ["100 KB", Buffer.alloc(100_000, 7)],
  ])("gives a row of %s back as it was, to everybody", async (_what, value) => {
    expect(await rows.read(key)).toBeUndefined();
    expect(await rows.insert(key, value, soon())).toBe(true);

    // LMDB shows a reader what others wrote from the reader's next turn on.
    await turn();
    expect(textOf(await rows.read(key))).toBe(textOf(value));
    expect(textOf(await elsewhere.read(key))).toBe(textOf(value));
  });

  test("inserts no row twice", async () => {
    await rows.insert(key, one, soon());

    expect(await elsewhere.insert(key, two, soon())).toBe(false);
    expect(textOf(await rows.read(key))).toBe("one");
  });

  test("CC-2: lets one of many insert a row at the same moment", async () => {
    const inserts = Array.from({ length: 20 }, (_, index) =>
      (index % 2 ? rows : elsewhere).insert(key, Buffer.of(index), soon()),
    );

    expect((await Promise.all(inserts)).filter(Boolean)).toHaveLength(1);
  });

  test("updates the row that was expected, and no other", async () => {
    await rows.insert(key, one, soon());

    expect(await elsewhere.update(key, two, three, soon())).toBe(false);
    expect(await elsewhere.update(key, one, two, soon())).toBe(true);
    expect(await rows.update(key, one, three, soon())).toBe(false);
    expect(textOf(await rows.read(key))).toBe(textOf(two));
  });

  test("CC-4: lets one of many update a row at the same moment", async () => {
    await rows.insert(key, one, soon());

    const updates = Array.from({ length: 20 }, (_, index) =>
      (index % 2 ? rows : elsewhere).update(key, one, Buffer.of(index), soon()),
    );

    expect((await Promise.all(updates)).filter(Boolean)).toHaveLength(1);
  });

  test("CC-3: brings no row back by an update that comes late", async () => {
    await rows.insert(key, one, soon());

    expect(await elsewhere.remove(key)).toBe(true);

    expect(await rows.update(key, one, two, soon())).toBe(false);
    expect(await rows.read(key)).toBeUndefined();
    expect(await rows.remove(key)).toBe(false);
    expect(await rows.insert(key, three, soon())).toBe(true);
  });

  test("CC-4: removes a row only as it was read, where that is asked for", async () => {
    await rows.insert(key, one, soon());
    await elsewhere.update(key, one, two, soon());

    expect(await rows.remove(key, one)).toBe(false);
    expect(textOf(await rows.read(key))).toBe(textOf(two));
    expect(await elsewhere.remove(key, two)).toBe(true);
    expect(await rows.remove(key, two)).toBe(false);
    expect(await rows.read(key)).toBeUndefined();
  });

  test("SC-5: forgets a row when its time is over", async () => {
    await rows.insert(key, one, Date.now() + 50);

    await expect.poll(() => elsewhere.read(key), { interval: 10 }).toBeUndefined();

    expect(await rows.update(key, one, two, soon())).toBe(false);
    expect(await rows.insert(key, three, soon())).toBe(true);
  });

  test("SC-5: gives a row the life that its update says", async () => {
    await rows.insert(key, one, soon());

    expect(await rows.update(key, one, two, Date.now() + 50)).toBe(true);
    await expect.poll(() => rows.read(key), { interval: 10 }).toBeUndefined();
  });

  test("SC-5: keeps no row whose time is over already", async () => {
    await rows.insert(key, one, soon());

    expect(await rows.update(key, one, two, past())).toBe(true);
    expect(await rows.read(key)).toBeUndefined();
    expect(await rows.insert(key, three, past())).toBe(true);
    await expect.poll(() => rows.read(key), { interval: 10 }).toBeUndefined();
  });

  test("can be checked, and says so when it can no longer be reached", async () => {
    const closed = await open();
    await closed.check();

    await closed.close();

    for (const answer of [
      closed.check(),
      closed.read(key),
      closed.insert(key, one, soon()),
      closed.update(key, one, two, soon()),
      closed.remove(key),
    ]) {
      await expect(answer).rejects.toMatchObject({
        code: "store_unavailable",
        retryAfterSeconds: 5,
      });
    }
    await rows.check();
  });
});
