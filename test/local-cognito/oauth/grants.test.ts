import { decodeJwt } from "jose";
import { describe, expect, test } from "vitest";
import { tutorialSettings } from "../../../src/local-cognito/pool/pool-settings.ts";
import { administer } from "../support/admin.ts";
import { basic, postForm, redeem, refresh, userInfo } from "../support/client.ts";
import {
  client,
  credentialsOf,
  poolWithClients,
  SHOP_CALLBACK,
  signInTo,
} from "../support/clients.ts";
import { codeOf, register, signIn, startPool, type TestPool } from "../support/pool.ts";
import { withSettings } from "../support/settings.ts";

const machine = client("machine", {
  grants: ["client_credentials"],
  callbackUrls: [],
  scopes: ["orders/read", "orders/write"],
  accessTokenSeconds: 600,
});

function grantTo(pool: TestPool, name: string, fields: Record<string, string> = {}) {
  const { clientId, clientSecret } = credentialsOf(pool, name);
  const form = { grant_type: "client_credentials", ...fields };
  return postForm(pool, "/oauth2/token", form, { authorization: basic(clientId, clientSecret) });
}

describe("the client credentials grant", () => {
  test("gives a client a token of its own, and neither an ID token nor a refresh token", async () => {
    const pool = await poolWithClients(machine);
    const { status, body } = await grantTo(pool, "machine");
    expect([status, Object.keys(body).sort()]).toEqual([
      200,
      ["access_token", "expires_in", "token_type"],
    ]);
    expect(body).toMatchObject({ expires_in: 600, token_type: "Bearer" });
    const { clientId } = credentialsOf(pool, "machine");
    const claims = decodeJwt(String(body.access_token));
    expect(claims).toEqual({
      sub: clientId,
      token_use: "access",
      scope: "orders/read orders/write",
      auth_time: claims.iat,
      iss: pool.issuer,
      exp: Number(claims.iat) + 600,
      iat: Math.floor(pool.clock.ms / 1000),
      version: 2,
      jti: expect.any(String),
      client_id: clientId,
    });
    // It is nobody's, and userInfo says so.
    expect((await userInfo(pool, body.access_token)).status).toBe(401);
  });

  test("gives the scopes that are asked for, and refuses those that the client has not", async () => {
    const pool = await poolWithClients(machine);
    const { body } = await grantTo(pool, "machine", { scope: "orders/write" });
    expect(decodeJwt(String(body.access_token)).scope).toBe("orders/write");
    for (const scope of ["orders/delete", "openid", "orders/read openid"]) {
      const refused = await grantTo(pool, "machine", { scope });
      expect([refused.status, refused.body]).toEqual([400, { error: "invalid_scope" }]);
    }
  });

  test("is for clients that may use it, and have proven their secret", async () => {
    const pool = await poolWithClients(machine, client("web"));
    expect((await grantTo(pool, "web")).body).toEqual({ error: "unsupported_grant_type" });
    const { clientId } = credentialsOf(pool, "machine");
    const form = { grant_type: "client_credentials", client_id: clientId };
    for (const more of [{}, { client_secret: "made up" }]) {
      const { body } = await postForm(pool, "/oauth2/token", { ...form, ...more }, {});
      expect(body).toEqual({ error: "invalid_client" });
    }
  });

  test("lets nobody sign in to a client that is for machines alone", async () => {
    const pool = await poolWithClients({ ...machine, callbackUrls: [SHOP_CALLBACK] });
    const page = await signInTo(pool, pool.browser(), {
      client_id: credentialsOf(pool, "machine").clientId,
      redirect_uri: SHOP_CALLBACK,
      scope: "orders/read",
    });
    expect(new URL(page.location).searchParams.get("error")).toBe("unauthorized_client");
  });
});

describe("the implicit grant", () => {
  const spa = client("spa", { hasSecret: false, grants: ["code", "implicit"] });
  const asking = (pool: TestPool, changes: Record<string, string> = {}) => ({
    client_id: credentialsOf(pool, "spa").clientId,
    redirect_uri: SHOP_CALLBACK,
    response_type: "token",
    nonce: "a nonce",
    ...changes,
  });

  test("brings tokens behind the #, where no server sees them, and no refresh token", async () => {
    const pool = await poolWithClients(spa);
    await register(pool);
    const browser = pool.browser();
    const page = await signInTo(pool, browser, asking(pool));
    const { search, hash, href } = new URL(page.location);
    expect([href.startsWith(SHOP_CALLBACK), search]).toEqual([true, ""]);
    const told = Object.fromEntries(new URLSearchParams(hash.slice(1)));
    expect(Object.keys(told).sort()).toEqual([
      "access_token",
      "expires_in",
      "id_token",
      "state",
      "token_type",
    ]);
    expect(told).toMatchObject({ expires_in: "3600", token_type: "Bearer", state: "a state" });
    const { clientId } = credentialsOf(pool, "spa");
    expect(decodeJwt(told.id_token ?? "")).toMatchObject({ aud: clientId, nonce: "a nonce" });
    expect((await userInfo(pool, told.access_token)).body).toMatchObject({ username: "mira" });
    // Once signed in, at once.
    const again = await signInTo(pool, browser, asking(pool));
    expect(again.location).toContain(`${SHOP_CALLBACK}#`);
    const log = await browser.get("/_local/requests", { accept: "application/json" });
    expect(JSON.parse(log.text)[0]).toMatchObject({
      outcome: "tokens for the app",
      remark: expect.stringContaining("implicit grant"),
    });
    expect(log.text).not.toContain(told.access_token);
  });

  test("gives no ID token without openid", async () => {
    const pool = await poolWithClients({ ...spa, scopes: ["orders/read"] });
    await register(pool);
    const page = await signInTo(pool, pool.browser(), asking(pool, { scope: "orders/read" }));
    const told = new URLSearchParams(new URL(page.location).hash.slice(1));
    expect([told.has("access_token"), told.has("id_token")]).toEqual([true, false]);
  });
});

describe("the roles of groups", () => {
  const role = (name: string) => `arn:aws:iam::123456789012:role/${name}`;
  const groups = [
    { name: "editors", roleArn: role("edit"), precedence: 2 },
    { name: "admins", roleArn: role("admin"), precedence: 1 },
    { name: "owners", roleArn: role("own"), precedence: 1 },
    { name: "readers" },
  ];

  async function rolesOf(members: string[]): Promise<unknown[]> {
    const pool = await startPool(withSettings({ groups }));
    await register(pool);
    for (const group of members) await administer(pool, "/mira/add-to-group", { group });
    const { body } = await redeem(pool, codeOf(await signIn(pool, pool.browser())));
    const claims = decodeJwt(String(body.id_token));
    expect(decodeJwt(String(body.access_token))).not.toHaveProperty("cognito:roles");
    return [claims["cognito:roles"], claims["cognito:preferred_role"]];
  }

  test.each<[string[], unknown[]]>([
    [["readers"], [undefined, undefined]],
    [
      ["readers", "editors"],
      [[role("edit")], role("edit")],
    ],
    [
      ["editors", "admins"],
      [[role("admin"), role("edit")], role("admin")],
    ],
    // Two come first, and nobody can say which.
    [
      ["owners", "admins"],
      [[role("admin"), role("own")], undefined],
    ],
  ])("of %j are in the ID token, and the one that counts most", async (members, roles) => {
    expect(await rolesOf(members)).toEqual(roles);
  });
});

describe("a client with token revocation switched off", () => {
  test("gets tokens that nothing ends early", async () => {
    const [first] = tutorialSettings.clients;
    const pool = await startPool(withSettings({ client: { ...first, revokesTokens: false } }));
    const { body } = await redeem(pool, codeOf(await register(pool)));
    expect(decodeJwt(String(body.access_token))).not.toHaveProperty("origin_jti");
    const revoked = await postForm(pool, "/oauth2/revoke", { token: String(body.refresh_token) });
    expect([revoked.status, revoked.body]).toEqual([400, { error: "invalid_request" }]);
    expect((await refresh(pool, body.refresh_token)).status).toBe(200);
    expect((await userInfo(pool, body.access_token)).status).toBe(200);
  });
});
