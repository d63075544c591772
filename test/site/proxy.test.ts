import { describe, expect, test } from "vitest";
import { providerForAll } from "../support/provider-for-all.ts";
import { start, startForAll } from "../support/start.ts";
import { createVisitor } from "../support/visitor.ts";

const provider = providerForAll();
const appUrl = "https://localhost:8443";

/** What a client may claim, and a proxy pass on. */
const spoofed: Record<string, string>[] = [
  { "x-forwarded-proto": "http" },
  { "x-forwarded-proto": "https" },
  { "x-forwarded-for": "10.0.0.1", "x-real-ip": "10.0.0.1" },
  { "x-forwarded-host": "evil.example", "x-forwarded-port": "1" },
  { forwarded: "for=10.0.0.1;proto=http;host=evil.example" },
  { "x-forwarded-ssl": "off", "front-end-https": "off" },
];

describe("SC-9: what an untrusted peer says of a proxy", () => {
  const secure = startForAll(() => ({ userPool: provider(), env: { APP_URL: appUrl } }));
  const plain = startForAll(() => ({ userPool: provider() }));

  test.each(spoofed)("changes no cookie and no link of an https site: %j", async (headers) => {
    const visitor = createVisitor();
    const ask = (path: string) =>
      visitor.request("GET", secure().origin + path, {
        headers: { host: "localhost:8443", ...headers },
      });

    const [begun, index, away] = [await ask("/login"), await ask("/"), await ask("/logged-in")];

    expect(begun.setCookies).toEqual([
      expect.stringMatching(/^__Host-sign-in-\w=.*; Path=\/; .*HttpOnly; Secure; SameSite=Lax$/),
    ]);
    expect(new URL(begun.location ?? "").searchParams.get("redirect_uri")).toBe(
      `${appUrl}/logged-in`,
    );
    expect(away.headers.location).toBe("/login?returnTo=%2Flogged-in");
    expect(index.text).not.toMatch(/evil|http:/);
    expect(index.headers["strict-transport-security"]).toBe("max-age=31536000");
  });

  test.each(spoofed)("makes no cookie secure where the site is not: %j", async (headers) => {
    const begun = await createVisitor().request("GET", `${plain().appUrl}/login`, { headers });

    expect(begun.setCookies).toEqual([expect.stringMatching(/^sign-in-\w=/)]);
    expect(begun.setCookies.join()).not.toContain("Secure");
  });
});

describe("SC-9: a proxy that is trusted", () => {
  const trusting = startForAll(() => ({
    userPool: provider(),
    env: { APP_URL: appUrl, TRUST_PROXY: "1" },
  }));

  const login = (headers: Record<string, string>, query = "") =>
    createVisitor().request("GET", `${trusting().origin}/login${query}`, {
      headers: { host: "localhost:8443", ...headers },
    });

  test("is believed that the visitor came by https", async () => {
    const begun = await login({ "x-forwarded-proto": "https" });

    expect(begun.location).toContain(provider().domain);
  });

  test("that says plain http leads to APP_URL, once, and the log says what to mend", async () => {
    const headers = { "x-forwarded-proto": "http" };
    const before = trusting().log.length;

    const first = await login(headers, "?returnTo=/wanted");
    const second = await login(headers, "?from=other-host");

    expect(first.location).toBe(`${appUrl}/login?returnTo=%2Fwanted&from=other-host`);
    expect(first.setCookies).toEqual([]);
    expect(second.location).toContain(provider().domain);
    const warnings = trusting()
      .log.slice(before)
      .filter(({ level }) => level === 40);
    expect(warnings).toEqual([
      expect.objectContaining({ msg: expect.stringContaining("came by plain http") }),
    ]);
  });

  test("one hop further away is not believed", async () => {
    const app = await start({
      userPool: provider(),
      env: { APP_URL: appUrl, TRUST_PROXY: "10.0.0.0/8" },
    });

    const begun = await createVisitor().request("GET", `${app.origin}/login`, {
      headers: {
        host: "other.example",
        "x-forwarded-host": "localhost:8443",
        "x-forwarded-proto": "https",
      },
    });

    expect(begun.location).toBe(`${appUrl}/login?from=other-host`);
  });
});
