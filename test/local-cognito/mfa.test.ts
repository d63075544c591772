import { describe, expect, test } from "vitest";
import { openPoolDatabase } from "../../src/local-cognito/pool/pool-database.ts";
import { createPasswords } from "../../src/local-cognito/users/passwords.ts";
import { newUser } from "../../src/local-cognito/users/user.ts";
import { UserDirectory } from "../../src/local-cognito/users/user-directory.ts";
import { copyNewPool } from "../support/pool-template.ts";
import { temporaryDirectory } from "../support/temporary-directory.ts";
import { administer, createUser, TEMPORARY_PASSWORD } from "./support/admin.ts";
import { alertOf, type Page } from "./support/browser.ts";
import {
  authorizeAddress,
  codeOf,
  newestCode,
  PASSWORD,
  register,
  requestQuery,
  signIn,
  signUp,
  startPool,
  type TestPool,
} from "./support/pool.ts";
import { askForCode, chooseNewPassword, NEW_PASSWORD } from "./support/recovery.ts";
import { enrolMira, reachSetUp, required, setUpApp, totp, wrongCode } from "./support/totp.ts";

const WRONG = "Invalid code received for user";
const LOCKED = "Password attempts exceeded";
const USED = "Your software token has already been used once.";
const TOO_LATE = "Invalid session for the user, session is expired.";

/** Proves the password, and ends at the page that asks for a code. */
async function reachCode(pool: TestPool, browser = pool.browser()): Promise<Page> {
  const page = await browser.follow(await signIn(pool, browser));
  expect(page.url).toMatch(`${pool.origin}/mfa?`);
  return page;
}

async function typeCode(pool: TestPool, code: string, browser = pool.browser()): Promise<Page> {
  return browser.submit(await reachCode(pool, browser), "Sign in", { code });
}

/** A pool with mira and her app, half a minute after the code that enrolled it. */
async function poolWithApp(): Promise<{ pool: TestPool; secret: string }> {
  const pool = await startPool(required);
  const secret = await enrolMira(pool);
  pool.clock.advance({ seconds: 60 });
  return { pool, secret };
}

describe("with an authenticator app, signing in", () => {
  test("asks for a code after the password, which alone begins no session", async () => {
    const { pool, secret } = await poolWithApp();
    const browser = pool.browser();
    const page = await reachCode(pool, browser);
    expect(browser.cookies.has("cognito")).toBe(false);
    const silent = await browser.get(authorizeAddress(pool, { prompt: "none" }));
    expect(silent.location).toContain("error=login_required");
    expect(page.text).toMatch(
      /name="code"[^>]*autocomplete="one-time-code"[^>]*inputmode="numeric"/s,
    );

    const code = totp(secret, pool.clock.ms);
    const answer = await browser.submit(page, "Sign in", {
      code: `${code.slice(0, 3)} ${code.slice(3)}`,
    });
    expect(answer.status).toBe(302);
    expect(codeOf(answer)).toBeTruthy();
    expect(codeOf(await browser.get(authorizeAddress(pool)))).toBeTruthy();
  });

  test("is not lost by a second click on the button before it", async () => {
    const pool = await startPool();
    const browser = pool.browser();
    const page = await signUp(pool, browser);
    const secret = await setUpApp(pool, "mira");
    const code = await newestCode(browser);
    await browser.submit(page, "Confirm account", { code });
    const second = await browser.follow(await browser.submit(page, "Confirm account", { code }));
    expect(second.url).toMatch(`${pool.origin}/mfa?`);
    const answer = await browser.submit(second, "Sign in", { code: totp(secret, pool.clock.ms) });
    expect(codeOf(answer)).toBeTruthy();
  });

  test("is not lost by a second click after a new password either", async () => {
    const pool = await startPool();
    await createUser(pool);
    await setUpApp(pool, "ann");
    const browser = pool.browser();
    const given = { username: "ann", password: TEMPORARY_PASSWORD };
    const page = await browser.follow(await signIn(pool, browser, given));
    const fields = { password: NEW_PASSWORD, passwordAgain: NEW_PASSWORD };
    await browser.submit(page, "Change password", fields);
    const second = await browser.follow(await browser.submit(page, "Change password", fields));
    expect(second.url).toMatch(`${pool.origin}/mfa?`);
  });

  test.each([
    [59, "287082"],
    [1_111_111_109, "081804"],
    [1_111_111_111, "050471"],
    [1_234_567_890, "005924"],
    [2_000_000_000, "279037"],
    [20_000_000_000, "353130"],
  ])("takes the code that RFC 6238 has for the second %i: %s", async (seconds, code) => {
    const pool = await poolWithKnownSecret();
    pool.clock.ms = seconds * 1000;
    expect(codeOf(await typeCode(pool, code))).toBeTruthy();
  });

  test("takes the code of the step before and after, and none further off", async () => {
    const { pool, secret } = await poolWithApp();
    for (const offset of [-2, 2]) {
      const page = await typeCode(pool, totp(secret, pool.clock.ms, offset));
      expect(page.status).toBe(400);
      expect(alertOf(page)).toBe(WRONG);
    }
    for (const offset of [-1, 1]) {
      expect(codeOf(await typeCode(pool, totp(secret, pool.clock.ms, offset)))).toBeTruthy();
    }
  });

  test("takes no code twice: not in another browser, not after a restart, not the one before it", async () => {
    const { pool, secret } = await poolWithApp();
    const [earlier, code] = [-1, 0].map((offset) => totp(secret, pool.clock.ms, offset));
    expect(codeOf(await typeCode(pool, code ?? ""))).toBeTruthy();
    expect(alertOf(await typeCode(pool, code ?? ""))).toBe(USED);
    expect(alertOf(await typeCode(pool, earlier ?? ""))).toBe(USED);
    await pool.close();
    const { dataDirectory, clock } = pool;
    const again = await startPool({ ...required, dataDirectory, now: clock.now });
    expect(alertOf(await typeCode({ ...again, clock }, code ?? ""))).toBe(USED);
  });

  test("takes a code once of five browsers that send it at the same moment", async () => {
    const { pool, secret } = await poolWithApp();
    const code = totp(secret, pool.clock.ms);
    const pages = await Promise.all(Array.from({ length: 5 }, () => typeCode(pool, code)));
    expect(pages.filter(({ status }) => status === 302)).toHaveLength(1);
  });

  test.each(["", "12345", "1234567", "abcdef", "１２３４５６", "__proto__"])(
    "answers %j with 400",
    async (code) => {
      const { pool } = await poolWithApp();
      const page = await typeCode(pool, code);
      expect(page.status).toBe(400);
      expect(alertOf(page)).toBe(WRONG);
    },
  );

  test("takes three minutes at most: then the password is asked for again", async () => {
    const { pool, secret } = await poolWithApp();
    const browser = pool.browser();
    const page = await reachCode(pool, browser);
    pool.clock.advance({ minutes: 3 });
    const code = totp(secret, pool.clock.ms);
    const late = await browser.submit(page, "Sign in", { code });
    expect(late.status).toBe(400);
    expect(alertOf(late)).toBe(TOO_LATE);
    expect(browser.cookies.has("cognito")).toBe(false);
    expect(late.text).toContain('action="/login?');
    expect((await browser.open(`/mfa?${requestQuery(pool)}`)).url).toMatch(`${pool.origin}/login?`);
    const fields = { username: "mira", password: PASSWORD };
    const asked = await browser.follow(await browser.submit(late, "Sign in", fields));
    expect(codeOf(await browser.submit(asked, "Sign in", { code }))).toBeTruthy();
  });

  test("cannot be finished from another browser, nor with a form from elsewhere", async () => {
    const { pool, secret } = await poolWithApp();
    const page = await reachCode(pool);
    const code = totp(secret, pool.clock.ms);
    const stranger = pool.browser();
    expect((await stranger.submit(page, "Sign in", { code })).status).toBe(403);
    const theirs = await stranger.open(authorizeAddress(pool));
    const answer = await stranger.post(page.url, { code, _csrf: csrfOf(theirs) });
    expect(alertOf(answer)).toBe(TOO_LATE);
    expect(stranger.cookies.has("cognito")).toBe(false);
  });

  test("finishes what a second click on the button would have lost", async () => {
    const { pool, secret } = await poolWithApp();
    const browser = pool.browser();
    const page = await reachCode(pool, browser);
    const code = totp(secret, pool.clock.ms);
    for (let clicks = 0; clicks < 2; clicks++) {
      const answer = await browser.submit(page, "Sign in", { code });
      expect(codeOf(await browser.follow(answer))).toBeTruthy();
    }
  });

  test("is refused to somebody who was disabled after the password", async () => {
    const { pool, secret } = await poolWithApp();
    const browser = pool.browser();
    const page = await reachCode(pool, browser);
    await administer(pool, "/mira/disable");
    const code = totp(secret, pool.clock.ms);
    expect(alertOf(await browser.submit(page, "Sign in", { code }))).toBe(TOO_LATE);
  });

  test("asks for the code after a forgotten password, too", async () => {
    const { pool, secret } = await poolWithApp();
    const browser = pool.browser();
    const form = await askForCode(pool, browser);
    const done = await chooseNewPassword(browser, form, await newestCode(browser));
    expect(done.location).toMatch(`${pool.origin}/login?`);
    expect(browser.cookies.has("cognito")).toBe(false);
    const asked = await browser.follow(await signIn(pool, browser, { password: NEW_PASSWORD }));
    const code = totp(secret, pool.clock.ms);
    expect(codeOf(await browser.submit(asked, "Sign in", { code }))).toBeTruthy();
  });
});

describe("wrong codes", () => {
  test("LL-10: lock from the fifth on for 1, 2, 4 … seconds, at most 15 minutes, whoever has the password", async () => {
    const { pool, secret } = await poolWithApp();
    const guess = async () => alertOf(await typeCode(pool, wrongCode(secret, pool.clock.ms)));
    for (let i = 0; i < 4; i++) expect(await guess()).toBe(WRONG);
    for (const seconds of [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900]) {
      expect(await guess()).toBe(WRONG);
      expect(await guess()).toBe(LOCKED);
      pool.clock.advance({ seconds: seconds - 1 });
      expect(alertOf(await typeCode(pool, totp(secret, pool.clock.ms)))).toBe(LOCKED);
      pool.clock.advance({ seconds: 1 });
    }
    expect(codeOf(await typeCode(pool, totp(secret, pool.clock.ms)))).toBeTruthy();
    for (let i = 0; i < 4; i++) expect(await guess()).toBe(WRONG);
  });

  test("LL-10: are counted one by one when they come all at once, and each user's apart", async () => {
    const { pool, secret } = await poolWithApp();
    await reachSetUp(pool, pool.browser(), { username: "noor", email: "noor@example.org" });
    const code = totp(await setUpApp(pool, "noor"), pool.clock.ms);
    const wrong = wrongCode(secret, pool.clock.ms);
    const pages = await Promise.all(Array.from({ length: 12 }, () => typeCode(pool, wrong)));
    expect(pages.filter((page) => alertOf(page) === WRONG)).toHaveLength(5);
    expect(pages.filter((page) => alertOf(page) === LOCKED)).toHaveLength(7);
    const browser = pool.browser();
    const asked = await browser.follow(await signIn(pool, browser, { username: "noor" }));
    expect(codeOf(await browser.submit(asked, "Sign in", { code }))).toBeTruthy();
  });
});

describe("the pool's MFA", () => {
  test("OPTIONAL asks those who have an app, and offers it to nobody", async () => {
    const pool = await startPool();
    const browser = pool.browser();
    expect(codeOf(await register(pool, browser))).toBeTruthy();
    expect(codeOf(await signIn(pool, pool.browser()))).toBeTruthy();
    const secret = await setUpApp(pool, "mira");
    expect(codeOf(await typeCode(pool, totp(secret, pool.clock.ms)))).toBeTruthy();
  });

  test("OFF asks nobody, not even those who have one", async () => {
    const { pool } = await poolWithApp();
    await pool.close();
    const { dataDirectory, clock } = pool;
    const settings = { ...required.settings, mfa: "OFF" as const };
    const again = await startPool({ settings, dataDirectory, now: clock.now });
    expect(codeOf(await signIn(again, again.browser()))).toBeTruthy();
  });
});

async function poolWithKnownSecret(): Promise<TestPool> {
  const dataDirectory = await temporaryDirectory();
  await copyNewPool(dataDirectory);
  const database = openPoolDatabase(dataDirectory);
  const secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"; // "12345678901234567890" in base32, RFC 6238 appendix B
  const addedAt = new Date(0).toISOString();
  const user = newUser({
    username: "mira",
    status: "CONFIRMED",
    attributes: { email: "mira@example.org" },
    createdAt: addedAt,
    password: await createPasswords({ N: 16, r: 1, p: 1 }, "local_1").hash(PASSWORD, "mira"),
    authenticatorApp: { secret, addedAt, lastStep: 0 },
  });
  new UserDirectory(database).add(user);
  await database.close();
  return startPool({ dataDirectory });
}

function csrfOf(page: Page): string {
  return /name="_csrf" value="([^"]*)"/.exec(page.text)?.[1] ?? "";
}
