import { afterEach, describe, expect, onTestFinished, test } from "vitest";
import { answer } from "../support/faults.ts";
import { providerForAll } from "../support/provider-for-all.ts";
import { rawRequest } from "../support/raw-request.ts";
import { signInAtProvider } from "../support/refused.ts";
import { createScriptedProvider } from "../support/scripted-provider.ts";
import { start, startForAll } from "../support/start.ts";
import { createVisitor } from "../support/visitor.ts";
import { storeIsDown, watchRows } from "../support/watched-rows.ts";

const hour = 60 * 60 * 1000;
const provider = providerForAll();
const rows = watchRows();
afterEach(() => {
  rows.before = () => {};
});
const app = startForAll(() => ({ userPool: provider(), wrapRows: rows.wrap }));

const get = (path: string, headers: Record<string, string> = {}) =>
  createVisitor().request("GET", app().appUrl + path, { headers });

describe("CF-5: the health routes", () => {
  test("say as much as a probe needs, and nothing of version or configuration", async () => {
    const answers = [await get("/healthz"), await get("/readyz")];

    expect(answers.map(({ status, text }) => [status, JSON.parse(text)])).toEqual([
      [200, { status: "alive" }],
      [200, { status: "ready", store: "reachable", signIn: "not verified yet" }],
    ]);
    for (const { headers, text } of answers) {
      expect(headers).not.toHaveProperty("server");
      expect(headers).not.toHaveProperty("x-powered-by");
      expect(text).not.toMatch(/\d/);
    }
  });

  test("are not ready while the store is down, and alive all the same", async () => {
    rows.before = storeIsDown;

    const [alive, ready] = [await get("/healthz"), await get("/readyz")];

    expect(alive.status).toBe(200);
    expect([ready.status, JSON.parse(ready.text)]).toEqual([
      503,
      { status: "not ready", store: "unreachable", signIn: "not verified yet" },
    ]);
  });

  test("tell whether ID tokens can be verified, also where nobody came for a day", async () => {
    let now = Date.now();
    const pool = await createScriptedProvider({ now: () => now });
    onTestFinished(pool.close);
    const quiet = await start({ userPool: pool, now: () => now });
    const signIn = async () =>
      JSON.parse((await createVisitor().request("GET", `${quiet.appUrl}/readyz`)).text).signIn;

    expect(await signIn()).toBe("not verified yet");
    await quiet.warmUp();
    expect(await signIn()).toBe("available");
    now += 25 * hour;
    expect(await signIn()).toBe("available");

    pool.script({ jwksAnswer: answer(500) });
    expect((await signInAtProvider(createVisitor(), quiet)).status).toBe(502);
    expect(await signIn()).toBe("not verified yet");
  });

  test("do not mind a pool that describes another of its domains", async () => {
    const userPool = { ...provider(), domain: "https://auth.example.com" };
    const elsewhere = await start({ userPool });

    expect(await elsewhere.warmUp()).toEqual([
      expect.stringContaining("authorization_endpoint"),
      expect.stringContaining("token_endpoint"),
    ]);
    const { text } = await createVisitor().request("GET", `${elsewhere.appUrl}/readyz`);
    expect(JSON.parse(text).signIn).toBe("available");
  });

  test("IN-8: mark what would move a terminal's cursor, or not be seen, in a pool's description", async () => {
    const text = "\u001b[2J\u009b2J\u202e\u200b";
    const names = ["issuer", "jwks_uri", "authorization_endpoint", "token_endpoint"];
    const description = Object.fromEntries(
      names.map((name) => [name, `https://a.example/${text}`]),
    );
    provider().scriptNext({ discoveryAnswer: answer(200, description) });

    const problems = await (await start({ userPool: provider() })).warmUp();

    expect(problems).toHaveLength(names.length);
    for (const problem of problems)
      expect(problem).toContain("a.example/\ufffd[2J\ufffd2J\ufffd\ufffd,");
  });

  test("OL-1: ask the store once for all who ask at the same moment", async () => {
    const asked = rows.calls.length;
    let answer = () => {};
    const held = new Promise<void>((resolve) => {
      answer = resolve;
    });
    rows.before = () => held;

    const waiting = Promise.all(Array.from({ length: 20 }, () => get("/readyz")));
    await expect.poll(() => rows.calls.length).toBe(asked + 1);
    await get("/healthz");
    answer();

    expect((await waiting).map(({ status }) => status)).toEqual(Array(20).fill(200));
    expect(rows.calls.length).toBe(asked + 1);
    await get("/readyz");
    expect(rows.calls.length).toBe(asked + 2);
  });

  test.each([
    "kube-probe/1.31",
    "GoogleHC/1.0",
    "ELB-HealthChecker/2.0",
    "Envoy/HC",
    "Consul Health Check",
  ])("are no password for other routes: %s", async (agent) => {
    const answered = await get("/logged-in", { "user-agent": agent });

    expect([answered.status, answered.location]).toEqual([
      303,
      `${app().appUrl}/login?returnTo=%2Flogged-in`,
    ]);
  });

  test.each<Record<string, string>>([
    { "x-original-url": "/healthz" },
    { "x-rewrite-url": "/healthz" },
    { "x-forwarded-uri": "/healthz", "x-forwarded-path": "/healthz" },
    { "x-forwarded-prefix": "/healthz" },
    { "x-envoy-original-path": "/healthz" },
  ])("are asked for by their path alone, not by %j", async (headers) => {
    expect((await get("/logged-in", headers)).status).toBe(303);
  });

  test.each([
    "/healthz/../logged-in",
    "/healthz/./../logged-in",
    "/healthz%2f..%2flogged-in",
    "/healthz/",
    "/healthz;/logged-in",
    "/healthz//logged-in",
    "/HEALTHZ",
    "//healthz",
    "/readyz/../healthz",
  ])("are no way to another route: %s", async (path) => {
    const { status, text } = await rawRequest(app().port, [
      `GET ${path} HTTP/1.1`,
      "Host: localhost",
    ]);

    expect(status).toBe(404);
    expect(text).not.toContain("alive");
  });

  test("do not listen to a query", async () => {
    const answered = await get("/healthz?path=/logged-in&url=http://127.0.0.1&verbose=1");

    expect(JSON.parse(answered.text)).toEqual({ status: "alive" });
  });
});
