import { describe, expect, test } from "vitest";
import { alertOf, type Page } from "./support/browser.ts";
import {
  codeOf,
  newestCode,
  readInbox,
  register,
  requestQuery,
  signIn,
  startPool,
  type TestPool,
} from "./support/pool.ts";
import { askForCode, chooseNewPassword, MISMATCH } from "./support/recovery.ts";

const LIMIT = "Attempt limit exceeded, please try after some time.";

describe("guessing at recovery", () => {
  test("LL-10: is over after twenty tries in an hour, codes asked for included, whoever it is", async () => {
    const pool = await startPool();
    await register(pool);
    for (const username of ["mira", "nobody"]) {
      const browser = pool.browser();
      const page = await askForCode(pool, browser, username);
      const code = await newestCode(browser);
      for (let i = 0; i < 19; i++) {
        expect(alertOf(await chooseNewPassword(browser, page, "wrong"))).toBe(MISMATCH);
      }
      expect(alertOf(await chooseNewPassword(browser, page, code))).toBe(LIMIT);
      expect(alertOf(await askForCode(pool, browser, username))).toBe(LIMIT);
      pool.clock.advance({ minutes: 60 });
      expect(alertOf(await askForCode(pool, browser, username))).toBe("");
    }
  });

  test("LL-10: counts guesses under user name and address together, and says so under neither", async () => {
    const pool = await startPool();
    await register(pool);
    const byAddress = pool.browser();
    const page = await askForCode(pool, byAddress, "mira@example.org");
    for (let i = 0; i < 19; i++) await chooseNewPassword(byAddress, page, "wrong");
    const browser = pool.browser();
    const other = await askForCode(pool, browser, "mira");
    expect(await readInbox(browser)).toHaveLength(2);
    expect(alertOf(await chooseNewPassword(browser, other, await newestCode(browser)))).toBe(
      MISMATCH,
    );
    expect(codeOf(await signIn(pool, pool.browser()))).toBeTruthy();
  });
});

describe("a person who does not exist", () => {
  test("LL-9: gets the answers that a user gets, fifty times over", async () => {
    const pool = await startPool();
    await register(pool);
    for (const [user, nobody, times] of [
      ["mira", "mara", 50],
      ["Mira@example.org", "Mara@example.org", 5],
    ] as const) {
      const known = await tries(pool, user, times);
      const unknown = await tries(pool, nobody, times);
      expect(new Set(known.map(({ status }) => status))).toEqual(new Set([302, 200, 400]));
      expect(unknown.map(comparable)).toEqual(known.map(comparable));
      pool.clock.advance({ minutes: 60 });
    }
  });

  test("LL-9: costs the one write to the database that a user costs", async () => {
    let writes = 0;
    const freeBytes = () => {
      writes += 1;
      return 2 ** 30;
    };
    const pool = await startPool({ freeBytes });
    await register(pool);
    for (const username of ["mira", "mara"]) {
      writes = 0;
      const page = await askForCode(pool, pool.browser(), username);
      expect([new URL(page.url).pathname, writes]).toEqual(["/confirmForgotPassword", 1]);
    }
  });

  test("LL-9: has an address to all appearances, the same one each time", async () => {
    const pool = await startPool();
    const seen = new Set<string | undefined>();
    for (let i = 0; i < 3; i++) {
      const { text } = await askForCode(pool, pool.browser(), "mara");
      seen.add(/\w\*{4}@\w\*{4}/.exec(text)?.[0]);
    }
    expect([...seen]).toEqual([expect.stringMatching(/^[a-z]\*{4}@[a-z]\*{4}$/)]);
    const { text } = await askForCode(pool, pool.browser(), "Zoe@Kites.example");
    expect(text).toContain("z****@k****");
    expect(await readInbox(pool.browser())).toEqual([]);
  });

  /** Every answer from asking to the last try, the refusals for too many included. */
  async function tries(pool: TestPool, username: string, times: number): Promise<Page[]> {
    const browser = pool.browser();
    const form = await browser.get(`/forgotPassword?${requestQuery(pool)}`);
    const asked = await browser.submit(form, "Send me a code", { username });
    const page = await browser.follow(asked);
    const pages = [asked, page];
    for (let i = 0; i < times; i++) pages.push(await chooseNewPassword(browser, page, "wrong"));
    return pages;
  }

  // Apart from what differs between any two answers, and whose address it seems to be.
  function comparable({ status, headers, text }: Page) {
    const kept = [...headers]
      .filter(([name]) => !["date", "x-amz-cognito-request-id"].includes(name))
      .map(([name, value]) => [
        name,
        value.replace(
          /page-data-recovery-\d+=[\w-]{43}|XSRF-TOKEN=[\da-f-]{36}|Expires=[^;]*/g,
          "",
        ),
      ]);
    const body = text.replace(/\w\*{4}@\w\*{4}/, "").replace(/name="_csrf" value="[^"]*"/g, "");
    return { status, headers: kept, body };
  }
});
