import { parse } from "node-html-parser";
import { describe, expect, test } from "vitest";
import { rawRequest } from "../support/raw-request.ts";
import { fieldValue, type Page } from "./support/browser.ts";
import {
  CALLBACK,
  PASSWORD,
  readInbox,
  register,
  requestQuery,
  SIGN_OUT,
  signUp,
  startPool,
  type TestPool,
} from "./support/pool.ts";
import { askForCode } from "./support/recovery.ts";

describe("/_local", () => {
  test("shows what is registered, everybody in the pool and every mail", async () => {
    const pool = await startPool();
    const browser = pool.browser();
    await register(pool, browser, { username: "mira<b>" });
    const overview = await browser.get("/_local");
    for (const text of [pool.userPoolId, pool.issuer, pool.clientId, CALLBACK, SIGN_OUT]) {
      expect(overview.text).toContain(text);
    }
    expect(overview.text).not.toContain(pool.clientSecret);
    const users = await browser.get("/_local/users");
    expect(users.text).toContain("mira&lt;b&gt;");
    expect(users.text).toContain("CONFIRMED");
    const inbox = await browser.get("/_local/inbox");
    expect(inbox.headers.get("refresh")).toBe("5");
    expect(inbox.text).toContain("Your verification code is");
  });

  test("leads back to the app from each page, and from the inbox to the page that asks for a code", async () => {
    const pool = await startPool();
    const browser = pool.browser();
    const backOf = (page: Page) =>
      parse(page.text).querySelector(".banner nav a:not([href^='/_local'])")?.getAttribute("href");
    const appUrl = new URL("/", CALLBACK).href;
    const confirmPage = await signUp(pool, browser);
    const forgotten = await askForCode(pool, browser, "mira@example.net");
    for (const page of [confirmPage, forgotten]) {
      const link = parse(page.text).querySelector(".notice a")?.getAttribute("href") ?? "";
      const back = await browser.get(backOf(await browser.get(link)) ?? "");
      expect([back.status, back.url]).toEqual([200, page.url]);
    }
    for (const path of ["", "/inbox", "/users", "/users/mira", "/requests"]) {
      expect(backOf(await browser.get(`/_local${path}`)), path).toBe(appUrl);
    }
  });

  test.each([
    "https://evil.example/confirm",
    "//evil.example/confirm",
    "/confirm@evil.example",
    "/confirm/../oauth2/authorize",
    "/logout?client_id=x",
    "javascript:alert(1)",
    "\\confirm",
    "",
  ])("leads back to no other address that a link to it names: %s", async (address) => {
    const pool = await startPool();
    const query = new URLSearchParams({ back: address });
    const { text } = await pool.browser().get(`/_local/inbox?${query}`);
    expect(text).toContain(`href="${new URL("/", CALLBACK).href}">Back to the app<`);
    expect(text).not.toMatch(/evil|alert/);
  });

  test("never shows a password, a hash or a key", async () => {
    const pool = await startPool();
    const browser = pool.browser();
    await register(pool, browser);
    for (const path of ["/_local", "/_local/users", "/_local/inbox"]) {
      for (const accept of ["text/html", "application/json"]) {
        const { text } = await browser.get(path, { accept });
        expect(text).not.toMatch(/"?(salt|hash|password|privateJwk)"?:/);
      }
    }
  });

  test.each(["evil.example", "localhost", "127.0.0.1", "127.0.0.1:1"])(
    "answers 403 under the host name %s, so that no web page can point its own name here",
    async (host) => {
      const pool = await startPool();
      for (const path of ["/_local", "/_local/users", "/_local/inbox"]) {
        const page = await pool.browser().get(path, { host, accept: "application/json" });
        expect(page.status).toBe(403);
        expect(page.text).not.toContain("createdAt");
      }
    },
  );

  test("is not open to other origins", async () => {
    const pool = await startPool();
    const page = await pool.browser().get("/_local/inbox", {
      origin: "http://localhost:3000",
      accept: "application/json",
    });
    expect(page.headers.get("access-control-allow-origin")).toBeNull();
    expect(page.headers.get("cross-origin-resource-policy")).toBe("same-origin");
  });

  test.each<[string, (pool: TestPool) => Record<string, string>, number]>([
    ["another site", () => ({ "sec-fetch-site": "cross-site" }), 403],
    ["the same site, another port", () => ({ "sec-fetch-site": "same-site" }), 403],
    ["another origin", () => ({ origin: "http://localhost:3000" }), 403],
    ["a page without an origin", () => ({ origin: "null" }), 403],
    ["what is no browser", () => ({}), 400],
    ["its own pages", () => ({ "sec-fetch-site": "same-origin" }), 400],
    ["its own pages in an old browser", ({ origin }) => ({ origin }), 400],
  ])("CS-2: reads an action only from where it may come: %s", async (_name, headers, status) => {
    const pool = await startPool();
    const sent = { headers: headers(pool) };
    expect((await pool.browser().request("POST", "/_local/users", sent)).status).toBe(status);
  });
});

describe("every page", () => {
  const strangeHosts = ["rebind.evil.example", "127.0.0.1.evil.example", "localhost.", "0.0.0.0"];

  test.each(strangeHosts)(
    "LL-7: is closed to a web page whose name, %s, points here",
    async (name) => {
      const pool = await startPool();
      const browser = pool.browser();
      const host = `${name}:${new URL(pool.origin).port}`;
      const address = `/signup?${requestQuery(pool)}`;
      const form = await browser.get(address);
      const body = new URLSearchParams({
        _csrf: fieldValue(form, "_csrf"),
        username: "mira",
        email: "mira@example.org",
        password: PASSWORD,
      });
      for (const path of [address, "/login", "/oauth2/authorize", "/assets/site.css"]) {
        const page = await browser.get(path, { host });
        expect(page.status).toBe(403);
        expect(page.text).toContain(`This user pool answers at ${pool.origin} only.`);
        expect(page.headers.get("content-security-policy")).toBeTruthy();
      }
      expect((await browser.request("POST", address, { headers: { host }, body })).status).toBe(
        403,
      );
      expect(await readInbox(browser)).toEqual([]);
    },
  );

  test.each(["127.0.0.1", "localhost", "[::1]"])("answers under the name %s", async (name) => {
    const pool = await startPool();
    const { port } = new URL(pool.origin);
    const address = `/login?${requestQuery(pool)}`;
    expect((await pool.browser().get(address, { host: `${name}:${port}` })).status).toBe(200);
    expect((await pool.browser().get(address, { host: `${name}:1` })).status).toBe(403);
    expect((await pool.browser().get(address, { host: name })).status).toBe(403);
  });

  test.each(["http://[::1/x", "http://?code=S3CRET", "http://"])(
    "IN-5: answers 400 to the target %s, with its headers and without its words",
    async (target) => {
      const pool = await startPool();
      const { host, port } = new URL(pool.origin);
      const head = [`GET ${target} HTTP/1.1`, `Host: ${host}`];
      const { status, headers, text } = await rawRequest(Number(port), head);
      expect(status).toBe(400);
      expect(text).not.toMatch(/S3CRET|Cannot GET|::1/);
      expect(headers["content-security-policy"]).toContain("default-src 'none'");
      expect(headers["x-amz-cognito-request-id"]).toBeTruthy();
      expect(headers["cache-control"]).toBe("no-store");
    },
  );
});

describe("the error page", () => {
  test("shows none of the words that a link brings along", async () => {
    const pool = await startPool();
    for (const query of [
      "?error=<script>alert(1)</script>",
      "?error=Call+555-HELP",
      "",
      "?error=a&error=b",
    ]) {
      const page = await pool.browser().get(`/error${query}`);
      expect(page.status).toBe(400);
      expect(page.text).toContain("An error was encountered with the requested page.");
      expect(page.text).not.toMatch(/<script|555-HELP/);
    }
  });

  test("is a 404 for a path that does not exist", async () => {
    const pool = await startPool();
    expect((await pool.browser().get("/nothing")).status).toBe(404);
    expect((await pool.browser().get("/_LOCAL/inbox")).status).toBe(404);
    expect((await pool.browser().get("/assets/%E0%A4%A")).status).toBe(404);
    expect((await pool.browser().get("/assets/..%2f..%2fpackage.json")).status).toBe(404);
  });
});

describe("the assets", () => {
  test("may be kept for a year under their version and no longer otherwise", async () => {
    const pool = await startPool();
    const browser = pool.browser();
    const { text } = await browser.get("/_local");
    const address = /href="(\/assets\/site\.css\?v=[\da-f]{10})"/.exec(text)?.[1] ?? "";
    const current = await browser.get(address);
    expect(current.status).toBe(200);
    expect(current.headers.get("content-type")).toMatch(/^text\/css/);
    expect(current.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
    const stale = await browser.get("/assets/site.css?v=0000000000");
    expect(stale.headers.get("cache-control")).toBe("no-cache");
  });

  test.each([
    "/assets//%2fsite.css",
    "/assets//%5b/..%2fsite.css",
    "/assets/site.css?v=%",
    "/assets/site.css?v=a&v=b",
  ])("IN-5: survive the address %s", async (address) => {
    const pool = await startPool();
    const page = await pool.browser().get(address);
    expect([200, 403, 404]).toContain(page.status);
    expect(page.headers.get("cache-control")).not.toContain("immutable");
    expect((await pool.browser().get("/_local")).status).toBe(200);
  });
});
