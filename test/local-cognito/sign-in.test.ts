import { describe, expect, test } from "vitest";
import { alertOf, fieldValue, type Page } from "./support/browser.ts";
import {
  authorizeAddress,
  codeOf,
  PASSWORD,
  register,
  requestQuery,
  signIn,
  startPool,
} from "./support/pool.ts";

describe("the sign-in page", () => {
  test("says what it is, asks for name and password and leads to sign-up", async () => {
    const pool = await startPool();
    const page = await pool.browser().open(authorizeAddress(pool, { login_hint: "mi<ra" }));
    expect(page.status).toBe(200);
    expect(page.text).toContain("Local Cognito");
    expect(page.text).toMatch(/<label for="signInFormUsername"[^>]*>Username<\/label>/);
    expect(page.text).toMatch(/<label for="signInFormPassword"[^>]*>Password<\/label>/);
    expect(page.text).toContain('name="signInSubmitButton" type="submit" value="Sign in"');
    expect(page.text).toContain(">Sign up</a>");
    expect(page.text.match(/<h1/g)).toHaveLength(1);
    expect(fieldValue(page, "username")).toBe("mi<ra");
  });

  test("takes user name or verified address, in any case", async () => {
    const pool = await startPool();
    await register(pool);
    for (const username of ["mira", "MIRA", " mira ", "mira@example.org", "Mira@Example.org"]) {
      const answer = await signIn(pool, pool.browser(), { username });
      expect(answer.status).toBe(302);
      expect(codeOf(answer)).toBeTruthy();
    }
  });

  test("answers a wrong password with 400 and keeps the name that was typed", async () => {
    const pool = await startPool();
    await register(pool);
    const browser = pool.browser();
    const typed = `mira"><script>alert(1)</script>`;
    for (const username of ["mira", typed]) {
      const page = await signIn(pool, browser, { username, password: "Wrong-Horse-9" });
      expect(page.status).toBe(400);
      expect(alertOf(page)).toBe("Incorrect username or password.");
      expect(fieldValue(page, "username")).toBe(username);
      expect(page.text).not.toContain("<script");
      expect(page.text).not.toContain("Wrong-Horse-9");
      expect(browser.cookies.has("cognito")).toBe(false);
    }
  });

  test.each<[string, Record<string, string>]>([
    ["no name", { username: "" }],
    ["no password", { password: "" }],
    ["a name of 10 KB", { username: "x".repeat(10_000) }],
    ["a password of 10 KB", { password: "x".repeat(10_000) }],
    ["a name of many bytes", { username: "€".repeat(320) }],
    ["a name that grows when its spelling is settled", { username: "\ufb2c".repeat(320) }],
    ["odd characters", { username: "\u0000\uffff\u202e🐎" }],
    ["the name of a built-in", { username: "__proto__" }],
  ])("LL-8: answers %s with 400", async (_name, fields) => {
    const pool = await startPool();
    await register(pool);
    const page = await signIn(pool, pool.browser(), fields);
    expect(page.status).toBe(400);
    expect(alertOf(page)).toBe("Incorrect username or password.");
  });

  test("is cancelled when it was open for more than five minutes, and can be started again", async () => {
    const pool = await startPool();
    await register(pool);
    const browser = pool.browser();
    const fields = { username: "mira", password: PASSWORD };
    const page = await browser.open(authorizeAddress(pool));
    pool.clock.advance({ minutes: 5, seconds: 1 });
    const cancelled = await browser.submit(page, "Sign in", fields);
    expect(cancelled.status).toBe(400);
    expect(cancelled.text).toContain("Something went wrong");
    const again = /href="([^"]*)">Start again</.exec(cancelled.text)?.[1]?.replaceAll("&amp;", "&");
    const fresh = await browser.open(again ?? "");
    expect(codeOf(await browser.submit(fresh, "Sign in", fields))).toBeTruthy();
  });
});

describe("its form", () => {
  const fields = { username: "mira", password: PASSWORD };

  test("LL-7: is refused without its hidden field or its cookie", async () => {
    const pool = await startPool();
    await register(pool);
    const browser = pool.browser();
    const page = await browser.open(authorizeAddress(pool));
    for (const path of ["/login", "/signup", "/confirm", "/resendcode"]) {
      const answer = await browser.post(`${path}?${requestQuery(pool)}`, fields);
      expect(answer.status).toBe(403);
    }
    browser.cookies.clear();
    expect((await browser.submit(page, "Sign in", fields)).status).toBe(403);
  });

  test("LL-7: is refused with another browser's hidden field", async () => {
    const pool = await startPool();
    await register(pool);
    const [mine, theirs] = [pool.browser(), pool.browser()];
    const page = await mine.open(authorizeAddress(pool));
    const _csrf = fieldValue(await theirs.open(authorizeAddress(pool)), "_csrf");
    expect(_csrf).not.toBe(fieldValue(page, "_csrf"));
    expect((await mine.submit(page, "Sign in", { ...fields, _csrf })).status).toBe(403);
  });

  test("LL-7: is refused with a hidden field whose time was changed", async () => {
    const pool = await startPool();
    await register(pool);
    const browser = pool.browser();
    const page = await browser.open(authorizeAddress(pool));
    const [, mac] = fieldValue(page, "_csrf").split(".");
    const _csrf = `zzzzzzzz.${mac}`;
    expect((await browser.submit(page, "Sign in", { ...fields, _csrf })).status).toBe(403);
  });

  test("LL-7: cannot be framed, and may lead to itself and to the app only", async () => {
    const pool = await startPool();
    const { headers } = await pool.browser().open(authorizeAddress(pool));
    expect(headers.get("x-frame-options")).toBe("DENY");
    expect(headers.get("content-security-policy")?.split(";").sort()).toEqual([
      "base-uri 'none'",
      "default-src 'none'",
      "form-action 'self' http://localhost:3000",
      "frame-ancestors 'none'",
      "img-src 'self'",
      "object-src 'none'",
      expect.stringMatching(/^style-src 'self' 'sha256-[\w+/]+=*'$/),
    ]);
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("referrer-policy")).toBe("same-origin");
    expect(headers.get("cache-control")).toBe("no-store");
    expect(headers.get("access-control-allow-origin")).toBeNull();
    const cookie = headers.getSetCookie().find((line) => line.startsWith("XSRF-TOKEN="));
    expect(cookie).toMatch(/HttpOnly; SameSite=Lax$/);
  });

  test("LL-7: is answered with 302, as Cognito does and not 307, so that the browser does not send the password on", async () => {
    const pool = await startPool();
    await register(pool);
    expect((await signIn(pool, pool.browser())).status).toBe(302);
  });

  test("takes no notice of fields it does not know", async () => {
    const pool = await startPool();
    await register(pool);
    const browser = pool.browser();
    const page = await browser.open(authorizeAddress(pool));
    const others = { __proto__: "x", constructor: "x", settings: "x", "view options": "x" };
    const known = { ...fields, _csrf: fieldValue(page, "_csrf") };
    const pairs: [string, string][] = [
      ...Object.entries({ ...others, ...known }),
      ["__proto__", "x"],
    ];
    expect(codeOf(await browser.post(`/login?${requestQuery(pool)}`, pairs))).toBeTruthy();
  });

  test("refuses a repeated field, an unreadable and a huge body with 400", async () => {
    const pool = await startPool();
    const browser = pool.browser();
    const page = await browser.open(authorizeAddress(pool));
    const _csrf = fieldValue(page, "_csrf");
    const address = `/login?${requestQuery(pool)}`;
    const twice: [string, string][] = [...Object.entries({ ...fields, _csrf }), ["username", "b"]];
    expect((await browser.post(address, twice)).status).toBe(400);
    expect((await browser.post(address, { big: "x".repeat(100_000) })).status).toBe(400);
    const headers = { "content-type": "application/x-www-form-urlencoded; charset=klingon" };
    expect((await browser.request("POST", address, { headers, body: "a=b" })).status).toBe(400);
  });
});

describe("a person who does not exist", () => {
  test("LL-9: gets the answers that a wrong password gets, fifty times over", async () => {
    const pool = await startPool();
    await register(pool);
    const known = await wrongTries(pool, "mira");
    const unknown = await wrongTries(pool, "mara");
    expect(new Set(known.map(({ status }) => status))).toEqual(new Set([400]));
    expect(unknown.map(comparable("mara"))).toEqual(known.map(comparable("mira")));
  });

  async function wrongTries(pool: Awaited<ReturnType<typeof startPool>>, username: string) {
    const browser = pool.browser();
    const form = await browser.open(authorizeAddress(pool));
    const pages: Page[] = [];
    for (let i = 0; i < 50; i++) {
      pages.push(await browser.submit(form, "Sign in", { username, password: "Wrong-Horse-9" }));
    }
    return pages;
  }

  // Apart from what differs between any two answers.
  function comparable(username: string) {
    return ({ status, headers, text }: Page) => {
      const kept = [...headers].filter(
        ([name]) => !["date", "x-amz-cognito-request-id"].includes(name),
      );
      const body = text
        .replaceAll(`value="${username}"`, "")
        .replace(/name="_csrf" value="[^"]*"/g, "");
      return { status, headers: kept, body };
    };
  }
});

describe("guessing", () => {
  const LOCKED = "Password attempts exceeded";
  const WRONG = "Incorrect username or password.";

  test.each(["mira", "nobody"])(
    "LL-10: locks %s from the fifth failure for 1, 2, 4 … seconds, at most 15 minutes",
    async (username) => {
      const pool = await startPool();
      await register(pool);
      const guess = async () =>
        alertOf(await signIn(pool, pool.browser(), { username, password: "Wrong-Horse-9" }));
      for (let i = 0; i < 4; i++) expect(await guess()).toBe(WRONG);
      for (const seconds of [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900]) {
        expect(await guess()).toBe(WRONG);
        expect(await guess()).toBe(LOCKED);
        pool.clock.advance({ seconds: seconds - 1 });
        expect(await guess()).toBe(LOCKED);
        pool.clock.advance({ seconds: 1 });
      }
    },
  );

  test("LL-10: refuses the right password while locked and takes it afterwards, forgetting the failures", async () => {
    const pool = await startPool();
    await register(pool);
    const guess = (password: string) => signIn(pool, pool.browser(), { password });
    for (let i = 0; i < 5; i++) await guess("Wrong-Horse-9");
    expect(alertOf(await guess(PASSWORD))).toBe(LOCKED);
    pool.clock.advance({ seconds: 1 });
    expect(codeOf(await guess(PASSWORD))).toBeTruthy();
    for (let i = 0; i < 4; i++) expect(alertOf(await guess("Wrong-Horse-9"))).toBe(WRONG);
    expect(codeOf(await guess(PASSWORD))).toBeTruthy();
  });

  test("LL-10: forgets failures after fifteen minutes without a try", async () => {
    const pool = await startPool();
    await register(pool);
    const guess = async () =>
      alertOf(await signIn(pool, pool.browser(), { password: "Wrong-Horse-9" }));
    for (let i = 0; i < 4; i++) await guess();
    pool.clock.advance({ minutes: 15 });
    for (let i = 0; i < 5; i++) expect(await guess()).toBe(WRONG);
    expect(await guess()).toBe(LOCKED);
  });

  test("LL-10: counts guesses that come all at once", async () => {
    const pool = await startPool();
    await register(pool);
    const pages = await Promise.all(
      Array.from({ length: 30 }, () => signIn(pool, pool.browser(), { password: "Wrong-Horse-9" })),
    );
    expect(pages.filter((page) => alertOf(page) === WRONG)).toHaveLength(5);
    expect(pages.filter((page) => alertOf(page) === LOCKED)).toHaveLength(25);
  });

  test("LL-10: counts guesses under user name and address together", async () => {
    const pool = await startPool();
    await register(pool);
    const guess = (username: string, password: string) =>
      signIn(pool, pool.browser(), { username, password });
    for (const username of ["mira", "mira@example.org", "mira", "MIRA@example.org", "mira"]) {
      expect(alertOf(await guess(username, "Wrong-Horse-9"))).toBe(WRONG);
    }
    for (const username of ["mira", "mira@example.org"]) {
      expect(alertOf(await guess(username, PASSWORD))).toBe(WRONG);
    }
    pool.clock.advance({ seconds: 1 });
    expect(codeOf(await guess("mira@example.org", PASSWORD))).toBeTruthy();
  });

  test("LL-9: of an address does not show to which user name it belongs", async () => {
    const pool = await startPool();
    await register(pool);
    const told = async (names: string[]) => {
      const pages: string[] = [];
      for (const username of names) {
        const page = await signIn(pool, pool.browser(), { username, password: "Wrong-Horse-9" });
        pages.push(alertOf(page));
        if (pages.length % 4 === 0) pool.clock.advance({ seconds: 1 });
      }
      return pages;
    };
    const inTurn = (address: string, username: string) => [
      ...Array<string>(6).fill(address),
      ...Array<string>(7).fill(username),
      ...Array.from({ length: 20 }, (_, i) => (i % 2 ? address : username)),
    ];
    const known = await told(inTurn("mira@example.org", "mira"));
    expect(known).toEqual(await told(inTurn("mara@example.org", "mara")));
    expect(known.slice(4, 8)).toEqual([WRONG, LOCKED, WRONG, WRONG]);
  });

  test("LL-10: lets many people sign in at once, also under one name", async () => {
    const pool = await startPool();
    await register(pool);
    const answers = await Promise.all(
      Array.from({ length: 60 }, () => signIn(pool, pool.browser())),
    );
    expect(answers.filter((answer) => codeOf(answer) !== "")).toHaveLength(60);
  });

  test("LL-10: of one name does not lock another", async () => {
    const pool = await startPool();
    await register(pool);
    for (let i = 0; i < 6; i++) await signIn(pool, pool.browser(), { username: "other" });
    expect(codeOf(await signIn(pool, pool.browser()))).toBeTruthy();
  });
});
