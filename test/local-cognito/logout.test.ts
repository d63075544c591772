import { describe, expect, test } from "vitest";
import { redeem, userInfo } from "./support/client.ts";
import {
  authorizeAddress,
  CALLBACK,
  codeOf,
  register,
  SIGN_OUT,
  startPool,
} from "./support/pool.ts";

async function signedInBrowser() {
  const pool = await startPool();
  const browser = pool.browser();
  const answer = await register(pool, browser);
  const address = (parameters: Record<string, string>) =>
    `/logout?${new URLSearchParams(parameters)}`;
  return { pool, browser, answer, address };
}

describe("GET /logout", () => {
  test("ends the hosted session and leads to the sign-out URL, without state", async () => {
    const { pool, browser, address } = await signedInBrowser();
    const id = browser.cookies.get("cognito") ?? "";
    const parameters = { client_id: pool.clientId, logout_uri: SIGN_OUT, state: "s" };
    const page = await browser.get(address(parameters));
    expect(page.status).toBe(302);
    expect(page.location).toBe(SIGN_OUT);
    expect(browser.cookies.has("cognito")).toBe(false);
    browser.cookies.set("cognito", id);
    expect((await browser.get(authorizeAddress(pool))).location).toContain("/login?");
  });

  test("leaves tokens as they are", async () => {
    const { pool, browser, answer, address } = await signedInBrowser();
    const { body } = await redeem(pool, codeOf(answer));
    await browser.get(address({ client_id: pool.clientId, logout_uri: SIGN_OUT }));
    expect((await userInfo(pool, body.access_token)).status).toBe(200);
  });

  test("leads to the sign-in page for somebody else, with all scopes where none is named", async () => {
    const { pool, browser, address } = await signedInBrowser();
    const parameters = {
      client_id: pool.clientId,
      redirect_uri: CALLBACK,
      response_type: "code",
      state: "s",
      nonce: "n",
    };
    const page = await browser.get(address({ ...parameters, identity_provider: "Google" }));
    expect(page.status).toBe(302);
    const url = new URL(page.location);
    expect(url.pathname).toBe("/login");
    expect(Object.fromEntries(url.searchParams)).toEqual({
      ...parameters,
      scope: "openid email phone profile aws.cognito.signin.user.admin",
    });
    expect((await browser.get(page.location)).status).toBe(200);
  });

  test("prefers the sign-out URL where both are given", async () => {
    const { pool, browser, address } = await signedInBrowser();
    const both = { client_id: pool.clientId, logout_uri: SIGN_OUT, redirect_uri: CALLBACK };
    expect((await browser.get(address(both))).location).toBe(SIGN_OUT);
  });

  test.each<[string, Record<string, string>, string]>([
    ["a strange logout_uri", { logout_uri: "https://evil.example/" }, "redirect_mismatch"],
    ["a longer logout_uri", { logout_uri: `${SIGN_OUT}/` }, "redirect_mismatch"],
    ["a callback URL as logout_uri", { logout_uri: CALLBACK }, "redirect_mismatch"],
    ["a strange redirect_uri", { redirect_uri: "https://evil.example/" }, "redirect_mismatch"],
    [
      "OpenID Connect's own parameters",
      { post_logout_redirect_uri: SIGN_OUT, id_token_hint: "x" },
      "Required String parameter 'redirect_uri' is not present",
    ],
  ])(
    "LL-7: stays on its own error page for %s, with the session ended",
    async (_n, changes, error) => {
      const { pool, browser, address } = await signedInBrowser();
      const page = await browser.get(address({ client_id: pool.clientId, ...changes }));
      expect(page.status).toBe(302);
      expect(page.location.startsWith(`${pool.origin}/error?`)).toBe(true);
      expect(new URL(page.location).searchParams.get("error")).toBe(error);
      expect((await browser.get(page.location)).status).toBe(400);
      expect(browser.cookies.has("cognito")).toBe(false);
    },
  );

  test.each([undefined, "another"])("needs the client id, not %s", async (clientId) => {
    const { browser, address } = await signedInBrowser();
    const parameters = { logout_uri: SIGN_OUT, ...(clientId && { client_id: clientId }) };
    const page = await browser.get(address(parameters));
    expect(page.location).toContain("/error?");
  });

  test.each(["HEAD", "POST"])("answers %s with 405 and ends nothing", async (method) => {
    const { pool, browser, address } = await signedInBrowser();
    const parameters = { client_id: pool.clientId, logout_uri: SIGN_OUT };
    expect((await browser.request(method, address(parameters))).status).toBe(405);
    expect(codeOf(await browser.get(authorizeAddress(pool)))).toBeTruthy();
  });
});
