import { decodeJwt } from "jose";
import { describe, expect, test } from "vitest";
import { fieldValue } from "./support/browser.ts";
import { redeem } from "./support/client.ts";
import {
  authorizeAddress,
  callbackOf,
  codeOf,
  newestCode,
  PASSWORD,
  register,
  requestQuery,
  startPool,
  type TestPool,
} from "./support/pool.ts";

const mira = { username: "mira", email: "mira@example.org", password: PASSWORD };
const pages = ["/login", "/signup", "/forgotPassword"];

describe("a hosted page opened directly, with the query of authorize", () => {
  test("leads from /signup to the app, with the state and nonce it was opened with", async () => {
    const pool = await startPool();
    const browser = pool.browser();
    const query = requestQuery(pool, { state: "s-1", nonce: "n-1", scope: "openid email" });
    const form = await browser.get(`/signup?${query}`);
    const confirmPage = await browser.follow(await browser.submit(form, "Sign up", mira));
    expect(confirmPage.url).toBe(`${pool.origin}/confirm?${query}`);
    const code = await newestCode(browser);
    const answer = callbackOf(await browser.submit(confirmPage, "Confirm account", { code }));
    expect(answer.get("state")).toBe("s-1");
    const { body } = await redeem(pool, answer.get("code") ?? "");
    expect(decodeJwt(String(body.id_token))).toMatchObject({ nonce: "n-1", email: mira.email });
  });

  test("is shown to somebody who is signed in, too", async () => {
    const pool = await startPool();
    const browser = pool.browser();
    await register(pool, browser);
    for (const page of pages) {
      expect((await browser.get(`${page}?${requestQuery(pool)}`)).status).toBe(200);
    }
  });

  test.each<[string, Record<string, string | undefined>, (pool: TestPool) => string]>([
    [
      "an unregistered redirect_uri",
      { redirect_uri: "http://localhost:3000/logged-in/" },
      ({ origin, clientId }) => `${origin}/error?error=redirect_mismatch&client_id=${clientId}`,
    ],
    [
      "no client",
      { client_id: undefined },
      ({ origin }) => `${origin}/error?error=Required+parameters+missing`,
    ],
    [
      "a scope that the client may not ask for",
      { scope: "openid admin" },
      () =>
        "http://localhost:3000/logged-in?error_description=invalid_scope&error=invalid_request&state=a+state",
    ],
  ])("LL-4: refuses what authorize refuses, in the same words: %s", async (_name, changes, to) => {
    const pool = await startPool();
    for (const page of ["/oauth2/authorize", ...pages]) {
      const answer = await pool.browser().get(`${page}?${requestQuery(pool, changes)}`);
      expect([page, answer.status, answer.location]).toEqual([page, 302, to(pool)]);
    }
  });
});

describe("prompt", () => {
  test.each(["select_account", "consent", "select_account consent"])(
    "%s changes nothing for the pool's own users",
    async (prompt) => {
      const pool = await startPool();
      const browser = pool.browser();
      const before = await browser.get(authorizeAddress(pool, { prompt }));
      expect(new URL(before.location).pathname).toBe("/login");
      await register(pool, browser);
      expect(codeOf(await browser.get(authorizeAddress(pool, { prompt })))).toBeTruthy();
    },
  );

  test("login counts beside others, and the app can tell by auth_time that it did", async () => {
    const pool = await startPool();
    const browser = pool.browser();
    await register(pool, browser);
    pool.clock.advance({ minutes: 10 });
    const form = await browser.open(authorizeAddress(pool, { prompt: "login consent" }));
    const code = codeOf(await browser.submit(form, "Sign in", mira));
    const { body } = await redeem(pool, code);
    const { auth_time } = decodeJwt(String(body.id_token));
    expect(auth_time).toBe(Math.floor(pool.clock.ms / 1000));
  });
});

describe("login_hint", () => {
  test.each([
    ["fills in the name", {}, "mira"],
    ["is for a provider that is named, not for this form", { identity_provider: "COGNITO" }, ""],
  ])("%s", async (_name, changes, username) => {
    const pool = await startPool();
    for (const page of ["/login", "/forgotPassword"]) {
      const query = requestQuery(pool, { login_hint: "mira", ...changes });
      expect(fieldValue(await pool.browser().get(`${page}?${query}`), "username")).toBe(username);
    }
  });
});
