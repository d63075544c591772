import { describe, expect, test } from "vitest";
import { createCookieJar } from "./cookie-jar.ts";

const typed = { method: "GET", isCrossSite: false };

describe("the cookie jar", () => {
  test("shares cookies between ports of one host, and not between hosts", () => {
    const jar = createCookieJar();
    jar.store(new URL("http://localhost:3000/"), ["a=1; Path=/"]);

    expect(jar.header(new URL("http://localhost:4300/x"), typed)).toBe("a=1");
    expect(jar.header(new URL("http://127.0.0.1:3000/"), typed)).toBeUndefined();
  });

  test("sends a cookie below its path only, the longer path first", () => {
    const jar = createCookieJar();
    jar.store(new URL("http://localhost/x/y"), ["c=root; Path=/", "c=deep", "d=1; Path=/xy"]);

    expect(jar.header(new URL("http://localhost/x/z"), typed)).toBe("c=deep; c=root");
    expect(jar.header(new URL("http://localhost/"), typed)).toBe("c=root");
  });

  test("forgets what has expired, and what the server expires", () => {
    let now = 1_000_000;
    const jar = createCookieJar({ now: () => now });
    const url = new URL("http://localhost/");
    jar.store(url, ["a=1; Max-Age=60", "b=1; Path=/", "c=1"]);
    jar.store(url, ["b=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT"]);
    expect(jar.header(url, typed)).toBe("a=1; c=1");

    now += 60_000;
    expect(jar.list(url.origin).map(({ name }) => name)).toEqual(["c"]);
  });

  test.each([
    ["a Secure cookie over http", "http://localhost/", "a=1; Secure"],
    [
      "a __Host- cookie with a narrower path",
      "https://app.example/",
      "__Host-a=1; Secure; Path=/x",
    ],
    ["a __Host- cookie that is not Secure", "https://app.example/", "__Host-a=1; Path=/"],
    ["a cookie for another domain", "https://app.example/", "a=1; Domain=evil.example"],
  ])("refuses %s", (_, url, line) => {
    const jar = createCookieJar();
    jar.store(new URL(url), [line]);
    expect(jar.list(url)).toEqual([]);
  });

  test.each([
    ["Strict", "GET", undefined],
    ["Lax", "GET", "a=1"],
    ["Lax", "POST", undefined],
    ["None", "POST", "a=1"],
  ])("with SameSite=%s and a cross-site %s sends %s", (sameSite, method, sent) => {
    const jar = createCookieJar();
    const url = new URL("http://localhost/");
    jar.store(url, [`a=1; SameSite=${sameSite}`]);
    expect(jar.header(url, { method, isCrossSite: true })).toBe(sent);
  });
});
