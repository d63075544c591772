import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { Browser, fieldValue } from "./support/browser.ts";
import {
  authorizeAddress,
  codeOf,
  ownCookie,
  PASSWORD,
  register,
  requestQuery,
  signIn,
  startPool,
  type TestPool,
} from "./support/pool.ts";

const fields = { username: "mira", password: PASSWORD };

/** A browser that knows one set of cookies for every port of this machine, as browsers do. */
function sameBrowserAt(pool: TestPool, other: Browser): Browser {
  const browser = pool.browser();
  for (const [name, value] of other.cookies) browser.cookies.set(name, value);
  return browser;
}

describe("cookies of the hosted pages", () => {
  test.each([
    ["a UUID", randomUUID()],
    ["something else", "eyJpdiI6Ik1%3D"],
    ["nothing", ""],
  ])(
    "LL-11: another program's XSRF-TOKEN with %s breaks no form and stays",
    async (_what, theirs) => {
      const pool = await startPool();
      await register(pool);
      const browser = pool.browser();
      browser.cookies.set("XSRF-TOKEN", theirs);
      expect(codeOf(await signIn(pool, browser))).toBeTruthy();
      expect(browser.cookies.get("XSRF-TOKEN")).toBe(theirs);
    },
  );

  test("LL-11: signing in and out at a second pool leaves the first one's session and forms alone", async () => {
    const first = await startPool();
    const second = await startPool();
    const browser = first.browser();
    await register(first, browser);
    const form = await browser.get(`/login?${requestQuery(first)}`);
    const there = sameBrowserAt(second, browser);
    await register(second, there);
    expect(codeOf(await there.get(authorizeAddress(second)))).toBeTruthy();

    const back = sameBrowserAt(first, there);
    expect(codeOf(await back.get(authorizeAddress(first)))).toBeTruthy();
    const signOut = `/logout?client_id=${first.clientId}&logout_uri=http://localhost:3000/logout`;
    await back.get(signOut);
    expect((await back.get(authorizeAddress(first))).location).toContain("/login?");
    expect(codeOf(await back.submit(form, "Sign in", fields))).toBeTruthy();
    const again = sameBrowserAt(second, back);
    expect(codeOf(await again.get(authorizeAddress(second)))).toBeTruthy();
  });

  test("a session counts under Cognito's own name alone, as scripts copy it", async () => {
    const pool = await startPool();
    const browser = pool.browser();
    await register(pool, browser);
    const copy = pool.browser();
    copy.cookies.set("cognito", browser.cookies.get("cognito") ?? "");
    expect(codeOf(await copy.get(authorizeAddress(pool)))).toBeTruthy();
  });
});

describe("a form without a page", () => {
  test("is taken with the XSRF-TOKEN that authorize sets, as curl scripts send it", async () => {
    const pool = await startPool();
    await register(pool);
    const begun = await pool.browser().get(authorizeAddress(pool));
    expect(begun.headers.get("location")).toMatch(`${pool.origin}/login?`);
    const cookies = begun.headers.getSetCookie();
    expect(cookies).toHaveLength(1);
    const token = /^XSRF-TOKEN=([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12});/.exec(
      cookies[0] ?? "",
    );
    const answer = await pool.browser().request("POST", begun.location, {
      headers: { cookie: `XSRF-TOKEN=${token?.[1]}; Path=/; Secure; HttpOnly` },
      body: new URLSearchParams({ _csrf: token?.[1] ?? "", ...fields }),
    });
    expect(answer.status).toBe(302);
    expect(codeOf(answer)).toBeTruthy();
  });

  test("LL-7: is refused with a made-up token, with another browser's, and without one", async () => {
    const pool = await startPool();
    await register(pool);
    const address = `/login?${requestQuery(pool)}`;
    const browser = pool.browser();
    const page = await browser.get(address);
    const stranger = pool.browser();
    const theirs = fieldValue(await stranger.get(address), "_csrf");
    const madeUp = randomUUID();
    const mark = browser.cookies.get(ownCookie(pool, "XSRF-TOKEN")) ?? "";
    for (const token of [
      theirs,
      stranger.cookies.get("XSRF-TOKEN") ?? "",
      madeUp,
      "",
      mark.slice(1),
    ]) {
      expect((await browser.post(address, { ...fields, _csrf: token })).status).toBe(403);
    }
    const forged = new Browser(pool.origin);
    forged.cookies.set("XSRF-TOKEN", madeUp);
    expect((await forged.post(address, { ...fields, _csrf: madeUp })).status).toBe(403);
    expect((await browser.post(address, { ...fields, _csrf: mark })).status).toBe(302);
    expect(fieldValue(page, "_csrf")).not.toBe(mark);
  });

  test.each(["cross-site", "same-site"])(
    "LL-7: is refused from a page elsewhere (%s), even with this browser's token",
    async (site) => {
      const pool = await startPool();
      await register(pool);
      const browser = pool.browser();
      const page = await browser.get(`/login?${requestQuery(pool)}`);
      const body = new URLSearchParams({ ...fields, _csrf: fieldValue(page, "_csrf") });
      const headers = { "sec-fetch-site": site };
      const answer = await browser.request("POST", page.url, { body, headers });
      expect(answer.status).toBe(403);
      expect((await browser.post(page.url, Object.fromEntries(body))).status).toBe(302);
    },
  );
});
