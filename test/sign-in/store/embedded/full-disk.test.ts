import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { describe, expect, onTestFinished, test } from "vitest";
import { openEmbeddedRowStore } from "../../../../src/sign-in/store/embedded/row-store.ts";
import { builtModule } from "../../../support/built-app.ts";
import { providerForAll } from "../../../support/provider-for-all.ts";
import { signInAtProvider } from "../../../support/refused.ts";
import { signedInAs } from "../../../support/signed-in.ts";
import { canMount, mountSmallDisk } from "../../../support/small-disk.ts";
import { poolSettings } from "../../../support/spawn-server.ts";
import { start, testSecret } from "../../../support/start.ts";
import { createVisitor } from "../../../support/visitor.ts";

describe.runIf(canMount())("DO-4: on a disk without a byte left", () => {
  const provider = providerForAll();

  test("everybody can sign out, the operator can end sessions, and nobody can sign in", async () => {
    const disk = await mountSmallDisk(32);
    const { directory } = disk;
    const app = await start({ userPool: provider(), dataDirectory: directory });
    const [ann, bob, mira] = [createVisitor(), createVisitor(), createVisitor()];
    for (const visitor of [ann, bob]) await signInAtProvider(visitor, app);

    disk.fill();

    expect((await signInAtProvider(mira, app)).status).toBe(503);
    expect((await ann.request("POST", `${app.appUrl}/logout`)).status).toBe(303);
    expect(await signedInAs(ann, app)).toBeUndefined();
    expect(await signedInAs(bob, app)).toBe("mira");
    expect(await endSessionsOf(String(provider().user.sub), directory)).toMatch(/^Ended 1 session/);
    expect(await signedInAs(bob, app)).toBeUndefined();
    expect(provider().count("/oauth2/revoke")).toBe(2);
    expect(disk.freeBytes()).toBe(0);
  });

  test("a thousand rows go at once, and many more one after another, in a store that others have filled", async () => {
    const disk = await mountSmallDisk(64);
    const stores = [await openStore(disk.directory), await openStore(disk.directory)];
    const until = Date.now() + 60_000;
    const keys = Array.from({ length: 4000 }, (_, number) => `session:${(number * 7919) % 4000}`);
    const add = (key: string, at: number) =>
      stores[at % 2]?.insert(key, Buffer.alloc(at % 5 ? 1600 : 6000, "x"), until);
    for (let first = 0; first < keys.length; first += 50)
      await Promise.all(keys.slice(first, first + 50).map(add));

    disk.fill();

    const remove = (key: string, at: number) => stores[at % 2]?.remove(key);
    const removed = await Promise.all(keys.slice(0, 1000).map(remove));
    for (const [at, key] of keys.slice(1000, 2000).entries()) removed.push(await remove(key, at));
    expect(removed.filter((isRemoved) => isRemoved === true)).toHaveLength(2000);
    expect(await stores[0]?.read(keys[1999] as string)).toBeUndefined();
    expect(await stores[1]?.read(keys[2000] as string)).toBeDefined();
  });

  /** In a process of its own, as an operator does. */
  async function endSessionsOf(sub: string, dataDirectory: string): Promise<string> {
    const command = [builtModule("operator/sessions.js"), "end", sub];
    const env = {
      ...poolSettings(provider()),
      SESSION_SECRET: testSecret,
      DATA_DIR: dataDirectory,
    };
    const { stdout } = await promisify(execFile)(process.execPath, command, { env });
    return stdout;
  }
});

async function openStore(directory: string) {
  const rows = await openEmbeddedRowStore(directory, Date.now);
  onTestFinished(() => rows.close());
  return rows;
}
