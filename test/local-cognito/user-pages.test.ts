import { describe, expect, test } from "vitest";
import { administer, createUser, detailsOf, json, namesFound, poolOf } from "./support/admin.ts";
import { alertOf, fieldValue, unescapeHtml } from "./support/browser.ts";
import { authorizeAddress, PASSWORD, register, signUp, startPool } from "./support/pool.ts";

describe("GET /_local/users", () => {
  test("finds users by a word of their name, address or sub, as a page and as JSON", async () => {
    const pool = await startPool();
    await createUser(pool);
    const { body } = await createUser(pool, { username: "Bea<b>", email: "bea@kites.example" });
    expect(await namesFound(pool, "")).toHaveLength(2);
    for (const search of ["bEA<", "kites", body.sub, ` ${body.sub.slice(9, 20)} `]) {
      expect(await namesFound(pool, search)).toEqual(["Bea<b>"]);
    }
    expect(await namesFound(pool, "nobody")).toEqual([]);
    // Both, once each, though both words of an address begin so.
    expect((await namesFound(pool, "e")).sort()).toEqual(["Bea<b>", "ann"]);
    const page = await pool.browser().get("/_local/users?search=bea%3C");
    expect(page.text).toContain('<a href="/_local/users/Bea%3Cb%3E">Bea&lt;b&gt;</a>');
    expect(page.text).not.toContain(">ann</a>");
    expect(fieldValue(page, "search")).toBe("bea<");
    const none = await pool.browser().get("/_local/users?search=nobody");
    expect(none.text).toContain("Nobody has a word that begins so");
  });

  test("shows a hundred, and says how many more there are", async () => {
    const pool = await poolOf(103);
    const { text } = await pool.browser().get("/_local/users");
    expect(text.match(/href="\/_local\/users\//g)).toHaveLength(100);
    expect(text).toContain("3 more");
    expect(await namesFound(pool, "")).toHaveLength(103);
  });

  test("has pages, one behind the other, as a page and as JSON", async () => {
    const pool = await poolOf(103);
    const browser = pool.browser();
    const names: string[] = [];
    let address: string | undefined = "/_local/users?limit=40";
    let pages = 0;
    for (; address; pages += 1) {
      const page = await browser.get(address, json);
      for (const { username, sub } of JSON.parse(page.text)) {
        names.push(username);
        expect(sub).toMatch(/^[\da-f-]{36}$/);
      }
      address = /<([^>]+)>; rel="next"/.exec(page.headers.get("link") ?? "")?.[1];
    }
    expect([pages, names.length, new Set(names).size]).toEqual([3, 103, 103]);
    const first = await browser.get("/_local/users");
    const second = await browser.get(
      unescapeHtml(/href="([^"]+)" rel="next"/.exec(first.text)?.[1] ?? ""),
    );
    expect(second.text.match(/href="\/_local\/users\//g)).toHaveLength(3);
    expect(second.text).not.toContain("Older users");
    const found = await browser.get("/_local/users?search=user-1&limit=10", json);
    expect([JSON.parse(found.text).length, found.headers.get("link")]).toEqual([
      10,
      expect.stringContaining("search=user-1&limit=10&after="),
    ]);
  });

  test("answers every page of its kind in JSON too, its errors included", async () => {
    const pool = await startPool();
    await createUser(pool);
    const nobodies = ["/users/nobody", `/users/${"n".repeat(5000)}`];
    for (const path of ["", "/users", "/users/ann", "/inbox", "/nothing", ...nobodies]) {
      const { headers, text } = await pool.browser().get(`/_local${path}`, json);
      expect(headers.get("content-type")).toMatch(/^application\/json/);
      expect(headers.get("refresh")).toBeNull();
      expect(text).not.toMatch(/"(salt|hash|password|privateJwk|clientSecret|code)":"(?!Temp)/);
    }
    for (const path of nobodies) {
      const { status, text } = await pool.browser().get(`/_local${path}`, json);
      expect(status).toBe(404);
      expect(JSON.parse(text)).toEqual({
        error: "UserNotFoundException",
        message: "User does not exist.",
      });
    }
    expect((await pool.browser().get("/_local/users/nobody")).text).toContain(
      "<h1>User does not exist.</h1>",
    );
  });
});

describe("a user's page", () => {
  test("shows attributes, groups and the last twenty sign-ins", async () => {
    const pool = await startPool();
    await register(pool);
    const browser = pool.browser();
    const form = await browser.open(authorizeAddress(pool));
    for (let i = 0; i < 20; i++) {
      pool.clock.advance({ seconds: 1 });
      await browser.submit(form, "Sign in", { username: "mira", password: PASSWORD });
    }
    await administer(pool, "/mira/add-to-group", { group: "editors" });
    const user = await detailsOf(pool, "mira");
    expect(user).toEqual({
      username: "mira",
      sub: expect.stringMatching(/^[\da-f-]{36}$/),
      email: "mira@example.org",
      emailVerified: true,
      status: "CONFIRMED",
      enabled: true,
      createdAt: new Date(pool.clock.ms - 20_000).toISOString(),
      attributes: { email: "mira@example.org" },
      groups: ["editors"],
      signIns: expect.any(Array),
    });
    expect(user.signIns).toHaveLength(20);
    expect(user.signIns[0]).toEqual({ at: new Date(pool.clock.ms).toISOString(), userAgent: "" });
    expect(user.signIns.at(-1)?.at).toBe(new Date(pool.clock.ms - 19_000).toISOString());
    const { text } = await browser.get("/_local/users/mira");
    for (const shown of [user.sub, "mira@example.org", "editors", "CONFIRMED"]) {
      expect(text).toContain(shown);
    }
  });

  test("is found by name in any case, verified address and sub, whatever the name", async () => {
    const pool = await startPool();
    const { body } = await createUser(pool);
    for (const name of ["ANN", "ann@example.org", body.sub]) {
      expect((await detailsOf(pool, encodeURIComponent(name))).sub).toBe(body.sub);
    }
    for (const username of ["..", "a/b?c#d%2e", "Zoë🐎"]) {
      const { status, headers } = await createUser(pool, { username, email: "z@example.org" });
      expect(status).toBe(201);
      const page = await pool.browser().get(headers.get("location") ?? "", json);
      expect(JSON.parse(page.text).username).toBe(username);
    }
    expect((await pool.browser().get("/_local/users/%E0%A4%A")).status).toBe(400);
  });

  test("acts through its forms, and comes back to itself", async () => {
    const pool = await startPool();
    await signUp(pool, pool.browser());
    const browser = pool.browser();
    let page = await browser.get("/_local/users/mira");
    const press = async (button: string, values = {}) => {
      page = await browser.follow(await browser.submit(page, button, values));
      return page.text;
    };
    expect(await press("Confirm account")).toContain("<dd>CONFIRMED</dd>");
    expect(await press("Reset password")).toContain("no registered/verified email");
    expect(page.status).toBe(400);
    expect(await press("Add to group", { group: "editors" })).toContain("Remove from editors");
    await press("Add to group", { group: "two words" });
    expect(alertOf(page)).toBe("A group name must be 1 to 128 characters, without spaces.");
    expect(await press("Remove from editors", { group: "editors" })).toContain("In no group yet.");
    expect(await press("Disable")).toContain(">Enable</button>");
    expect(await press("Enable")).toContain(">Disable</button>");
    expect(await press("Sign out everywhere")).toContain("<h1>mira</h1>");
    expect(await press("Delete mira")).toContain("Nobody has signed up yet.");
  });

  test("makes a user through its form, and keeps what was typed where that fails", async () => {
    const pool = await startPool();
    const browser = pool.browser();
    const form = await browser.get("/_local/users");
    const fields = { username: "ann", email: "ann@example.org", temporaryPassword: "short" };
    const refused = await browser.submit(form, "Create user", fields);
    expect(refused.status).toBe(400);
    expect(alertOf(refused)).toBe(
      "Password did not conform with password policy: Password not long enough",
    );
    expect(refused.text).toContain('value="ann@example.org"');
    expect(refused.text).not.toContain("short");
    const made = await browser.submit(refused, "Create user", { ...fields, temporaryPassword: "" });
    expect(made.location).toBe(`${pool.origin}/_local/users/ann`);
    expect((await browser.follow(made)).text).toContain("FORCE_CHANGE_PASSWORD");
  });
});
