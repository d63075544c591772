import { describe, expect, test } from "vitest";
import { administer, createUser } from "./support/admin.ts";
import { alertOf, fieldValue, type Page } from "./support/browser.ts";
import { redeem, refresh } from "./support/client.ts";
import {
  authorizeAddress,
  callbackOf,
  codeOf,
  newestCode,
  ownCookie,
  PASSWORD,
  readInbox,
  register,
  requestQuery,
  signIn,
  signUp,
  startPool,
} from "./support/pool.ts";
import { askForCode, chooseNewPassword, MISMATCH, NEW_PASSWORD } from "./support/recovery.ts";

const fullWidth = (code: string) =>
  code.replace(/\d/g, (digit) => String.fromCodePoint(0xff10 + Number(digit)));
const EXPIRED = "Invalid code provided, please request a code again.";

const noticesOf = ({ text }: Page) =>
  [...text.matchAll(/role="status">([^<]*)</g)].map(([, words]) => words);
const otherThan = (code: string) => String((Number(code) + 1) % 1_000_000).padStart(6, "0");

describe("recovering a password", () => {
  test("leads from the sign-in page over the inbox back to it, in the same request of the app", async () => {
    const pool = await startPool();
    await register(pool);
    const browser = pool.browser();
    const signInPage = await browser.open(authorizeAddress(pool, { state: "s-1", nonce: "n-1" }));
    const link = /<a [^>]*href="([^"]*)">Forgot your password\?</.exec(signInPage.text)?.[1];
    const asking = await browser.get(link?.replaceAll("&amp;", "&") ?? "");
    const sent = await browser.submit(asking, "Send me a code", { username: "Mira" });
    expect(sent.status).toBe(302);
    expect(sent.location).toMatch(`${pool.origin}/confirmForgotPassword?`);

    const page = await browser.follow(sent);
    expect(page.text).toContain("by email to m****@e****");
    expect(page.text).toContain('href="/_local/inbox"');
    const [mail] = await readInbox(browser);
    expect(mail).toMatchObject({ to: "mira@example.org", code: expect.stringMatching(/^\d{6}$/) });
    const done = await chooseNewPassword(browser, page, ` ${mail?.code} `);
    expect(done.status).toBe(302);
    expect(done.location).toBe(signInPage.url);

    const back = await browser.follow(done);
    expect(noticesOf(back)).toContain("Your password is changed. Sign in with the new one.");
    expect(noticesOf(await browser.get(back.url))).toEqual([]);
    const old = await browser.submit(back, "Sign in", { username: "mira", password: PASSWORD });
    expect(alertOf(old)).toBe("Incorrect username or password.");
    const signedIn = await browser.submit(back, "Sign in", {
      username: "mira",
      password: NEW_PASSWORD,
    });
    expect(callbackOf(signedIn).get("state")).toBe("s-1");
    expect((await redeem(pool, codeOf(signedIn))).status).toBe(200);
  });

  test("begins at /forgotPassword itself with the app's query, filled with its hint", async () => {
    const pool = await startPool();
    await register(pool);
    const browser = pool.browser();
    const address = `/forgotPassword?${requestQuery(pool, { login_hint: "mira@example.org" })}`;
    const page = await browser.get(address);
    expect(fieldValue(page, "username")).toBe("mira@example.org");
    const asked = await browser.submit(page, "Send me a code");
    const done = await chooseNewPassword(
      browser,
      await browser.follow(asked),
      await newestCode(browser),
    );
    expect(new URL(done.location).pathname).toBe("/login");
    expect(codeOf(await signIn(pool, pool.browser(), { password: NEW_PASSWORD }))).toBeTruthy();
    const stranger = await browser.get("/forgotPassword?client_id=x");
    expect(stranger.location).toContain("/error?");
  });

  test("leaves tokens and the hosted session alone, as a changed password does", async () => {
    const pool = await startPool();
    const browser = pool.browser();
    const { body } = await redeem(pool, codeOf(await register(pool, browser)));
    await chooseNewPassword(browser, await askForCode(pool, browser), await newestCode(browser));
    expect((await refresh(pool, body.refresh_token)).status).toBe(200);
    expect(codeOf(await browser.get(authorizeAddress(pool)))).toBeTruthy();
  });

  test("LL-8: answers a bad password with the rule it breaks, and keeps the code", async () => {
    const pool = await startPool();
    await register(pool);
    const browser = pool.browser();
    const page = await askForCode(pool, browser);
    const code = await newestCode(browser);
    const policy = "Password did not conform with policy: Password";
    for (const [password, passwordAgain, message] of [
      ["Ab1!xyz", "Ab1!xyz", `${policy} not long enough`],
      ["abcdef1!", "abcdef1!", `${policy} must have uppercase characters`],
      ["ABCDEF1!", "ABCDEF1!", `${policy} must have lowercase characters`],
      ["Abcdefg!", "Abcdefg!", `${policy} must have numeric characters`],
      ["Abcdefg1", "Abcdefg1", `${policy} must have symbol characters`],
      [NEW_PASSWORD, PASSWORD, "Passwords do not match."],
    ] as const) {
      const fields = { code, password, passwordAgain };
      const refused = await browser.submit(page, "Change password", fields);
      expect(refused.status).toBe(400);
      expect(alertOf(refused)).toBe(message);
      expect(fieldValue(refused, "code")).toBe(code);
      expect(refused.text).not.toContain(password);
    }
    expect((await chooseNewPassword(browser, page, code)).status).toBe(302);
  });

  test("says nothing on the next page that a cookie of somebody else's puts there", async () => {
    const pool = await startPool();
    const browser = pool.browser();
    browser.cookies.set(ownCookie(pool, "page-notice"), "Call%20us%20at%20once");
    expect(noticesOf(await browser.open(authorizeAddress(pool)))).toEqual([]);
  });

  test.each([
    ["with full-width digits", (code: string) => fullWidth(code)],
    [
      "in groups, with what nobody sees",
      (code: string) => `\u200b${code.slice(0, 3)}\u3000${code.slice(3)}`,
    ],
  ])("takes a code %s", async (_how, type) => {
    const pool = await startPool();
    const browser = pool.browser();
    const confirmPage = await signUp(pool, browser);
    const code = type(await newestCode(browser));
    expect(codeOf(await browser.submit(confirmPage, "Confirm account", { code }))).toBeTruthy();
    const page = await askForCode(pool, browser);
    const done = await chooseNewPassword(browser, page, type(await newestCode(browser)));
    expect(done.status).toBe(302);
  });

  test("takes only the newest code, within an hour, and once", async () => {
    const pool = await startPool();
    await register(pool);
    const browser = pool.browser();
    await askForCode(pool, browser);
    const first = await newestCode(browser);
    const page = await askForCode(pool, browser);
    const second = await newestCode(browser);
    for (const bad of [
      "",
      otherThan(second),
      "x".repeat(5000),
      ...(first === second ? [] : [first]),
    ]) {
      const refused = await chooseNewPassword(browser, page, bad);
      expect(refused.status).toBe(400);
      expect(alertOf(refused)).toBe(MISMATCH);
    }
    pool.clock.advance({ minutes: 60 });
    const late = await chooseNewPassword(browser, page, second);
    expect(late.status).toBe(400);
    expect(alertOf(late)).toBe(EXPIRED);

    const fresh = await askForCode(pool, browser);
    pool.clock.advance({ minutes: 59 });
    const code = await newestCode(browser);
    expect((await chooseNewPassword(browser, fresh, code)).status).toBe(302);
  });

  test("gives a code to one of two browsers that use it at once", async () => {
    // Hashing takes long enough here for both to come before either is done.
    const pool = await startPool({ passwordHashing: { N: 2 ** 14, r: 8, p: 1 } });
    await register(pool);
    const [here, there] = [pool.browser(), pool.browser()];
    const pages = [await askForCode(pool, here), await askForCode(pool, there)] as const;
    const code = await newestCode(here);
    const both = await Promise.all([
      chooseNewPassword(here, pages[0], code),
      chooseNewPassword(there, pages[1], code, "Other-Battery-7"),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual([302, 400]);
  });

  test("forgives a second click on the button", async () => {
    const pool = await startPool();
    await register(pool);
    const browser = pool.browser();
    const page = await askForCode(pool, browser);
    const code = await newestCode(browser);
    await chooseNewPassword(browser, page, code);
    expect((await chooseNewPassword(browser, page, code)).location).toMatch(
      `${pool.origin}/login?`,
    );
  });

  test("is for the browser that asked; any other has to ask as well", async () => {
    const pool = await startPool();
    await register(pool);
    await askForCode(pool, pool.browser());
    for (const path of ["/confirmForgotPassword", "/confirmforgotPassword"]) {
      const page = await pool.browser().open(`${path}?${requestQuery(pool)}`);
      expect(new URL(page.url).pathname).toBe("/forgotPassword");
    }
  });

  test("LL-7: takes no form without its hidden field", async () => {
    const pool = await startPool();
    await register(pool);
    const browser = pool.browser();
    await askForCode(pool, browser);
    for (const path of ["/forgotPassword", "/confirmForgotPassword", "/changePassword"]) {
      const fields = { username: "mira", code: await newestCode(browser) };
      expect((await browser.post(`${path}?${requestQuery(pool)}`, fields)).status).toBe(403);
    }
    expect(await readInbox(browser)).toHaveLength(2);
  });

  test("survives a restart", async () => {
    const pool = await startPool();
    await register(pool);
    const browser = pool.browser();
    const page = await askForCode(pool, browser);
    const code = await newestCode(browser);
    await pool.close();
    const port = Number(new URL(pool.origin).port);
    await startPool({ dataDirectory: pool.dataDirectory, port });
    expect((await chooseNewPassword(browser, page, code)).status).toBe(302);
  });
});

describe("who cannot recover a password", () => {
  const REFUSED = "Could not reset password for the account, please contact support or try again";

  test("is somebody without a verified address, or who has not chosen a password yet", async () => {
    const pool = await startPool();
    await signUp(pool, pool.browser());
    await createUser(pool);
    await signUp(pool, pool.browser(), { username: "bea", email: "bea@example.org" });
    await administer(pool, "/bea/confirm");
    const before = (await readInbox(pool.browser())).length;
    for (const username of ["mira", "ann", "bea"]) {
      const page = await askForCode(pool, pool.browser(), username);
      expect(page.status).toBe(400);
      expect(alertOf(page)).toBe(REFUSED);
      expect(fieldValue(page, "username")).toBe(username);
    }
    expect(await readInbox(pool.browser())).toHaveLength(before);
  });

  test("LL-8: is a name that nobody can have", async () => {
    const pool = await startPool();
    for (const [username, message] of [
      ["", "Username cannot be empty."],
      ["x".repeat(321), "Username must be 1 to 128 characters, without spaces."],
    ] as const) {
      const page = await askForCode(pool, pool.browser(), username);
      expect(page.status).toBe(400);
      expect(alertOf(page)).toBe(message);
    }
  });

  test("is a disabled user, who is told what a name without a user is told", async () => {
    const pool = await startPool();
    await register(pool);
    const [before, during] = [pool.browser(), pool.browser()];
    const opened = await askForCode(pool, before);
    const code = await newestCode(before);
    await administer(pool, "/mira/disable");
    const page = await askForCode(pool, during);
    expect(new URL(page.url).pathname).toBe("/confirmForgotPassword");
    expect(await readInbox(before)).toHaveLength(2);
    expect(alertOf(await chooseNewPassword(before, opened, code))).toBe(MISMATCH);
  });
});
