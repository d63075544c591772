import { spawn } from "node:child_process";
import { once } from "node:events";
import { rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import {
  type EmbeddedRowStoreOptions,
  openEmbeddedRowStore,
} from "../../../../src/sign-in/store/embedded/row-store.ts";
import { openRowStore } from "../../../../src/sign-in/store/open-row-store.ts";
import type { RowStore } from "../../../../src/sign-in/store/row-store.ts";
import { loadConfig } from "../../../../src/site/settings/config.ts";
import { builtPart } from "../../../support/built-app.ts";
import { providerForAll } from "../../../support/provider-for-all.ts";
import { signInAtProvider } from "../../../support/refused.ts";
import { signedInAs } from "../../../support/signed-in.ts";
import { start } from "../../../support/start.ts";
import { temporaryDirectory } from "../../../support/temporary-directory.ts";
import { createVisitor } from "../../../support/visitor.ts";

const minute = 60_000;

async function openStore(options: EmbeddedRowStoreOptions = {}) {
  const dataDirectory = await temporaryDirectory();
  const clock = { now: Date.now() };
  const rows = await openEmbeddedRowStore(dataDirectory, () => clock.now, options);
  onTestFinished(() => rows.close());
  const fileSize = async () => (await stat(join(dataDirectory, "sessions.mdb"))).size;
  return { rows, clock, fileSize };
}

/** Writes rows of the size of sessions. */
async function fill(rows: RowStore, name: string, count: number, expiresAt: number): Promise<void> {
  const row = Buffer.alloc(1500, name);
  for (let number = 0; number < count; number += 1) {
    await rows.insert(`session:${name}-${number}`, row, expiresAt);
  }
}

describe("DO-2: a store that is opened at its first use", () => {
  test("says so while it cannot be opened, and opens once it can", async () => {
    const DATA_DIR = await temporaryDirectory();
    const rows = await openRowStore(loadConfig({ DATA_DIR }), { now: Date.now, report: () => {} });
    onTestFinished(() => rows.close());
    await writeFile(join(DATA_DIR, "sessions.mdb"), "garbage".repeat(9999));

    await expect(rows.check()).rejects.toMatchObject({ code: "store_unavailable" });
    await rm(join(DATA_DIR, "sessions.mdb"));

    expect(await rows.insert("key", Buffer.from("row"), Date.now() + minute)).toBe(true);
  });

  test("stays closed where nobody used it", async () => {
    const DATA_DIR = await temporaryDirectory();
    const rows = await openRowStore(loadConfig({ DATA_DIR }), { now: Date.now, report: () => {} });

    await rows.close();

    await expect(rows.check()).rejects.toMatchObject({ code: "store_unavailable" });
  });
});

describe("OL-5: a store that fills up", () => {
  test("is swept of what has expired, keeps every live row, and its file stays as large as it was", async () => {
    const { rows, clock, fileSize } = await openStore({ sweepEveryMs: 10 });
    await fill(rows, "live", 20, clock.now + 60 * minute);
    await fill(rows, "round-0", 400, clock.now + minute);
    const firstSize = await fileSize();

    for (const round of [1, 2]) {
      await expect.poll(() => rows.count("session")).toBe(420);
      clock.now += 2 * minute;
      await expect.poll(() => rows.count("session")).toBe(20);
      await fill(rows, `round-${round}`, 400, clock.now + minute);
    }

    expect(await fileSize()).toBeLessThan(firstSize * 1.5);
    for (let number = 0; number < 20; number += 1) {
      expect(await rows.read(`session:live-${number}`)).toHaveLength(1500);
    }
  });

  test("counts the live rows of a kind", async () => {
    const { rows, clock } = await openStore();
    await fill(rows, "live", 3, clock.now + minute);
    await rows.insert("callback:one", Buffer.from("x"), clock.now + minute);

    expect(await rows.count("session")).toBe(3);
    expect(await rows.count("renewal")).toBe(0);
  });

  test("does not keep its process from ending", async () => {
    const dataDirectory = await temporaryDirectory();
    const store = builtPart("embedded-row-store");
    const program = `import { openEmbeddedRowStore } from ${JSON.stringify(store)};
      const rows = await openEmbeddedRowStore(${JSON.stringify(dataDirectory)}, Date.now);
      await rows.insert("session:one", Buffer.from("x"), Date.now() + 60_000);`;
    const args = ["--input-type=module", "-e", program];
    const child = spawn(process.execPath, args, { stdio: "ignore" });
    onTestFinished(() => void child.kill("SIGKILL"));

    expect(await once(child, "exit")).toEqual([0, null]);
  });
});

describe("DO-4: a disk that is full", () => {
  const provider = providerForAll();

  test("lets nobody sign in, signs nobody out by itself, and lets everybody sign out", async () => {
    let free = 2 ** 30;
    const disk = { freeBytes: () => free, overwritesInPlace: false };
    const { rows } = await openStore({ disk });
    const app = await start({ userPool: provider(), wrapRows: () => rows });
    const [ann, bob] = [createVisitor(), createVisitor()];
    await signInAtProvider(ann, app);

    free = 8 * 2 ** 20;

    const refused = await signInAtProvider(bob, app);
    expect([refused.status, refused.headers["retry-after"]]).toEqual([503, "5"]);
    expect(await signedInAs(ann, app)).toBe("mira");
    const ready = await bob.request("GET", `${app.appUrl}/readyz`);
    expect(ready.status).toBe(503);
    const signedOut = await ann.request("POST", `${app.appUrl}/logout`);
    expect(signedOut.status).toBe(303);
    expect(await signedInAs(ann, app)).toBeUndefined();

    free = 2 ** 30;
    await signInAtProvider(bob, app);
    expect(await signedInAs(bob, app)).toBe("mira");
  });

  test("gets no larger by what is removed, and needs no room where it overwrites in place", async () => {
    let free = 2 ** 30;
    const disk = { freeBytes: () => free, overwritesInPlace: true };
    const { rows, clock, fileSize } = await openStore({ disk });
    await fill(rows, "live", 400, clock.now + minute);
    const sizeBefore = await fileSize();

    free = 0;
    const numbers = Array.from({ length: 400 }, (_, number) => number);
    const removals = numbers.map((number) => rows.remove(`session:live-${number}`));

    expect(await Promise.all(removals)).toEqual(Array(400).fill(true));
    expect(await fileSize()).toBe(sizeBefore);
  });

  test("says so at a sign-out where overwriting takes room, too, and forgets the cookie all the same", async () => {
    let free = 2 ** 30;
    const disk = { freeBytes: () => free, overwritesInPlace: false };
    const { rows } = await openStore({ disk });
    const app = await start({ userPool: provider(), wrapRows: () => rows });
    const visitor = createVisitor();
    await signInAtProvider(visitor, app);

    free = 2 ** 20;
    const answered = await visitor.request("POST", `${app.appUrl}/logout`);

    expect(answered.status).toBe(503);
    expect(answered.text).toContain("could not confirm");
    expect(answered.setCookies).toContainEqual(expect.stringMatching(/^sign-in-\d+=;/));
  });
});
