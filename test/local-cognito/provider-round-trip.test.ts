import { describe, expect, test } from "vitest";
import { tutorialSettings, withFirstClient } from "../../src/local-cognito/pool/pool-settings.ts";
import { json } from "./support/admin.ts";
import { alertOf, type Browser, fieldValue, type Page } from "./support/browser.ts";
import { claimsOf, comeThroughGoogle, googlePool, lea, openGoogle } from "./support/federation.ts";
import {
  authorizeAddress,
  callbackOf,
  codeOf,
  ownCookie,
  PASSWORD,
  register,
  requestQuery,
  startPool,
  type TestPool,
} from "./support/pool.ts";

/** The way back from Google, not yet gone. */
async function answerOfGoogle(pool: TestPool, browser: Browser, page?: Page): Promise<string> {
  const form = page ?? (await openGoogle(pool, browser));
  const answer = await browser.submit(form, "Continue", lea);
  expect(answer.location).toMatch(`${pool.origin}/oauth2/idpresponse?`);
  return answer.location;
}

function expectNobody(page: Page, browser: Browser): void {
  expect(page.status).toBe(400);
  expect(page.text).toContain("This sign-in was not begun in this browser");
  expect(browser.cookies.has("cognito")).toBe(false);
}

describe("the way through a provider", () => {
  test("begins at a button of the sign-in page, which keeps all that the app has asked for", async () => {
    const pool = await googlePool();
    const browser = pool.browser();
    const changes = { state: "s&t=a te/é", nonce: "n", scope: "openid", lang: "en" };
    const page = await browser.open(authorizeAddress(pool, changes));
    const consent = await browser.follow(await browser.submit(page, "Continue with Google"));
    expect(consent.url).toMatch(`${pool.origin}/_providers/Google/authorize?`);
    const answer = await browser.follow(await browser.submit(consent, "Continue", lea));
    expect(callbackOf(answer).get("state")).toBe(changes.state);
    expect((await claimsOf(pool, answer)).nonce).toBe("n");
  });

  test("begins at once where the address names the provider, at /login as well, and passes the prompt on", async () => {
    const pool = await googlePool();
    for (const path of ["/oauth2/authorize", "/login"]) {
      const query = requestQuery(pool, { identity_provider: "Google", prompt: "select_account" });
      const page = await pool.browser().open(`${path}?${query}`);
      expect(page.url).toMatch(`${pool.origin}/_providers/Google/authorize?`);
      expect(new URL(page.url).searchParams.get("prompt")).toBe("select_account");
    }
  });

  test.each([
    { identity_provider: "Facebook" },
    { identity_provider: "google" },
    { idp_identifier: "google.com" },
  ])("leads back to the app for a provider that the client does not have: %j", async (changes) => {
    const pool = await googlePool();
    const answer = await pool.browser().get(authorizeAddress(pool, changes));
    expect(callbackOf(answer).get("error")).toBe("invalid_request");
  });

  test("asks nobody where prompt=none forbids it", async () => {
    const pool = await googlePool();
    const changes = { identity_provider: "Google", prompt: "none" };
    const answer = await pool.browser().get(authorizeAddress(pool, changes));
    expect(callbackOf(answer).get("error")).toBe("login_required");
  });

  test("ends in the browser that began it, and in no other", async () => {
    const pool = await googlePool();
    const [mine, theirs] = [pool.browser(), pool.browser()];
    const back = await answerOfGoogle(pool, theirs);
    await openGoogle(pool, mine);
    expectNobody(await mine.get(back), mine);
    expectNobody(await pool.browser().get(back), pool.browser());
    expect(codeOf(await theirs.get(back))).toBeTruthy();
  });

  test("ends once: a second answer begins anew, signed in or not", async () => {
    const pool = await googlePool();
    const browser = pool.browser();
    const back = await answerOfGoogle(pool, browser);
    expect(codeOf(await browser.get(back))).toBeTruthy();
    expect(codeOf(await browser.follow(await browser.get(back)))).toBeTruthy();
    browser.cookies.delete("cognito");
    browser.cookies.delete(ownCookie(pool, "cognito"));
    const again = await browser.follow(await browser.get(back));
    expect(again.url).toMatch(`${pool.origin}/_providers/Google/authorize?`);
    expect(new URL(again.url).searchParams.get("state")).not.toBe(
      new URL(back).searchParams.get("state"),
    );
  });

  test("takes five minutes at most", async () => {
    const pool = await googlePool();
    const browser = pool.browser();
    const page = await openGoogle(pool, browser);
    pool.clock.advance({ minutes: 5 });
    expectNobody(await browser.get(await answerOfGoogle(pool, browser, page)), browser);
  });

  test("leads nowhere without a state, with an unknown one or with two", async () => {
    const pool = await googlePool();
    const browser = pool.browser();
    const back = await answerOfGoogle(pool, browser);
    const code = new URL(back).searchParams.get("code");
    for (const query of [`code=${code}`, `code=${code}&state=x`, "state=__proto__", ""]) {
      expectNobody(await browser.get(`/oauth2/idpresponse?${query}`), browser);
    }
    expectNobody(await browser.get(`${back}&state=x`), browser);
    expect((await browser.post(back, {})).status).toBe(405);
    expect(codeOf(await browser.get(back))).toBeTruthy();
  });

  test("works in two tabs at once", async () => {
    const pool = await googlePool();
    const browser = pool.browser();
    const [first, second] = [await openGoogle(pool, browser), await openGoogle(pool, browser)];
    for (const page of [second, first]) {
      expect(codeOf(await browser.get(await answerOfGoogle(pool, browser, page)))).toBeTruthy();
    }
  });

  test.each([
    ["another code", "code=made-up", "Google Error - invalid_grant"],
    ["a refusal", "error=access_denied", "Google Error - access_denied"],
    ["odd words", "error=%3Cb%3E", "Google Error - invalid_request"],
    ["nothing", "", "Google Error - invalid_request"],
  ])("leads back to the app with an error for %s", async (_name, answer, description) => {
    const pool = await googlePool();
    const browser = pool.browser();
    const state = new URL((await openGoogle(pool, browser)).url).searchParams.get("state");
    const page = await browser.get(`/oauth2/idpresponse?${answer}&state=${state}`);
    expect(Object.fromEntries(callbackOf(page))).toEqual({
      error: "invalid_request",
      error_description: description,
      state: "a state",
    });
    expect(browser.cookies.has("cognito")).toBe(false);
  });

  test("redeems a code once, and that of another provider not at all", async () => {
    const identityProviders = ["Google", "Facebook"];
    const pool = await startPool({ settings: tutorialSettings, identityProviders });
    const browser = pool.browser();
    const code = new URL(await answerOfGoogle(pool, browser)).searchParams.get("code");
    const request = authorizeAddress(pool, { identity_provider: "Facebook" });
    const state = new URL((await browser.open(request)).url).searchParams.get("state");
    const mixed = await browser.get(`/oauth2/idpresponse?code=${code}&state=${state}`);
    expect(callbackOf(mixed).get("error_description")).toBe("Facebook Error - invalid_grant");
  });
});

describe("a provider's page", () => {
  test("says what it is, and is refused from other pages, for other methods and for other providers", async () => {
    const pool = await googlePool();
    const browser = pool.browser();
    const page = await openGoogle(pool, browser);
    expect(page.text).toContain("A stand-in for Google, made by Local Cognito");
    expect(page.headers.get("cache-control")).toBe("no-store");
    expect((await browser.post(page.url, lea)).status).toBe(403);
    expect((await browser.post(page.url, { ...lea, _csrf: "x.y" })).status).toBe(403);
    for (const name of ["Facebook", "google", "__proto__"]) {
      expect((await browser.get(`/_providers/${name}/authorize?state=x`)).status).toBe(404);
    }
  });

  test("leads back to the app when it is left", async () => {
    const pool = await googlePool();
    const browser = pool.browser();
    const page = await openGoogle(pool, browser);
    const back = await browser.post(page.url, {
      _csrf: fieldValue(page, "_csrf"),
      decision: "refuse",
    });
    const answer = await browser.follow(back);
    expect(callbackOf(answer).get("error_description")).toBe("Google Error - access_denied");
  });

  test("remembers who has been there, at that provider, the last one first", async () => {
    const identityProviders = ["Google", "Facebook"];
    const pool = await startPool({ settings: tutorialSettings, identityProviders });
    const first = await claimsOf(pool, await comeThroughGoogle(pool));
    pool.clock.advance({ seconds: 1 });
    await comeThroughGoogle(pool, pool.browser(), { email: "max@example.org", name: "Max <b>" });
    const browser = pool.browser();
    const page = await openGoogle(pool, browser);
    const people = [...page.text.matchAll(/name="account" value="(\d+)">([^<]*)</g)];
    expect(people.map(([, , words]) => words)).toEqual([
      "Max &lt;b&gt; · max@example.org",
      "Lea Roth · lea@example.org",
    ]);
    const chosen = { _csrf: fieldValue(page, "_csrf"), account: people[1]?.[1] ?? "" };
    const answer = await browser.follow(await browser.post(page.url, chosen));
    expect((await claimsOf(pool, answer)).sub).toBe(first.sub);
    const facebook = authorizeAddress(pool, { identity_provider: "Facebook" });
    expect((await pool.browser().open(facebook)).text).not.toContain('name="account"');
  });

  test.each([
    ["Google", { email: "" }, "Invalid email address format."],
    ["Google", { email: "lea" }, "Invalid email address format."],
    ["Google", { account: "12" }, "Invalid email address format."],
    ["Facebook", { email: "lea@example.org" }, "Name cannot be empty."],
    ["LoginWithAmazon", { name: "Lea" }, "Invalid email address format."],
  ])("of %s asks again for %j, and keeps what was typed", async (name, person, problem) => {
    const pool = await startPool({ settings: tutorialSettings, identityProviders: [name] });
    const browser = pool.browser();
    const page = await browser.open(authorizeAddress(pool, { identity_provider: name }));
    const typed = await browser.submit(page, "Continue", { ...person, postal_code: "x" });
    expect(typed.status).toBe(400);
    expect(alertOf(typed)).toBe(problem);
    for (const [field, value] of Object.entries(person)) {
      if (field !== "account") expect(fieldValue(typed, field)).toBe(value);
    }
  });

  test("asks what its provider knows, and lets in somebody who has given the name alone", async () => {
    const settings = { ...tutorialSettings, schema: [] };
    const identityProviders = ["Facebook", "LoginWithAmazon"];
    const pool = await startPool({ settings, identityProviders });
    const names = {
      Facebook: /^facebook_1\d{16}$/,
      LoginWithAmazon: /^loginwithamazon_amzn1\.account\.\d{20}$/,
    };
    for (const [name, username] of Object.entries(names)) {
      const browser = pool.browser();
      const page = await browser.open(authorizeAddress(pool, { identity_provider: name }));
      expect(page.text).not.toContain("The address is verified");
      const person = name === "Facebook" ? { name: "Lea" } : { email: "lea@example.org" };
      const answer = await browser.follow(await browser.submit(page, "Continue", person));
      const claims = await claimsOf(pool, answer);
      expect(claims["cognito:username"]).toMatch(username);
      expect(claims.email_verified ?? false).toBe(false);
    }
  });

  test("remembers ten people, who are the same after they were forgotten", async () => {
    const pool = await googlePool();
    const first = await claimsOf(pool, await comeThroughGoogle(pool));
    const browser = pool.browser();
    const page = await openGoogle(pool, browser);
    for (let i = 0; i < 10; i++) {
      pool.clock.advance({ seconds: 1 });
      await browser.submit(page, "Continue", { email: `p${i}@example.org` });
    }
    const full = await openGoogle(pool, browser);
    expect(full.text.match(/name="account"/g)).toHaveLength(10);
    expect(full.text).not.toContain(lea.email);
    expect((await claimsOf(pool, await comeThroughGoogle(pool))).sub).toBe(first.sub);
  });
});

describe("where the client has providers and not the pool's own users", () => {
  test("there is no form for a password, and no page that belongs to one", async () => {
    const settings = withFirstClient(tutorialSettings, { identityProviders: [] });
    const pool = await startPool({ settings, identityProviders: ["Google"] });
    const browser = pool.browser();
    const page = await browser.open(authorizeAddress(pool));
    expect(page.url).toMatch(`${pool.origin}/login?`);
    // By the names that people's scripts know.
    expect(page.text).toMatch(
      /<button name="googleSignUpButton" type="submit" class="btn google-button socialButton-customizable">Continue with Google</,
    );
    expect(page.text).not.toMatch(/type="password"|Forgot|Sign up/);
    for (const path of ["/signup", "/forgotPassword"]) {
      expect((await browser.get(`${path}?${requestQuery(pool)}`)).location).toMatch("/login?");
      expect((await browser.post(`${path}?${requestQuery(pool)}`, {})).location).toMatch("/login?");
    }
    const fields = { username: "mira", password: PASSWORD };
    expect((await browser.post(`/login?${requestQuery(pool)}`, fields)).location).toMatch(
      "/login?",
    );
    expect(codeOf(await comeThroughGoogle(pool))).toBeTruthy();
    const cognito = authorizeAddress(pool, { identity_provider: "COGNITO" });
    expect(callbackOf(await browser.get(cognito)).get("error")).toBe("invalid_request");
  });

  test("and with none of them there is no button", async () => {
    const pool = await startPool();
    await register(pool);
    const page = await pool.browser().open(authorizeAddress(pool));
    expect(page.text).not.toContain("Continue with");
    const answer = await pool.browser().get("/_providers/Google/authorize?state=x", json);
    expect(answer.status).toBe(404);
  });
});
