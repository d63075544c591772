import { describe, expect, test } from "vitest";
import { providerForAll } from "../support/provider-for-all.ts";
import { rawRequest } from "../support/raw-request.ts";
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
      expect.stringMatching(
        /^__Host-sign-in-8443-\w=.*; Path=\/; .*HttpOnly; Secure; SameSite=Lax$/,
      ),
    ]);
    expect(new URL(begun.location ?? "").searchParams.get("redirect_uri")).toBe(
      `${appUrl}/logged-in`,
    );
    expect(away.headers.location).toBe("/login?returnTo=%2Flogged-in");
    expect(index.text).not.toMatch(/evil|http:/);
    expect(index.headers["strict-transport-security"]).toBe("max-age=31536000");
  });

  test("gives no request its id", async () => {
    const headers = { "x-request-id": "mine" };
    const at = plain();

    await createVisitor().request("GET", `${at.appUrl}/nowhere`, { headers });

    await expect.poll(() => at.log.at(-1)?.requestId).toMatch(/^[\da-f-]{36}$/);
  });

  test.each(spoofed)("makes no cookie secure where the site is not: %j", async (headers) => {
    const begun = await createVisitor().request("GET", `${plain().appUrl}/login`, { headers });

    expect(begun.setCookies).toEqual([expect.stringMatching(/^sign-in-\d+-\w=/)]);
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

  const visit = (path: string, headers: Record<string, string>, method = "GET") =>
    createVisitor().request(method, trusting().origin + path, {
      headers: { host: "localhost:8443", ...headers },
    });

  test.each([
    "/",
    "/?page=7",
    "/logged-in",
    "/logged-in?code=a&state=b",
    "/sessions",
    "/nowhere",
    "/..//evil.example",
  ])("that says plain http leads to the same page of APP_URL: %s", async (path) => {
    const before = trusting().log.length;

    const answer = await visit(path, { "x-forwarded-proto": "http" });

    expect([answer.status, answer.headers.location]).toEqual([
      302,
      appUrl + new URL(path, appUrl).href.slice(appUrl.length),
    ]);
    expect(answer.headers["cache-control"]).toBe("no-store");
    const [warning] = trusting()
      .log.slice(before)
      .filter(({ level }) => level === 40);
    expect(warning?.msg).toContain("came by plain http");
  });

  test("RD-1: that says plain http leads nowhere else, whatever the address looks like", async () => {
    for (const path of [
      "//evil.example",
      "/\\evil.example",
      "/@evil.example",
      "///evil.example/x",
    ]) {
      const lines = [`GET ${path} HTTP/1.1`, "Host: localhost:8443", "X-Forwarded-Proto: http"];

      const { headers } = await rawRequest(trusting().port, lines);

      expect(new URL(headers.location ?? appUrl).origin).toBe(appUrl);
    }
  });

  test("that says plain http of everybody makes no ring: a browser that keeps Secure cookies is served", async () => {
    const headers = { "x-forwarded-proto": "http" };
    const [cookie = ""] = (await visit("/", headers)).setCookies;

    const second = await visit("/", { ...headers, cookie: cookie.split(";")[0] ?? "" });

    expect([second.status, second.text]).toEqual([200, expect.stringContaining("Welcome")]);
    expect(cookie).toMatch(/^__Host-came-by-https=1; .*Secure/);
  });

  test("that says plain http is not listened to where probes and forms are concerned", async () => {
    const headers = { "x-forwarded-proto": "http" };

    expect((await visit("/readyz", headers)).status).toBe(200);
    expect((await visit("/logout", headers, "POST")).headers.location).not.toBe(`${appUrl}/logout`);
  });

  test.each([
    ["x-request-id", "7c0e5e1a2b3c4d5e6f708192a3b4c5d6"],
    ["x-request-id", "req_01HZX.9-a:b"],
    ["x-amzn-trace-id", "Root=1-67891233-abcdef012345678912345678"],
  ])("names the request in our log by %s: %s", async (name, id) => {
    await visit("/nowhere", { [name]: id });

    await expect.poll(() => trusting().log.at(-1)).toMatchObject({ requestId: id, status: 404 });
  });

  test.each(["", "two words", "x".repeat(129), "<b>", 'a"b'])(
    "does not name it by what is no id: %j",
    async (id) => {
      await visit("/nowhere", { "x-request-id": id });

      await expect.poll(() => trusting().log.at(-1)?.requestId).toMatch(/^[\da-f-]{36}$/);
    },
  );

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
