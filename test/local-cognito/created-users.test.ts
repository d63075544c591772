import { describe, expect, test } from "vitest";
import { administer, createUser, detailsOf, TEMPORARY_PASSWORD } from "./support/admin.ts";
import { alertOf, type Browser, type Page } from "./support/browser.ts";
import { redeem, refresh, userInfo } from "./support/client.ts";
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

const firstSignIn = { username: "ann", password: TEMPORARY_PASSWORD };

function choose(browser: Browser, page: Page, fields: Record<string, string> = {}) {
  const values = { password: PASSWORD, passwordAgain: PASSWORD, ...fields };
  return browser.submit(page, "Change password", values);
}

describe("a user that an administrator made", () => {
  test("is invited by mail, chooses a password at the first sign-in and is confirmed", async () => {
    const pool = await startPool();
    const created = await administer(pool, "", {
      username: "ann",
      email: "ann@example.org",
      emailVerified: "true",
    });
    expect(created.status).toBe(201);
    expect(created.body).toMatchObject({ status: "FORCE_CHANGE_PASSWORD", emailVerified: true });
    const browser = pool.browser();
    const [mail] = await readInbox(browser);
    const password = mail?.code ?? "";
    expect(mail).toMatchObject({
      to: "ann@example.org",
      subject: "Your temporary password",
      body: `Your username is ann and temporary password is ${password}. `,
    });

    const answer = await signIn(pool, browser, { username: "ann@example.org", password });
    expect(answer.status).toBe(302);
    expect(answer.location).toMatch(`${pool.origin}/changePassword?`);
    expect(browser.cookies.has("cognito")).toBe(false);
    const page = await browser.follow(answer);
    expect(page.text).not.toContain('name="email"');
    const done = await choose(browser, page);
    expect(callbackOf(done).get("state")).toBe("a state");
    expect((await redeem(pool, codeOf(done))).status).toBe(200);

    const { status, temporaryPasswordExpiresAt, signIns } = await detailsOf(pool, "ann");
    expect([status, temporaryPasswordExpiresAt, signIns.length]).toEqual([
      "CONFIRMED",
      undefined,
      1,
    ]);
    expect(alertOf(await signIn(pool, pool.browser(), { username: "ann", password }))).toBe(
      "Incorrect username or password.",
    );
    expect(codeOf(await signIn(pool, pool.browser(), { username: "ann" }))).toBeTruthy();
    // A second click on the button, and another browser.
    expect(codeOf(await browser.follow(await choose(browser, page)))).toBeTruthy();
    const stranger = await pool.browser().open(`/changePassword?${requestQuery(pool)}`);
    expect(new URL(stranger.url).pathname).toBe("/login");
  });

  test("is asked for a required attribute that is missing, which stays unverified", async () => {
    const pool = await startPool();
    await createUser(pool, { email: "" });
    const browser = pool.browser();
    const page = await browser.follow(await signIn(pool, browser, firstSignIn));
    for (const [email, message] of [
      ["", "Attributes did not conform to the schema: email: The attribute is required"],
      ["ann@", "Invalid email address format."],
    ] as const) {
      const refused = await choose(browser, page, { email });
      expect(refused.status).toBe(400);
      expect(alertOf(refused)).toBe(message);
    }
    const done = await choose(browser, page, { email: "ann@example.org" });
    const { body } = await redeem(pool, codeOf(done));
    const known = await userInfo(pool, body.access_token);
    expect(known.body).toMatchObject({ email: "ann@example.org", email_verified: "false" });
    const byAddress = await signIn(pool, pool.browser(), { username: "ann@example.org" });
    expect(alertOf(byAddress)).toBe("Incorrect username or password.");
  });

  test("LL-8: is told which rule the new password breaks", async () => {
    const pool = await startPool();
    await createUser(pool);
    const browser = pool.browser();
    const page = await browser.follow(await signIn(pool, browser, firstSignIn));
    const policy = "Password did not conform with policy: Password";
    for (const [password, passwordAgain, message] of [
      ["Ab1!", "Ab1!", `${policy} not long enough`],
      ["Abcdefg!", "Abcdefg!", `${policy} must have numeric characters`],
      [PASSWORD, `${PASSWORD}x`, "Passwords do not match."],
    ] as const) {
      const refused = await choose(browser, page, { password, passwordAgain });
      expect(refused.status).toBe(400);
      expect(alertOf(refused)).toBe(message);
    }
    expect(codeOf(await choose(browser, page))).toBeTruthy();
  });

  test("has seven days for that, until the invitation is sent again", async () => {
    const pool = await startPool();
    const { body } = await createUser(pool);
    const end = new Date(pool.clock.ms + 7 * 24 * 60 * 60 * 1000).toISOString();
    expect(body.temporaryPasswordExpiresAt).toBe(end);
    pool.clock.advance({ minutes: 7 * 24 * 60 });
    const late = await signIn(pool, pool.browser(), firstSignIn);
    expect(late.status).toBe(400);
    expect(alertOf(late)).toBe(
      "Temporary password has expired and must be reset by an administrator.",
    );
    expect((await administer(pool, "/ann/resend-invitation")).status).toBe(200);
    const browser = pool.browser();
    const password = await newestCode(browser);
    const page = await signIn(pool, browser, { username: "ann", password });
    expect(page.location).toContain("/changePassword?");
    expect(alertOf(await signIn(pool, pool.browser(), firstSignIn))).toBe(
      "Incorrect username or password.",
    );
  });

  test("has eight minutes at the page for the new password", async () => {
    const pool = await startPool();
    await createUser(pool);
    const browser = pool.browser();
    const page = await browser.follow(await signIn(pool, browser, firstSignIn));
    pool.clock.advance({ minutes: 8 });
    const late = await choose(browser, page);
    expect(late.status).toBe(400);
    expect(alertOf(late)).toBe("Invalid session for the user, session is expired.");
    const again = await browser.follow(await browser.submit(late, "Sign in", firstSignIn));
    expect(codeOf(await choose(browser, again))).toBeTruthy();
  });

  test("LL-9: with a wrong temporary password gets what anybody gets", async () => {
    const pool = await startPool();
    await createUser(pool);
    const page = await signIn(pool, pool.browser(), { username: "ann", password: PASSWORD });
    expect(alertOf(page)).toBe("Incorrect username or password.");
  });
});

describe("a user whose password was reset", () => {
  test("is led from the sign-in page to the code that was mailed, and chooses a new password", async () => {
    const pool = await startPool();
    await register(pool);
    expect((await administer(pool, "/mira/reset-password")).body.status).toBe("RESET_REQUIRED");
    const browser = pool.browser();
    const code = await newestCode(browser);
    const wrong = await signIn(pool, browser, { password: "Wrong-Horse-9" });
    expect(alertOf(wrong)).toBe("Incorrect username or password.");
    const answer = await signIn(pool, browser);
    expect(answer.location).toMatch(`${pool.origin}/confirmForgotPassword?`);
    expect(browser.cookies.has("cognito")).toBe(false);
    expect(await readInbox(browser)).toHaveLength(2);
    const done = await choose(browser, await browser.follow(answer), {
      code,
      password: "Fresh-Battery-7",
      passwordAgain: "Fresh-Battery-7",
    });
    expect(new URL(done.location).pathname).toBe("/login");
    expect((await detailsOf(pool, "mira")).status).toBe("CONFIRMED");
    expect(
      codeOf(await signIn(pool, pool.browser(), { password: "Fresh-Battery-7" })),
    ).toBeTruthy();
  });

  test("gets another code at the sign-in page once the mailed one has expired", async () => {
    const pool = await startPool();
    await register(pool);
    await administer(pool, "/mira/reset-password");
    pool.clock.advance({ minutes: 60 });
    const browser = pool.browser();
    await browser.follow(await signIn(pool, browser));
    expect(await readInbox(browser)).toHaveLength(3);
  });
});

describe("a disabled user", () => {
  test("cannot sign in, redeem a code, refresh, or go on with a hosted session", async () => {
    const pool = await startPool();
    const browser = pool.browser();
    const { body } = await redeem(pool, codeOf(await register(pool, browser)));
    const code = codeOf(await browser.get(authorizeAddress(pool)));
    expect((await administer(pool, "/mira/disable")).body.enabled).toBe(false);

    const page = await signIn(pool, pool.browser());
    expect([page.status, alertOf(page)]).toEqual([400, "User is disabled."]);
    expect(alertOf(await signIn(pool, pool.browser(), { password: "Wrong-Horse-9" }))).toBe(
      "Incorrect username or password.",
    );
    const refused = { status: 400, body: { error: "invalid_grant" } };
    expect(await redeem(pool, code)).toMatchObject(refused);
    expect(await refresh(pool, body.refresh_token)).toMatchObject(refused);
    expect((await userInfo(pool, body.access_token)).status).toBe(401);
    expect((await browser.get(authorizeAddress(pool))).location).toContain("/login?");

    expect((await administer(pool, "/mira/enable")).body.enabled).toBe(true);
    expect(codeOf(await signIn(pool, pool.browser()))).toBeTruthy();
    expect(await refresh(pool, body.refresh_token)).toMatchObject(refused);
  });

  test("cannot go on with a sign-up or with a first sign-in", async () => {
    const pool = await startPool();
    const [signingUp, arriving] = [pool.browser(), pool.browser()];
    const confirmPage = await signUp(pool, signingUp);
    const code = await newestCode(signingUp);
    await createUser(pool);
    const passwordPage = await arriving.follow(await signIn(pool, arriving, firstSignIn));
    for (const name of ["mira", "ann"]) await administer(pool, `/${name}/disable`);
    const refused = await signingUp.submit(confirmPage, "Confirm account", { code });
    expect(alertOf(refused)).toBe("User is disabled.");
    const over = await choose(arriving, passwordPage);
    expect(alertOf(over)).toBe("Invalid session for the user, session is expired.");
  });
});
