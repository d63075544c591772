import { describe, expect, test } from "vitest";
import type { ClientSettings } from "../../src/local-cognito/pool/pool-settings.ts";
import { redeem } from "./support/client.ts";
import {
  authorizeAddress,
  CALLBACK,
  callbackOf,
  codeOf,
  register,
  requestQuery,
  signIn,
  startPool,
  type TestPool,
} from "./support/pool.ts";
import { withSettings } from "./support/settings.ts";

const OTHER = `${CALLBACK}/other`;
const MISSING = "Required String parameter 'redirect_uri' is not present";

/** The address that a request without redirect_uri ends at, or what the error page is told. */
async function whereNoneIsNamed(pool: TestPool): Promise<string> {
  const address = authorizeAddress(pool, { redirect_uri: undefined, prompt: "none" });
  const { origin, pathname, searchParams } = new URL((await pool.browser().get(address)).location);
  return pathname === "/error" ? String(searchParams.get("error")) : origin + pathname;
}

describe("GET /oauth2/authorize", () => {
  test("leads a stranger to the sign-in page with the same query", async () => {
    const pool = await startPool();
    const query = `${requestQuery(pool, { state: "a+b/c=", nonce: "n" })}&lang=de`;
    const page = await pool.browser().get(`/oauth2/authorize?${query}`);
    expect(page.status).toBe(302);
    expect(page.location).toBe(`${pool.origin}/login?${query}`);
    expect(page.headers.get("x-amz-cognito-request-id")).toMatch(/^[\da-f-]{36}$/);
    expect(page.headers.get("cache-control")).toBe("no-store");
  });

  test.each([
    ["a trailing slash", `${CALLBACK}/`],
    ["another case", "http://localhost:3000/Logged-in"],
    ["another port", "http://localhost:3001/logged-in"],
    ["another name of the same host", "http://127.0.0.1:3000/logged-in"],
    ["a query", `${CALLBACK}?x=1`],
    ["a fragment", `${CALLBACK}#x`],
    ["user information", "http://localhost:3000@evil.example/logged-in"],
    ["a longer path", `${CALLBACK}.evil.example`],
    ["encoding", "http://localhost:3000/logged%2Din"],
    ["another site", "https://evil.example/"],
    ["a script", "javascript:alert(1)"],
    ["nothing", ""],
  ])("LL-4: stays on its own error page when redirect_uri has %s", async (_name, redirectUri) => {
    const pool = await startPool();
    for (const path of ["/oauth2/authorize", "/login", "/signup", "/confirm"]) {
      const page = await pool
        .browser()
        .get(`${path}?${requestQuery(pool, { redirect_uri: redirectUri })}`);
      expect(page.status).toBe(302);
      expect(page.location).toBe(
        `${pool.origin}/error?error=redirect_mismatch&client_id=${pool.clientId}`,
      );
    }
  });

  test("LL-4: refuses a redirect_uri that is given twice", async () => {
    const pool = await startPool();
    const twice = `${requestQuery(pool)}&redirect_uri=${encodeURIComponent(CALLBACK)}`;
    const page = await pool.browser().get(`/oauth2/authorize?${twice}`);
    expect(page.location).toMatch(`${pool.origin}/error?error=redirect_mismatch`);
  });

  test.each([
    ["unknown", "nobody", "User pool client does not exist."],
    ["missing", undefined, "Required parameters missing"],
  ])("LL-4: stays on its own error page when the client is %s", async (_name, clientId, error) => {
    const pool = await startPool();
    const page = await pool.browser().get(authorizeAddress(pool, { client_id: clientId }));
    expect(page.status).toBe(302);
    expect(new URL(page.location).origin).toBe(pool.origin);
    expect(new URL(page.location).searchParams.get("error")).toBe(error);
    const shown = await pool.browser().get(page.location);
    expect(shown.status).toBe(400);
    expect(shown.text).toContain(error);
  });

  test("takes the only callback URL where redirect_uri is missing, and asks for it among several", async () => {
    const pool = await startPool();
    const address = authorizeAddress(pool, { redirect_uri: undefined, prompt: "none" });
    expect(callbackOf(await pool.browser().get(address)).get("error")).toBe("login_required");

    const several = await startPool({ callbackUrls: [CALLBACK, OTHER] });
    expect(await whereNoneIsNamed(several)).toBe(MISSING);
  });

  test.each<[string, Partial<ClientSettings>, string[], string]>([
    ["the default of the client", { defaultRedirectUrl: OTHER }, [CALLBACK, OTHER], OTHER],
    [
      "the only one, where the default is not registered",
      { defaultRedirectUrl: OTHER },
      [CALLBACK],
      CALLBACK,
    ],
    [
      "none, where there are several ways in",
      { identityProviders: ["COGNITO", "Google"], defaultRedirectUrl: CALLBACK },
      [CALLBACK],
      MISSING,
    ],
  ])("takes for a missing redirect_uri %s", async (_name, client, callbackUrls, where) => {
    const pool = await startPool({ ...withSettings({ client }), callbackUrls });
    expect(await whereNoneIsNamed(pool)).toBe(where);
  });

  test.each<[string, Record<string, string | undefined>, string]>([
    ["response_type is missing", { response_type: undefined }, "invalid_request"],
    ["response_type is unknown", { response_type: "code token" }, "invalid_request"],
    [
      "the client may not use the implicit grant",
      { response_type: "token" },
      "unauthorized_client",
    ],
    ["a scope is unknown", { scope: "openid everything" }, "invalid_request"],
    ["a scope is not the client's", { scope: "openid shop.example/orders" }, "invalid_request"],
    ["email is asked for without openid", { scope: "email" }, "invalid_request"],
    ["prompt is unknown", { prompt: "always" }, "invalid_request"],
    ["prompt contradicts itself", { prompt: "none login" }, "invalid_request"],
    ["the provider is not the client's", { identity_provider: "Google" }, "invalid_request"],
    ["nobody is signed in and prompt is none", { prompt: "none" }, "login_required"],
    ["resource is no URL", { resource: "api" }, "invalid_request"],
    ["resource is plain http elsewhere", { resource: "http://api.example" }, "invalid_request"],
    ["nonce is too long", { nonce: "n".repeat(5000) }, "invalid_request"],
  ])("LL-4: tells the app, with its state, when %s", async (_name, changes, error) => {
    const pool = await startPool();
    const page = await pool.browser().get(authorizeAddress(pool, changes));
    expect(page.status).toBe(302);
    const { error_description: description, ...told } = Object.fromEntries(callbackOf(page));
    expect(told).toEqual({ error, state: "a state" });
    expect(description).toBe("scope" in changes ? "invalid_scope" : undefined);
  });

  test.each(["state", "scope", "nonce", "response_type", "prompt"])(
    "tells the app when %s is given twice",
    async (name) => {
      const pool = await startPool();
      const query = `${requestQuery(pool, { [name]: "code" })}&${name}=code`;
      const answer = callbackOf(await pool.browser().get(`/oauth2/authorize?${query}`));
      expect(answer.get("error")).toBe("invalid_request");
      expect(answer.get("state")).toBe(name === "state" ? null : "a state");
    },
  );

  const CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
  test.each<[string, Record<string, string>]>([
    ["method plain", { code_challenge: CHALLENGE, code_challenge_method: "plain" }],
    ["no method", { code_challenge: CHALLENGE }],
    ["method in another case", { code_challenge: CHALLENGE, code_challenge_method: "s256" }],
    ["no challenge", { code_challenge_method: "S256" }],
    ["a short challenge", { code_challenge: "abc", code_challenge_method: "S256" }],
    ["a long challenge", { code_challenge: `${CHALLENGE}A`, code_challenge_method: "S256" }],
    ["padding", { code_challenge: `${CHALLENGE}=`, code_challenge_method: "S256" }],
    [
      "other characters",
      { code_challenge: CHALLENGE.replace("-", "+"), code_challenge_method: "S256" },
    ],
  ])("LL-5: refuses a code challenge with %s", async (_name, changes) => {
    const pool = await startPool();
    const answer = callbackOf(await pool.browser().get(authorizeAddress(pool, changes)));
    expect(answer.get("error")).toBe("invalid_request");
    expect(answer.get("state")).toBe("a state");
  });

  test("LL-5: takes a request without a code challenge, as Cognito does", async () => {
    const pool = await startPool();
    const page = await pool.browser().get(authorizeAddress(pool));
    expect(page.location).toContain("/login?");
  });

  test("keeps the query of a registered callback URL and gives state back unchanged", async () => {
    const callback = `${CALLBACK}?tenant=7`;
    const pool = await startPool({ callbackUrls: [callback] });
    const state = "a+b/c=d e&f%20é";
    const changes = { redirect_uri: callback, prompt: "none", state };
    const page = await pool.browser().get(authorizeAddress(pool, changes));
    expect(page.location.startsWith(`${callback}&error=login_required&`)).toBe(true);
    expect(callbackOf(page).get("state")).toBe(state);
  });

  test("answers without state where none was sent", async () => {
    const pool = await startPool();
    const address = authorizeAddress(pool, { prompt: "none", state: undefined });
    expect([...callbackOf(await pool.browser().get(address)).keys()]).toEqual(["error"]);
  });

  test.each(["POST", "HEAD", "PUT", "DELETE"])("spends nothing on %s: 405", async (method) => {
    const pool = await startPool();
    const browser = pool.browser();
    await register(pool, browser);
    const page = await browser.request(method, authorizeAddress(pool));
    expect(page.status).toBe(405);
    expect(page.location).toBe("");
  });
});

describe("the hosted session", () => {
  test("signs the browser in again without a page, with the time of the first sign-in", async () => {
    const pool = await startPool();
    const browser = pool.browser();
    await register(pool, browser);
    const signedInAt = pool.clock.ms / 1000;
    pool.clock.advance({ minutes: 30 });
    const page = await browser.get(authorizeAddress(pool, { identity_provider: "COGNITO" }));
    const { body } = await redeem(pool, codeOf(page));
    const claims = JSON.parse(
      Buffer.from(String(body.id_token).split(".")[1] ?? "", "base64url").toString(),
    );
    expect(claims.auth_time).toBe(signedInAt);
    expect(claims.iat).toBe(signedInAt + 30 * 60);
  });

  test("ends an hour after sign-in, however much it was used", async () => {
    const pool = await startPool();
    const browser = pool.browser();
    await register(pool, browser);
    pool.clock.advance({ minutes: 59, seconds: 59 });
    expect(codeOf(await browser.get(authorizeAddress(pool)))).toBeTruthy();
    pool.clock.advance({ seconds: 1 });
    expect((await browser.get(authorizeAddress(pool))).location).toContain("/login?");
  });

  test("lives in a cookie that scripts and other sites' requests do not get", async () => {
    const pool = await startPool();
    const page = await register(pool);
    const cookie = page.headers.getSetCookie().find((line) => line.startsWith("cognito="));
    expect(cookie).toMatch(/^cognito=[\w-]{43}; Max-Age=3600; Path=\/; .*HttpOnly; SameSite=Lax$/);
  });

  test("answers prompt=none with a code", async () => {
    const pool = await startPool();
    const browser = pool.browser();
    await register(pool, browser);
    expect(codeOf(await browser.get(authorizeAddress(pool, { prompt: "none" })))).toBeTruthy();
  });

  test("asks again for prompt=login, stays valid meanwhile, and is replaced on success", async () => {
    const pool = await startPool();
    const browser = pool.browser();
    await register(pool, browser);
    const before = browser.cookies.get("cognito");
    const form = await browser.open(authorizeAddress(pool, { prompt: "login" }));
    expect(form.text).not.toContain("Sign in as");
    expect(codeOf(await browser.get(authorizeAddress(pool)))).toBeTruthy();
    expect(codeOf(await signIn(pool, browser, {}, { prompt: "login" }))).toBeTruthy();
    expect(browser.cookies.get("cognito")).not.toBe(before);
  });

  test("offers to go on as the signed-in user at /login itself", async () => {
    const pool = await startPool();
    const browser = pool.browser();
    await register(pool, browser);
    const page = await browser.get(`/login?${requestQuery(pool)}`);
    expect(page.status).toBe(200);
    expect(page.text).toContain("Sign in as mira");
    expect(codeOf(await browser.submit(page, "Sign in as mira"))).toBeTruthy();
  });
});
