import { describe, expect, test } from "vitest";
import { alertOf, fieldValue } from "./support/browser.ts";
import { redeem, userInfo } from "./support/client.ts";
import {
  authorizeAddress,
  callbackOf,
  codeOf,
  newestCode,
  PASSWORD,
  readInbox,
  register,
  requestQuery,
  signIn,
  signUp,
  startPool,
} from "./support/pool.ts";

describe("signing up", () => {
  test("leads from the sign-in page over the inbox to the app, signed in", async () => {
    const pool = await startPool();
    const browser = pool.browser();
    const signInPage = await browser.open(authorizeAddress(pool, { state: "s-1" }));
    const link = />Need an account\?<\/span>\s*<a href="([^"]*)">Sign up</.exec(
      signInPage.text,
    )?.[1];
    const form = await browser.get(link?.replaceAll("&amp;", "&") ?? "");
    const values = { username: "mira", email: "mira@example.org", password: PASSWORD };
    const sent = await browser.submit(form, "Sign up", values);
    expect(sent.status).toBe(302);
    expect(sent.location).toMatch(`${pool.origin}/confirm?`);

    const confirmPage = await browser.follow(sent);
    expect(confirmPage.text).toContain("m****@e****");
    expect(confirmPage.text).toContain('href="/_local/inbox"');
    const [mail, ...others] = await readInbox(browser);
    expect(others).toEqual([]);
    expect(mail).toEqual({
      to: "mira@example.org",
      subject: "Your verification code",
      body: `Your verification code is ${mail?.code}. `,
      code: expect.stringMatching(/^\d{6}$/),
      sentAt: new Date(pool.clock.ms).toISOString(),
    });

    const done = await browser.submit(confirmPage, "Confirm account", { code: mail?.code ?? "" });
    expect(done.status).toBe(302);
    expect(callbackOf(done).get("state")).toBe("s-1");
    expect((await redeem(pool, codeOf(done))).status).toBe(200);
    expect(codeOf(await browser.get(authorizeAddress(pool)))).toBeTruthy();
    const users = await browser.get("/_local/users", { accept: "application/json" });
    expect(JSON.parse(users.text)).toEqual([
      {
        username: "mira",
        sub: expect.stringMatching(/^[\da-f-]{36}$/),
        email: "mira@example.org",
        emailVerified: true,
        status: "CONFIRMED",
        enabled: true,
        createdAt: new Date(pool.clock.ms).toISOString(),
      },
    ]);
  });

  const policy = "Password did not conform with policy: Password";
  test.each([
    ["a short password", { password: "Ab1!xyz" }, `${policy} not long enough`],
    ["no upper case", { password: "abcdef1!" }, `${policy} must have uppercase characters`],
    ["no lower case", { password: "ABCDEF1!" }, `${policy} must have lowercase characters`],
    ["no number", { password: "Abcdefg!" }, `${policy} must have numeric characters`],
    ["no symbol", { password: "Abcdefg1" }, `${policy} must have symbol characters`],
    [
      "a space at the end",
      { password: "Abcdefg1 " },
      `${policy} must not begin or end with a space`,
    ],
    ["257 characters", { password: `Ab1!${"x".repeat(253)}` }, `${policy} too long`],
    ["everything wrong", { password: "é" }, `${policy} not long enough`],
    ["no user name", { username: " " }, "Username cannot be empty."],
    ["a space in it", { username: "a b" }, "Username cannot contain white space (U+0020)."],
    [
      "a long one",
      { username: "a".repeat(129) },
      "Username must be 1 to 128 characters, without spaces.",
    ],
    [
      "an address for a user name",
      { username: "mira@example.org" },
      "Username cannot be of email format, since user pool is configured for email alias.",
    ],
    [
      "no address",
      { email: "" },
      "Attributes did not conform to the schema: email: The attribute is required",
    ],
    ["half an address", { email: "mira@" }, "Invalid email address format."],
  ])(
    "LL-8: answers %s with the rule it breaks and keeps the rest",
    async (_name, values, message) => {
      const pool = await startPool();
      const browser = pool.browser();
      const page = await signUp(pool, browser, values);
      expect(page.status).toBe(400);
      expect(alertOf(page)).toBe(message);
      const typed = { username: "mira", email: "mira@example.org", ...values };
      expect(fieldValue(page, "username")).toBe(typed.username.trim());
      expect(fieldValue(page, "email")).toBe(typed.email);
      expect(page.text).not.toContain(PASSWORD);
      expect(await readInbox(browser)).toEqual([]);
    },
  );

  test.each([
    "Passwort mit Leerzeichen 1",
    "Ünïcödé-🐎-Aa1",
    `Aa1!${"x".repeat(252)}`,
    `Aa1!${"é".repeat(40)}`,
  ])("LL-8: takes %s, to its last character", async (password) => {
    const pool = await startPool();
    expect(codeOf(await register(pool, pool.browser(), { password }))).toBeTruthy();
    expect(codeOf(await signIn(pool, pool.browser(), { password }))).toBeTruthy();
    const shortened = [...password].slice(0, -1).join("");
    const page = await signIn(pool, pool.browser(), { password: shortened });
    expect(page.status).toBe(400);
  });

  test("says so when the user name is taken, in whatever case", async () => {
    const pool = await startPool();
    await register(pool);
    const page = await signUp(pool, pool.browser(), { username: "MIRA", email: "b@example.org" });
    expect(page.status).toBe(400);
    expect(alertOf(page)).toBe("User already exists");
  });

  test("takes two spellings of one name for the same user", async () => {
    const pool = await startPool();
    const [composed, decomposed] = ["Zo\u00eb", "Zoe\u0308"];
    await register(pool, pool.browser(), { username: decomposed });
    const again = { username: composed, email: "b@example.org" };
    expect(alertOf(await signUp(pool, pool.browser(), again))).toBe("User already exists");
    for (const username of [composed, decomposed, composed.toUpperCase()]) {
      const answer = await signIn(pool, pool.browser(), { username });
      const { body } = await redeem(pool, codeOf(answer));
      expect((await userInfo(pool, body.access_token)).body.username).toBe(composed);
    }
  });

  test("costs one write to the database", async () => {
    let writes = 0;
    const freeBytes = () => {
      writes += 1;
      return 2 ** 30;
    };
    const pool = await startPool({ freeBytes });
    const browser = pool.browser();
    const form = await browser.get(`/signup?${requestQuery(pool)}`);
    writes = 0;
    const values = { username: "mira", email: "mira@example.org", password: PASSWORD };
    expect((await browser.submit(form, "Sign up", values)).status).toBe(302);
    expect(writes).toBe(1);
  });

  test("gives a user name to one of many who ask for it at once", async () => {
    const pool = await startPool();
    const pages = await Promise.all(
      Array.from({ length: 10 }, (_, i) =>
        signUp(pool, pool.browser(), { email: `mira${i}@example.org` }),
      ),
    );
    expect(pages.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(pages.map(alertOf).filter(Boolean)).toEqual(Array(9).fill("User already exists"));
    expect(await readInbox(pool.browser())).toHaveLength(1);
  });

  test("lets two people give one address, and the first to confirm keep it", async () => {
    const pool = await startPool();
    const late = pool.browser();
    const latePage = await signUp(pool, late, { username: "late" });
    const lateCode = await newestCode(late);
    await register(pool, pool.browser(), { email: "MIRA@example.org" });
    const page = await late.submit(latePage, "Confirm account", { code: lateCode });
    expect(page.status).toBe(400);
    expect(alertOf(page)).toBe("An account with the given email already exists.");
    for (const path of ["/login", "/signup"])
      expect(page.text).toContain(`href="${path}?client_id`);
    const back = await signIn(pool, pool.browser(), { username: "mira@EXAMPLE.org" });
    expect(codeOf(back)).toBeTruthy();
  });
});

describe("confirming", () => {
  test("answers a wrong code with 400 and takes the right one afterwards", async () => {
    const pool = await startPool();
    const browser = pool.browser();
    const page = await signUp(pool, browser);
    const code = await newestCode(browser);
    const wrong = String((Number(code) + 1) % 1_000_000).padStart(6, "0");
    for (const bad of [wrong, "", "x".repeat(5000), `${code}0`]) {
      const refused = await browser.submit(page, "Confirm account", { code: bad });
      expect(refused.status).toBe(400);
      expect(alertOf(refused)).toBe("Invalid verification code provided, please try again.");
    }
    expect(
      codeOf(await browser.submit(page, "Confirm account", { code: ` ${code} ` })),
    ).toBeTruthy();
  });

  test("takes only the newest code", async () => {
    const pool = await startPool();
    const browser = pool.browser();
    const page = await signUp(pool, browser);
    const first = await newestCode(browser);
    const again = await browser.submit(page, "Resend it");
    expect(again.status).toBe(302);
    const fresh = await browser.follow(again);
    const second = await newestCode(browser);
    expect(await readInbox(browser)).toHaveLength(2);
    if (first !== second) {
      const refused = await browser.submit(fresh, "Confirm account", { code: first });
      expect(refused.status).toBe(400);
    }
    expect(codeOf(await browser.submit(fresh, "Confirm account", { code: second }))).toBeTruthy();
  });

  test("takes a code for a day, and then says that another is needed", async () => {
    const pool = await startPool();
    const browser = pool.browser();
    const page = await signUp(pool, browser);
    const code = await newestCode(browser);
    pool.clock.advance({ minutes: 24 * 60 });
    const late = await browser.submit(page, "Confirm account", { code });
    expect(late.status).toBe(400);
    expect(alertOf(late)).toBe("Invalid code provided, please request a code again.");
    await browser.submit(late, "Resend it");
    pool.clock.advance({ minutes: 24 * 60 - 1 });
    const fresh = await newestCode(browser);
    expect(codeOf(await browser.submit(page, "Confirm account", { code: fresh }))).toBeTruthy();
  });

  test("sends a code five times an hour and checks one fifteen times", async () => {
    const pool = await startPool();
    const browser = pool.browser();
    const page = await signUp(pool, browser);
    for (let i = 0; i < 5; i++) await browser.submit(page, "Resend it");
    const sixth = await browser.submit(page, "Resend it");
    expect(sixth.status).toBe(400);
    expect(alertOf(sixth)).toBe("Attempt limit exceeded, please try after some time.");
    expect(await readInbox(browser)).toHaveLength(6);

    const code = await newestCode(browser);
    for (let i = 0; i < 15; i++) await browser.submit(page, "Confirm account", { code: "wrong" });
    const refused = await browser.submit(page, "Confirm account", { code });
    expect(alertOf(refused)).toBe("Attempt limit exceeded, please try after some time.");
    pool.clock.advance({ minutes: 60 });
    expect(codeOf(await browser.submit(page, "Confirm account", { code }))).toBeTruthy();
  });

  test("is for the browser that signed up; any other is asked to sign in", async () => {
    const pool = await startPool();
    const browser = pool.browser();
    await signUp(pool, browser);
    const page = await pool.browser().open(`/confirm?${requestQuery(pool)}`);
    expect(new URL(page.url).pathname).toBe("/login");
  });

  test("forgives a second click on the button", async () => {
    const pool = await startPool();
    const browser = pool.browser();
    const page = await signUp(pool, browser);
    const code = await newestCode(browser);
    await browser.submit(page, "Confirm account", { code });
    const again = await browser.submit(page, "Confirm account", { code });
    expect(codeOf(await browser.follow(again))).toBeTruthy();
  });

  test("is where a right password leads before the address is confirmed, with a fresh code", async () => {
    const pool = await startPool();
    await signUp(pool, pool.browser());
    const other = pool.browser();
    const answer = await signIn(pool, other);
    expect(answer.status).toBe(302);
    const page = await other.follow(answer);
    expect(await readInbox(other)).toHaveLength(2);
    const code = await newestCode(other);
    expect(codeOf(await other.submit(page, "Confirm account", { code }))).toBeTruthy();
  });

  test("does not yet let the address stand for the user name", async () => {
    const pool = await startPool();
    await signUp(pool, pool.browser());
    const page = await signIn(pool, pool.browser(), { username: "mira@example.org" });
    expect(alertOf(page)).toBe("Incorrect username or password.");
  });
});
