import { describe, expect, test } from "vitest";
import { administer, createUser, detailsOf, json, TEMPORARY_PASSWORD } from "./support/admin.ts";
import { alertOf, type Browser, fieldValue, type Page } from "./support/browser.ts";
import {
  authorizeAddress,
  codeOf,
  PASSWORD,
  register,
  requestQuery,
  signIn,
  startPool,
} from "./support/pool.ts";
import {
  enrolMira,
  reachSetUp,
  required,
  secretOn,
  setUpApp,
  totp,
  wrongCode,
} from "./support/totp.ts";

const MISMATCH = "Code mismatch";
const TOO_LATE = "Invalid session for the user, session is expired.";

function finish(browser: Browser, page: Page, code: string, deviceName = ""): Promise<Page> {
  return browser.submit(page, "Finish and sign in", { code, deviceName });
}

describe("where MFA is required, an app is set up", () => {
  test("after confirming a sign-up, with a QR code and the secret in text, before anybody is signed in", async () => {
    const pool = await startPool(required);
    const browser = pool.browser();
    const page = await reachSetUp(pool, browser);
    expect(page.url).toMatch(`${pool.origin}/mfaSetup?`);
    const secondClick = await browser.open(`/confirm?${requestQuery(pool)}`);
    expect(secretOn(secondClick)).toBe(secretOn(page));
    expect(browser.cookies.has("cognito")).toBe(false);
    expect(page.text).toMatch(/<code>([A-Z2-7]{4} ){12}[A-Z2-7]{4}<\/code>/);
    expect(page.text).toMatch(/<img [^>]*src="\/mfaSetup\/qr-code.svg"[^>]* alt="[^"]{10,}"/);
    const picture = await browser.get("/mfaSetup/qr-code.svg");
    expect(picture.headers.get("content-type")).toMatch(/^image\/svg\+xml/);
    expect(picture.headers.get("cache-control")).toBe("no-store");
    expect(picture.text).toMatch(/^<svg /);
    expect(picture.text).not.toMatch(/<style|style=|<script/);

    const secret = secretOn(page);
    const wrong = await finish(browser, page, wrongCode(secret, pool.clock.ms), "my telephone");
    expect(wrong.status).toBe(400);
    expect(alertOf(wrong)).toBe(MISMATCH);
    expect(secretOn(wrong)).toBe(secret);
    expect(fieldValue(wrong, "deviceName")).toBe("my telephone");
    const answer = await finish(browser, wrong, totp(secret, pool.clock.ms), "my telephone");
    expect(answer.status).toBe(302);
    expect(codeOf(answer)).toBeTruthy();
    expect((await detailsOf(pool, "mira")).authenticatorApp?.deviceName).toBe("my telephone");
  });

  test("after the own password of a user that an administrator made", async () => {
    const pool = await startPool(required);
    await createUser(pool);
    const browser = pool.browser();
    const temporary = { username: "ann", password: TEMPORARY_PASSWORD };
    const choose = await browser.follow(await signIn(pool, browser, temporary));
    const chosen = { password: PASSWORD, passwordAgain: PASSWORD };
    await browser.submit(choose, "Change password", chosen);
    const secondClick = await browser.submit(choose, "Change password", chosen);
    const page = await browser.follow(secondClick);
    expect(page.url).toMatch(`${pool.origin}/mfaSetup?`);
    expect(browser.cookies.has("cognito")).toBe(false);
    const code = totp(secretOn(page), pool.clock.ms);
    expect(codeOf(await finish(browser, page, code))).toBeTruthy();
  });

  test("at the first sign-in of a user who has none, and its first code signs in nobody else", async () => {
    const optional = await startPool();
    await register(optional);
    await optional.close();
    const { dataDirectory, clock } = optional;
    const pool = { ...(await startPool({ ...required, dataDirectory, now: clock.now })), clock };
    const browser = pool.browser();
    const page = await browser.follow(await signIn(pool, browser));
    expect(page.url).toMatch(`${pool.origin}/mfaSetup?`);
    const code = totp(secretOn(page), pool.clock.ms);
    expect(codeOf(await finish(browser, page, code))).toBeTruthy();
    expect(codeOf(await browser.get(authorizeAddress(pool)))).toBeTruthy();
    const other = pool.browser();
    const asked = await other.follow(await signIn(pool, other));
    expect(alertOf(await other.submit(asked, "Sign in", { code }))).toBe(
      "Your software token has already been used once.",
    );
  });

  test("within three minutes, or the password is asked for again and another secret shown", async () => {
    const pool = await startPool(required);
    const browser = pool.browser();
    const page = await reachSetUp(pool, browser);
    const secret = secretOn(page);
    pool.clock.advance({ minutes: 3 });
    const late = await finish(browser, page, totp(secret, pool.clock.ms));
    expect(late.status).toBe(400);
    expect(alertOf(late)).toBe(TOO_LATE);
    expect((await browser.get("/mfaSetup/qr-code.svg")).status).toBe(404);
    const fields = { username: "mira", password: PASSWORD };
    const again = await browser.follow(await browser.submit(late, "Sign in", fields));
    expect(secretOn(again)).not.toBe(secret);
  });

  test("in the browser that proved the first factor, and in no other", async () => {
    const pool = await startPool(required);
    const page = await reachSetUp(pool, pool.browser());
    const code = totp(secretOn(page), pool.clock.ms);
    const stranger = pool.browser();
    expect((await stranger.open(page.url)).url).toMatch(`${pool.origin}/login?`);
    expect((await stranger.get("/mfaSetup/qr-code.svg")).status).toBe(404);
    expect((await finish(stranger, page, code)).status).toBe(403);
    const _csrf = fieldValue(await stranger.open(authorizeAddress(pool)), "_csrf");
    const answer = await stranger.post(`/mfaSetup?${requestQuery(pool)}`, { code, _csrf });
    expect(alertOf(answer)).toBe(TOO_LATE);
  });
});

describe("the app of a user who has one", () => {
  test("is not replaced by somebody with the password alone, who may have begun before", async () => {
    const pool = await startPool(required);
    const mine = pool.browser();
    const page = await reachSetUp(pool, mine);
    const theirs = pool.browser();
    const theirPage = await theirs.follow(await signIn(pool, theirs));
    const theirCode = totp(secretOn(theirPage), pool.clock.ms);
    const secret = secretOn(page);
    expect(codeOf(await finish(mine, page, totp(secret, pool.clock.ms)))).toBeTruthy();

    expect(alertOf(await finish(theirs, theirPage, theirCode))).toBe(TOO_LATE);
    expect(theirs.cookies.has("cognito")).toBe(false);
    const again = await theirs.follow(await signIn(pool, theirs));
    expect(again.url).toMatch(`${pool.origin}/mfa?`);
    expect((await theirs.open(`/mfaSetup?${requestQuery(pool)}`)).url).toMatch("/login?");
    pool.clock.advance({ seconds: 60 });
    const asked = await mine.follow(await signIn(pool, mine, {}, { prompt: "login" }));
    const code = totp(secret, pool.clock.ms);
    expect(codeOf(await mine.submit(asked, "Sign in", { code }))).toBeTruthy();
  });

  test("is set up, shown and removed by the developer, as a page and as JSON", async () => {
    const pool = await startPool();
    await register(pool);
    const browser = pool.browser();
    const userPage = await browser.get("/_local/users/mira");
    const page = await browser.follow(
      await browser.submit(userPage, "Set up an authenticator app"),
    );
    expect(page.url).toBe(`${pool.origin}/_local/users/mira/authenticator-app`);
    expect(page.headers.get("refresh")).toBe("10");
    const secret = secretOn(page);
    const { text } = await browser.get(page.url, json);
    expect(JSON.parse(text)).toMatchObject({
      secret,
      code: totp(secret, pool.clock.ms),
      otpauthAddress: expect.stringMatching(
        `^otpauth://totp/local-cognito:mira\\?issuer=local-cognito&secret=${secret}&`,
      ),
    });
    const picture = await browser.get("/_local/users/mira/authenticator-app.svg");
    expect(picture.headers.get("content-type")).toMatch(/^image\/svg\+xml/);

    const asked = await browser.follow(await signIn(pool, browser));
    const { code } = JSON.parse((await browser.get(page.url, json)).text);
    expect(codeOf(await browser.submit(asked, "Sign in", { code }))).toBeTruthy();
    const next = JSON.parse((await browser.get(page.url, json)).text);
    expect(next.code).toBe(totp(secret, pool.clock.ms, 1));

    expect((await detailsOf(pool, "mira")).authenticatorApp).toBeDefined();
    expect((await administer(pool, "/mira/remove-authenticator-app")).status).toBe(200);
    expect((await browser.get(page.url, json)).status).toBe(404);
    expect(codeOf(await signIn(pool, pool.browser()))).toBeTruthy();
  });

  test("is given to nobody where MFA is off", async () => {
    const settings = { ...required.settings, mfa: "OFF" as const };
    const pool = await startPool({ settings });
    await register(pool);
    const { status, body } = await administer(pool, "/mira/set-up-authenticator-app");
    expect(status).toBe(400);
    expect(body.error).toBe("SoftwareTokenMFANotFoundException");
    expect(body.message).toBe("Software Token MFA has not been enabled by the userPool");
    const page = await pool.browser().get("/_local/users/mira");
    expect(page.text).not.toContain("set-up-authenticator-app");
    expect(page.text).toContain("MFA is off in this pool");
  });

  test("is named by the address where that stands for the name", async () => {
    const settings = { ...required.settings, signInWith: "email" as const };
    const pool = await startPool({ settings });
    const browser = pool.browser();
    await administer(pool, "", { email: "ann@example.org", temporaryPassword: TEMPORARY_PASSWORD });
    const [user] = JSON.parse((await browser.get("/_local/users", json)).text);
    await setUpApp(pool, user.username);
    const address = `/_local/users/${user.username}/authenticator-app`;
    expect((await browser.get(address)).text).toContain("Authenticator app of ann@example.org<");
    const { otpauthAddress } = JSON.parse((await browser.get(address, json)).text);
    expect(otpauthAddress).toContain("otpauth://totp/local-cognito:ann%40example.org?");
  });

  test("is named after pool and user, whatever characters they have", async () => {
    const settings = { ...required.settings, poolName: "a b&c", mfa: "OPTIONAL" as const };
    const pool = await startPool({ settings });
    await register(pool, pool.browser(), { username: "mira/ü?" });
    const name = encodeURIComponent("mira/ü?");
    await setUpApp(pool, name);
    const page = await pool.browser().get(`/_local/users/${name}/authenticator-app`, json);
    const { otpauthAddress } = JSON.parse(page.text);
    expect(otpauthAddress).toContain("otpauth://totp/a%20b%26c:mira%2F%C3%BC%3F?issuer=a%20b%26c&");
  });
});

test("a sign-in that has been finished is not asked for a code again while its session lasts", async () => {
  const pool = await startPool(required);
  const browser = pool.browser();
  await enrolMira(pool, browser);
  pool.clock.advance({ minutes: 59 });
  expect(codeOf(await browser.get(authorizeAddress(pool)))).toBeTruthy();
});
