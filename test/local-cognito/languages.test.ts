import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { en, type Messages } from "../../src/local-cognito/languages/en.ts";
import { languages } from "../../src/local-cognito/messages.ts";
import { alertOf, type Browser, type Page } from "./support/browser.ts";
import {
  authorizeAddress,
  newestCode,
  ownCookie,
  requestQuery,
  startPool,
} from "./support/pool.ts";

const root = new URL("../../", import.meta.url);
const others = Object.entries(languages).filter(([tag]) => tag !== "en");
const tagOf = (page: Page) => /<html lang="([^"]*)">/.exec(page.text)?.[1];
const headingOf = (page: Page) => /<h1>([^<]*)<\/h1>/.exec(page.text)?.[1];

describe.each(others)("the language %s", (_tag, messages: Messages) => {
  test("has every message of English, and no other", () => {
    expect(Object.keys(messages).sort()).toEqual(Object.keys(en).sort());
    expect(Object.values(messages).filter((text) => text.trim() === "")).toEqual([]);
  });

  test("has the same places for values and as many links in each", () => {
    const shape = (text: string) => ({
      places: [...new Set(text.match(/\{\w+\}/g))].sort(),
      links: text.match(/\[[^[\]]+\]/g)?.length ?? 0,
    });
    const shapes = (all: Messages) =>
      Object.entries(all).map(([key, text]) => [key, shape(text)] as const);
    expect(Object.fromEntries(shapes(messages))).toEqual(Object.fromEntries(shapes(en)));
  });
});

test("Every message that a page says exists, and every message is said somewhere", () => {
  const views = read("views/hosted-ui/", ".ejs");
  const said = [...views.matchAll(/\bsay\("(\w+)"/g)].map(([, key]) => key ?? "");
  expect(said.filter((key) => !(key in en))).toEqual([]);

  const source = read("src/local-cognito/", ".ts");
  const isSaid = (key: string) => said.includes(key) || source.includes(`"${key}"`);
  expect(Object.keys(en).filter((key) => !isSaid(key))).toEqual([]);
});

test("No hosted page has words of its own beside the messages", () => {
  const pages = readdirSync(new URL("views/hosted-ui/", root), {
    recursive: true,
    encoding: "utf8",
  }).filter((name) => name.endsWith(".ejs") && !name.startsWith("local-"));
  const wordsIn = (source: string) =>
    source
      .replace(/<%.*?%>/gs, "")
      .replace(/<[^>]*>/g, "")
      .match(/\p{L}+/gu);
  for (const name of pages) {
    const source = readFileSync(new URL(`views/hosted-ui/${name}`, root), "utf8");
    expect([name, wordsIn(source)]).toEqual([name, name === "time.ejs" ? ["UTC"] : null]);
    expect([name, source.match(/\b(?:label|hint|title|text|legend): ["`]/g)]).toEqual([name, null]);
  }
});

describe("the hosted pages", () => {
  test("are in the language that `lang` asks for, and stay in it", async () => {
    const pool = await startPool();
    const browser = pool.browser();
    const asked = await browser.open(authorizeAddress(pool, { lang: "es" }));
    expect([tagOf(asked), headingOf(asked)]).toEqual(["es", "Iniciar sesión"]);
    expect(browser.cookies.get(ownCookie(pool, "lang"))).toBe("es");

    const later = await browser.get(`/login?${requestQuery(pool)}`);
    expect([tagOf(later), headingOf(later)]).toEqual(["es", "Iniciar sesión"]);
    const other = await browser.get(`/login?${requestQuery(pool, { lang: "ja" })}`);
    expect([tagOf(other), headingOf(other)]).toEqual(["ja", "サインイン"]);
    expect(browser.cookies.get(ownCookie(pool, "lang"))).toBe("ja");
  });

  test.each(["de", "ES", "constructor", "", "es,ja"])(
    "are in English where `lang` is %j, which is not kept",
    async (lang) => {
      const pool = await startPool();
      const browser = pool.browser();
      const page = await browser.get(`/login?${requestQuery(pool, { lang })}`);
      expect([page.status, tagOf(page), headingOf(page)]).toEqual([200, "en", "Sign in"]);
      expect(browser.cookies.has(ownCookie(pool, "lang"))).toBe(false);
    },
  );

  test("are in English without `lang`, whatever the browser prefers or its cookie says", async () => {
    const pool = await startPool();
    const browser = pool.browser();
    const address = `/login?${requestQuery(pool)}`;
    expect(tagOf(await browser.get(address, { "accept-language": "ja" }))).toBe("en");
    browser.cookies.set(ownCookie(pool, "lang"), "__proto__");
    expect(tagOf(await browser.get(address))).toBe("en");
    expect(tagOf(await browser.get(`${address}&lang=es&lang=ja`))).toBe("en");
  });

  test("say what is wrong in that language, and nothing of them is left in English", async () => {
    const pool = await startPool();
    const browser = pool.browser();
    const pages = await everyHostedPage(browser, requestQuery(pool, { lang: "ja" }));

    expect(pages.map(({ url }) => new URL(url).pathname)).toEqual(
      ["/login", "/login", "/signup", "/signup", "/confirm", "/confirm"].concat(
        ["/forgotPassword", "/confirmForgotPassword", "/changePassword", "/login", "/error"],
        ["/nothing"],
      ),
    );
    expect(pages.map(tagOf)).toEqual(pages.map(() => "ja"));
    expect(alertOf(pages[1] as Page)).toBe("ユーザー名またはパスワードが正しくありません。");
    expect(alertOf(pages[5] as Page)).toBe("検証コードが無効です。もう一度お試しください。");
    const foreign = Object.values(en).flatMap((text) => text.split(/\{\w+\}|[[\]]/));
    const sentences = foreign.map((part) => part.trim()).filter((part) => part.length > 4);
    for (const page of pages) {
      const text = textOf(page);
      expect(sentences.filter((sentence) => text.includes(sentence))).toEqual([]);
    }
  });
});

test("The developer's pages and every mail stay in English", async () => {
  const pool = await startPool();
  const browser = pool.browser();
  await browser.get(`/login?${requestQuery(pool, { lang: "ja" })}`);
  for (const path of ["/_local", "/_local/users", "/_local/inbox", "/_local/nothing?lang=ja"]) {
    const page = await browser.get(path);
    expect([tagOf(page), page.text.includes("Local Cognito: a look-alike")]).toEqual(["en", true]);
  }
});

/** Goes through everything that a visitor can meet, in that language from beginning to end. */
async function everyHostedPage(browser: Browser, query: string): Promise<Page[]> {
  const { ja } = languages;
  const signIn = await browser.get(`/login?${query}`);
  const wrong = await browser.submit(signIn, ja.signIn, { username: "mira", password: "wrong" });
  const signUp = await browser.get(`/signup?${query}`);
  const person = { username: "mira", email: "mira@example.org", password: "Correct-Horse-9" };
  const short = await browser.submit(signUp, ja.signUp, { ...person, password: "short" });
  const confirm = await browser.follow(await browser.submit(short, ja.signUp, person));
  const mismatch = await browser.submit(confirm, ja.confirmAccount, { code: "no code" });
  const code = await newestCode(browser);
  await browser.submit(mismatch, ja.confirmAccount, { code });
  const forgot = await browser.get(`/forgotPassword?${query}`);
  const recover = await browser.follow(
    await browser.submit(forgot, ja.sendCode, { username: "mira" }),
  );
  await browser.post("/_local/users", { username: "ann", temporaryPassword: person.password });
  const ann = { username: "ann", password: person.password };
  const change = await browser.follow(await browser.submit(signIn, ja.signIn, ann));
  const signedIn = await browser.get(`/login?${query}`);
  const error = await browser.get("/error?error=redirect_mismatch");
  const missing = await browser.get("/nothing");
  return [signIn, wrong, signUp, short, confirm, mismatch].concat(
    [forgot, recover, change, signedIn, error],
    [missing],
  );
}

function textOf(page: Page): string {
  return page.text
    .replace(/<[^>]*>/g, "\n")
    .replaceAll("&#39;", "'")
    .replaceAll("&amp;", "&");
}

function read(folder: string, ending: string): string {
  const url = new URL(folder, root);
  const names = readdirSync(url, { recursive: true, encoding: "utf8" }).filter(
    (name) => name.endsWith(ending) && !name.startsWith("languages/"),
  );
  return names.map((name) => readFileSync(new URL(name, url), "utf8")).join("\n");
}
