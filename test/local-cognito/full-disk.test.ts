import { describe, expect, onTestFinished, test } from "vitest";
import { openPoolDatabase } from "../../src/local-cognito/pool/pool-database.ts";
import { temporaryDirectory } from "../support/temporary-directory.ts";
import { redeem } from "./support/client.ts";
import {
  authorizeAddress,
  callbackOf,
  codeOf,
  PASSWORD,
  readInbox,
  register,
  requestQuery,
  signIn,
  startPool,
} from "./support/pool.ts";

/** A pool on a disk that is full from the moment it is filled until it is cleared. */
async function poolOnSmallDisk() {
  const reported: unknown[] = [];
  let free = 2 ** 30;
  const pool = await startPool({
    freeBytes: () => free,
    report: (error) => reported.push(error),
  });
  const fill = () => {
    free = 2 ** 20;
  };
  const clear = () => {
    free = 2 ** 30;
  };
  return { pool, reported, fill, clear };
}

describe("a full disk", () => {
  test("DO-4: ends a sign-up with server_error and no trace of it, and nothing else", async () => {
    const { pool, reported, fill, clear } = await poolOnSmallDisk();
    const browser = pool.browser();
    const form = await browser.get(`/signup?${requestQuery(pool)}`);
    const values = { username: "mira", email: "mira@example.org", password: PASSWORD };
    fill();
    const refused = await browser.submit(form, "Sign up", values);
    expect(refused.status).toBe(302);
    expect(callbackOf(refused).get("error")).toBe("server_error");
    expect(String(reported)).toMatch(/is full[\s\S]*DATA_DIR/);
    expect((await browser.get("/_local/users")).text).toContain("Nobody has signed up yet.");
    expect(await readInbox(browser)).toEqual([]);
    clear();
    expect((await browser.submit(form, "Sign up", values)).status).toBe(302);
    expect(await readInbox(browser)).toHaveLength(1);
  });

  test("DO-4: lets nobody sign in or out half-way, and gives no token", async () => {
    const { pool, fill, clear } = await poolOnSmallDisk();
    const browser = pool.browser();
    await register(pool, browser);
    const code = codeOf(await browser.get(authorizeAddress(pool)));
    fill();
    const other = pool.browser();
    expect(callbackOf(await signIn(pool, other)).get("error")).toBe("server_error");
    expect(other.cookies.has("cognito")).toBe(false);
    expect(await redeem(pool, code)).toMatchObject({
      status: 500,
      body: { error: "server_error" },
    });
    expect((await browser.get(`/logout?client_id=${pool.clientId}`)).status).toBe(500);
    clear();
    expect(codeOf(await signIn(pool, other))).toBeTruthy();
  });

  test("DO-4: is said at the start", async () => {
    await expect(startPool({ freeBytes: () => 0 })).rejects.toThrow("Free some space there");
  });
});

describe("a write that fails", () => {
  test("DO-4: throws at once, undoes what went with it, and leaves the next one alone", async () => {
    const database = openPoolDatabase(await temporaryDirectory());
    onTestFinished(() => database.close());
    const rows = database.table<number>("rows");
    rows.put("kept", 1);
    const write = () =>
      database.inOneWrite(() => {
        rows.put("new", 2);
        rows.remove("kept");
        rows.put("longer than a key may be".repeat(100), 3);
      });
    expect(write).toThrow("maximum key size");
    expect(rows.entries()).toEqual([{ key: "kept", value: 1 }]);
    rows.put("next", 4);
    expect(rows.get("next")).toBe(4);
  });
});
