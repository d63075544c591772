import { describe, expect, test } from "vitest";
import { CALLBACK, register, SIGN_OUT, startPool, type TestPool } from "./support/pool.ts";

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
    ["nowhere", () => ({}), 403],
    ["its own pages", () => ({ "sec-fetch-site": "same-origin" }), 404],
    ["its own pages in an old browser", ({ origin }) => ({ origin }), 404],
  ])("an action from %s", async (_name, headers, status) => {
    const pool = await startPool();
    const sent = { headers: headers(pool) };
    expect((await pool.browser().request("POST", "/_local/users", sent)).status).toBe(status);
  });
});

describe("the error page", () => {
  test("shows none of the words that a link brings along", async () => {
    const pool = await startPool();
    for (const query of [
      "?error=<script>alert(1)</script>",
      "?error=Call+555",
      "",
      "?error=a&error=b",
    ]) {
      const page = await pool.browser().get(`/error${query}`);
      expect(page.status).toBe(400);
      expect(page.text).toContain("An error was encountered with the requested page.");
      expect(page.text).not.toMatch(/<script|555/);
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
});
