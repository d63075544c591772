import { decodeProtectedHeader } from "jose";
import { describe, expect, test } from "vitest";
import { openPoolDatabase } from "../../src/local-cognito/pool/pool-database.ts";
import { tutorialSettings, withFirstClient } from "../../src/local-cognito/pool/pool-settings.ts";
import type { Browser } from "./support/browser.ts";
import { postForm, redeem, refresh, userInfo } from "./support/client.ts";
import { CALLBACK, codeOf, register, startPool, type TestPool } from "./support/pool.ts";

interface Key {
  kid: string;
  signs: string;
  since?: string;
  retiredAt?: string;
  publishedUntil?: string;
}

const kidOf = (token: unknown) => decodeProtectedHeader(String(token)).kid;

async function publishedKids(pool: TestPool, browser: Browser): Promise<string[]> {
  const { text } = await browser.get(`/${pool.userPoolId}/.well-known/jwks.json`);
  return JSON.parse(text).keys.map(({ kid }: Key) => kid);
}

async function rotate(browser: Browser): Promise<Key[]> {
  const sent = { headers: { accept: "application/json" } };
  return JSON.parse((await browser.request("POST", "/_local/keys/rotate", sent)).text);
}

async function keysOf(browser: Browser): Promise<Key[]> {
  const { text } = await browser.get("/_local", { accept: "application/json" });
  return JSON.parse(text).signingKeys;
}

describe("rotating the signing keys", () => {
  test("signs with new ones at once, and publishes the old while their tokens live", async () => {
    const pool = await startPool();
    const browser = pool.browser();
    const { body } = await redeem(pool, codeOf(await register(pool, browser)));
    const old = [kidOf(body.id_token), kidOf(body.access_token)];
    expect(await publishedKids(pool, browser)).toEqual(old);

    const keys = await rotate(browser);
    const made = keys.slice(0, 2).map(({ kid }) => kid);
    expect(new Set([...made, ...old]).size).toBe(4);
    const refreshed = (await refresh(pool, body.refresh_token)).body;
    expect([kidOf(refreshed.id_token), kidOf(refreshed.access_token)]).toEqual(made);
    expect(await publishedKids(pool, browser)).toEqual([...made, ...old]);

    pool.clock.advance({ minutes: 59, seconds: 59 });
    expect(await publishedKids(pool, browser)).toEqual([...made, ...old]);
    expect((await userInfo(pool, body.access_token)).status).toBe(200);
    pool.clock.advance({ seconds: 1 });
    expect(await publishedKids(pool, browser)).toEqual(made);
    expect((await userInfo(pool, body.access_token)).status).toBe(401);
  });

  test("is remembered over a restart, the old keys included and their private halves not", async () => {
    const pool = await startPool();
    const browser = pool.browser();
    const { body } = await redeem(pool, codeOf(await register(pool, browser)));
    const keys = await rotate(browser);
    await pool.close();

    const again = await startPool({ dataDirectory: pool.dataDirectory, now: pool.clock.now });
    expect(await keysOf(again.browser())).toEqual(keys);
    // Its signature is still known as ours; userInfo would refuse it, since the address is another one.
    const { body: refused } = await postForm(again, "/oauth2/revoke", {
      token: String(body.access_token),
    });
    expect(refused).toEqual({ error: "unsupported_token_type" });
    const restarted = await publishedKids(again, again.browser());
    expect(restarted).toEqual(keys.map(({ kid }) => kid));
    const { body: refreshed } = await refresh(again, body.refresh_token);
    expect(kidOf(refreshed.id_token)).toBe(keys[0]?.kid);
  });

  test("says of each key what it signs and since when, and of an old one until when", async () => {
    const pool = await startPool();
    const browser = pool.browser();
    const [id, access] = await keysOf(browser);
    const at = (minutes: number) => new Date(pool.clock.ms + minutes * 60_000).toISOString();
    const since = at(0);
    const published = { retiredAt: at(0), publishedUntil: at(60) };
    expect(await rotate(browser)).toEqual([
      { kid: expect.stringMatching(/^[\w+/]{43}=$/), signs: "ID tokens", since },
      { kid: expect.stringMatching(/^[\w+/]{43}=$/), signs: "access tokens", since },
      { ...id, ...published },
      { ...access, ...published },
    ]);
    const page = await browser.get("/_local");
    expect(page.text).toContain("Signed access tokens");
    const done = await browser.submit(page, "Rotate both keys");
    expect([done.status, done.location]).toEqual([303, `${pool.origin}/_local#keys`]);
    expect(await publishedKids(pool, browser)).toHaveLength(6);
  });

  test("keeps the old keys of ten rotations at most, the newest", async () => {
    const pool = await startPool();
    const [kept] = JSON.parse(
      (await pool.browser().get(`/${pool.userPoolId}/.well-known/jwks.json`)).text,
    ).keys;
    await pool.close();
    const times = { since: "", publishedUntil: "9999-12-31T00:00:00.000Z" };
    const database = openPoolDatabase(pool.dataDirectory);
    for (let year = 1980; year < 2000; year++) {
      const retired = { use: "id", publicJwk: { ...kept, kid: `${year}` }, ...times };
      database.table("retired-keys").put(`${year}`, { ...retired, retiredAt: `${year}-01-01` });
    }
    await database.close();

    const again = await startPool({ dataDirectory: pool.dataDirectory, now: pool.clock.now });
    expect(await publishedKids(again, again.browser())).toHaveLength(22);
    await rotate(again.browser());
    const published = await publishedKids(again, again.browser());
    expect(published).toHaveLength(22);
    expect(published).toContain("1982");
    expect(published).not.toContain("1981");
  });

  test("keeps an old key for the lifetime of its own tokens", async () => {
    const settings = withFirstClient(tutorialSettings, { accessTokenSeconds: 300 });
    const pool = await startPool({ settings });
    const browser = pool.browser();
    const [, access] = await keysOf(browser);
    await rotate(browser);
    pool.clock.advance({ minutes: 5 });
    const published = await publishedKids(pool, browser);
    expect(published).toHaveLength(3);
    expect(published).not.toContain(access?.kid);
  });

  test("CS-2: is not done for another site", async () => {
    const pool = await startPool();
    const browser = pool.browser();
    const before = await publishedKids(pool, browser);
    const headers = { "sec-fetch-site": "cross-site" };
    expect((await browser.request("POST", "/_local/keys/rotate", { headers })).status).toBe(403);
    expect(await publishedKids(pool, browser)).toEqual(before);
  });
});

test("/_local has every setting of the pool and of its client at a glance, and no secret", async () => {
  const ofThePool = {
    poolName: "editors-pool",
    allowsSignUp: false,
    mfa: "ON" as const,
    isCaseSensitive: true,
    schema: [
      {
        name: "custom:team",
        type: "String" as const,
        isRequired: false,
        isMutable: false,
        maximum: 9,
      },
    ],
  };
  const settings = withFirstClient(
    { ...tutorialSettings, ...ofThePool },
    {
      idTokenSeconds: 300,
      refreshTokenSeconds: 86_400,
      refreshTokenRotation: { graceSeconds: 60 },
      hidesUserExistence: false,
      defaultRedirectUrl: `${CALLBACK}/too`,
    },
  );
  const callbackUrls = [CALLBACK, `${CALLBACK}/too`, `${CALLBACK}/three`];
  const pool = await startPool({ settings, callbackUrls });
  const page = await pool.browser().get("/_local");
  for (const words of [
    "editors-pool",
    "User name or verified email address, case matters",
    "Administrators make the users",
    "Required",
    "custom:team: String, never changes, at most 9",
    "5 minutes",
    "1 day",
    "On; the old one works 1 minute longer",
    "Off: the pages tell which users there are",
    `Without redirect_uri</dt><dd>${CALLBACK}/too`,
  ]) {
    expect(page.text).toContain(`>${words}<`);
  }
  const { text } = await pool.browser().get("/_local", { accept: "application/json" });
  expect(JSON.parse(text).settings).toMatchObject(ofThePool);
  expect(JSON.parse(text).settings.client).toMatchObject({ idTokenSeconds: 300 });
  for (const shown of [page.text, text]) expect(shown.includes(pool.clientSecret)).toBe(false);
});
