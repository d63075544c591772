import { parse } from "node-html-parser";
import { describe, expect, test } from "vitest";
import type { Browser, Page } from "./support/browser.ts";
import {
  authorizeAddress,
  codeOf,
  newestCode,
  PASSWORD,
  register,
  requestQuery,
  startPool,
  type TestPool,
} from "./support/pool.ts";

// How public scripts, which know Cognito's classic pages, sign in without a browser.

const known = { username: "mira", password: PASSWORD };

async function registeredPool(): Promise<TestPool> {
  const pool = await startPool();
  await register(pool);
  return pool;
}

/** Where a script reads things from: the page that authorize leads to. */
async function openSignIn(pool: TestPool, browser: Browser): Promise<Page> {
  return browser.open(authorizeAddress(pool));
}

describe("a script signs in", () => {
  test("by the elements of the page, as with BeautifulSoup or cheerio", async () => {
    const pool = await registeredPool();
    const browser = pool.browser();
    const html = parse((await openSignIn(pool, browser)).text);
    const form = html.querySelector('form[name="cognitoSignInForm"]');
    const answer = await browser.post(form?.getAttribute("action") ?? "", {
      _csrf: html.querySelector('input[name="_csrf"]')?.getAttribute("value") ?? "",
      ...known,
      cognitoAsfData: html.querySelector('input[name="cognitoAsfData"]')?.toString() ?? "",
      signInSubmitButton: "Sign in",
    });
    expect(answer.status).toBe(302);
    expect(codeOf(answer)).toBeTruthy();
  });

  test("by regular expressions over the page", async () => {
    const pool = await registeredPool();
    const browser = pool.browser();
    const { text } = await openSignIn(pool, browser);
    const action = /<form action="([^"]*)"[^>]*name="cognitoSignInForm"/.exec(text)?.[1] ?? "";
    const token = /name="_csrf"\s+value="([0-9a-f-]{36})"/.exec(text)?.[1] ?? "";
    const answer = await browser.post(action.replaceAll("&amp;", "&"), { _csrf: token, ...known });
    expect(codeOf(answer)).toBeTruthy();
  });

  test.each<[string, (origin: string, page: string) => Record<string, string>]>([
    ["nothing", () => ({})],
    ["the page that it was on", (origin, referer) => ({ origin, referer })],
    ["what Node's fetch says of itself", () => ({ "sec-fetch-mode": "cors" })],
    ["another XMLHttpRequest", () => ({ "x-requested-with": "XMLHttpRequest" })],
  ])("that names %s in its headers", async (_what, headersOf) => {
    const pool = await registeredPool();
    const browser = pool.browser();
    const page = await openSignIn(pool, browser);
    const token = /name="_csrf" value="([^"]*)"/.exec(page.text)?.[1] ?? "";
    const answer = await browser.request("POST", page.url, {
      headers: headersOf(pool.origin, page.url),
      body: new URLSearchParams({ _csrf: token, ...known, cognitoAsfData: "" }),
    });
    expect(codeOf(answer)).toBeTruthy();
  });

  test("with the cookie XSRF-TOKEN alone of all that the page sets", async () => {
    const pool = await registeredPool();
    const page = await pool.browser().get(`/login?${requestQuery(pool)}`);
    const [cookie = ""] = page.headers.getSetCookie();
    expect(cookie).toMatch(/^XSRF-TOKEN=/);
    const token = /name="_csrf" value="([^"]*)"/.exec(page.text)?.[1] ?? "";
    const answer = await pool.browser().request("POST", page.url, {
      headers: { cookie: cookie.split(";")[0] ?? "" },
      body: new URLSearchParams({ _csrf: token, ...known }),
    });
    expect(codeOf(answer)).toBeTruthy();
  });

  test("and is told of a wrong password where Cognito tells it, in either form", async () => {
    const pool = await registeredPool();
    const browser = pool.browser();
    const page = await openSignIn(pool, browser);
    const refused = await browser.submit(page, "Sign in", { ...known, password: "Wrong-Horse-9" });
    const errors = parse(refused.text).querySelectorAll("form > #loginErrorMessage");
    expect(errors.map(({ text, classNames }) => [text, classNames])).toEqual(
      Array(2).fill(["Incorrect username or password.", "errorMessage-customizable"]),
    );
  });
});

test("A script signs up and confirms by the names of Cognito's fields", async () => {
  const pool = await startPool();
  const browser = pool.browser();
  const html = parse((await browser.get(`/signup?${requestQuery(pool)}`)).text);
  const form = html.querySelector('form[name="signupform"]');
  expect(form?.querySelector('button[name="signUpButton"]')?.text).toBe("Sign up");
  const sent = await browser.post(form?.getAttribute("action") ?? "", {
    _csrf: form?.querySelector('input[name="_csrf"]')?.getAttribute("value") ?? "",
    username: "mira",
    "requiredAttributes[email]": "mira@example.org",
    password: PASSWORD,
    cognitoAsfData: "",
    signUpButton: "",
  });
  const page = parse((await browser.follow(sent)).text);
  const code = page.querySelector("#verification_code");
  const button = page.querySelector('button[name="confirm"]');
  const confirming = code?.closest("form");
  expect(button?.closest("form")).toBe(confirming);
  const answer = await browser.post(confirming?.getAttribute("action") ?? "", {
    _csrf: confirming?.querySelector('input[name="_csrf"]')?.getAttribute("value") ?? "",
    [code?.getAttribute("name") ?? ""]: await newestCode(browser),
    confirm: "",
  });
  expect(codeOf(answer)).toBeTruthy();
});
