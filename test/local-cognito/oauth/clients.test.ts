import { decodeJwt } from "jose";
import { describe, expect, test } from "vitest";
import { basic, postForm, type WireAnswer } from "../support/client.ts";
import {
  client,
  credentialsOf,
  poolWithClients,
  SHOP_CALLBACK,
  signInTo,
  withClients,
} from "../support/clients.ts";
import { codeOf, register, requestQuery, startPool, type TestPool } from "../support/pool.ts";

const publicClient = client("spa", { hasSecret: false });
const shop = client("shop", { scopes: ["openid"], accessTokenSeconds: 600, idTokenSeconds: 900 });

/** Signs mira in to that client, and returns the code for its server. */
async function codeFor(pool: TestPool, name: string): Promise<string> {
  const { clientId } = credentialsOf(pool, name);
  const page = await signInTo(pool, pool.browser(), {
    client_id: clientId,
    redirect_uri: SHOP_CALLBACK,
    scope: "openid",
  });
  return new URL(page.location).searchParams.get("code") ?? "";
}

function redeem(
  pool: TestPool,
  code: string,
  fields: Record<string, string>,
  headers: Record<string, string> = {},
): Promise<WireAnswer> {
  const grant = { grant_type: "authorization_code", code, redirect_uri: SHOP_CALLBACK };
  return postForm(pool, "/oauth2/token", { ...grant, ...fields }, headers);
}

describe("a pool with several clients", () => {
  test("gives each tokens of its own, with its own lifetimes", async () => {
    const pool = await poolWithClients(shop);
    await register(pool);
    const { clientId, clientSecret } = credentialsOf(pool, "shop");
    const { body } = await redeem(
      pool,
      await codeFor(pool, "shop"),
      {},
      {
        authorization: basic(clientId, clientSecret),
      },
    );
    const idToken = decodeJwt(String(body.id_token));
    const accessToken = decodeJwt(String(body.access_token));
    expect(idToken).toMatchObject({ aud: clientId, exp: Number(idToken.iat) + 900 });
    expect(accessToken).toMatchObject({ client_id: clientId, exp: Number(idToken.iat) + 600 });
    expect(body.expires_in).toBe(600);
  });

  test("LL-6: gives no client what was granted to another", async () => {
    const pool = await poolWithClients(shop, publicClient);
    await register(pool);
    const { clientId: spa } = credentialsOf(pool, "spa");
    const code = await codeFor(pool, "shop");
    expect((await redeem(pool, code, { client_id: spa })).body).toEqual({ error: "invalid_grant" });
    const { body } = await redeem(pool, await codeFor(pool, "spa"), { client_id: spa });
    const theirs = { grant_type: "refresh_token", refresh_token: String(body.refresh_token) };
    expect((await postForm(pool, "/oauth2/token", theirs)).body).toEqual({
      error: "invalid_grant",
    });
    // Nor does another end it.
    await postForm(pool, "/oauth2/revoke", { token: theirs.refresh_token });
    const own = await postForm(pool, "/oauth2/token", { ...theirs, client_id: spa }, {});
    expect(own.status).toBe(200);
  });

  test("wants no secret of a public client, and takes none from it", async () => {
    const pool = await poolWithClients(publicClient);
    await register(pool);
    const { clientId } = credentialsOf(pool, "spa");
    const code = await codeFor(pool, "spa");
    const claiming = await redeem(pool, code, { client_id: clientId, client_secret: "made up" });
    expect(claiming.body).toEqual({ error: "invalid_client" });
    const { status, body } = await redeem(pool, code, { client_id: clientId });
    expect(status).toBe(200);
    const refreshed = await postForm(
      pool,
      "/oauth2/token",
      {
        grant_type: "refresh_token",
        client_id: clientId,
        refresh_token: String(body.refresh_token),
      },
      {},
    );
    expect(refreshed.status).toBe(200);
  });

  test("wants the secret of a confidential client, beside whatever public ones", async () => {
    const pool = await poolWithClients(publicClient);
    const code = codeOf(await register(pool));
    const { status, body } = await redeem(pool, code, { client_id: pool.clientId });
    expect([status, body]).toEqual([400, { error: "invalid_client" }]);
  });

  test("sends people to the addresses of the client alone", async () => {
    const pool = await poolWithClients(shop);
    const { clientId } = credentialsOf(pool, "shop");
    const mixed = await pool.browser().get(`/login?${requestQuery(pool, { client_id: clientId })}`);
    expect(mixed.location).toContain("/error?error=redirect_mismatch");
    const query = requestQuery(pool, {
      client_id: clientId,
      redirect_uri: SHOP_CALLBACK,
      scope: "openid",
    });
    const { headers } = await pool.browser().get(`/login?${query}`);
    const policy = headers.get("content-security-policy");
    expect(policy).toMatch(/;form-action 'self' http:\/\/localhost:4000$/);
  });

  test("knows each again after a restart, whatever the order", async () => {
    const pool = await poolWithClients(shop, publicClient);
    const before = new Map(pool.clients.map(({ name, clientId }) => [name, clientId]));
    await pool.close();
    const settings = withClients(publicClient, shop, client("app"));
    const again = await startPool({ dataDirectory: pool.dataDirectory, settings });
    for (const { name, clientId } of again.clients) expect(clientId).toBe(before.get(name));
    expect(again.clientId).toBe(before.get("spa"));
  });

  test("has addresses beyond this machine, and leads nobody there", async () => {
    const away = "https://shop.example.org/in";
    const settings = withClients(
      client("app"),
      client("shop", { callbackUrls: [away], signOutUrls: [away] }),
    );
    const pool = await startPool({ settings });
    const browser = pool.browser();
    const { clientId } = credentialsOf(pool, "shop");
    const query = requestQuery(pool, { client_id: clientId, redirect_uri: away });
    const signOut = new URLSearchParams({ client_id: clientId, logout_uri: away });
    const error = `${pool.origin}/error?error=beyond_this_machine&client_id=${clientId}`;

    for (const path of [`/oauth2/authorize?${query}`, `/login?${query}`, `/logout?${signOut}`]) {
      expect((await browser.get(path)).location).toBe(error);
    }
    const page = await browser.get(error);
    expect(page.status).toBe(400);
    expect(page.text).toContain("Local Cognito leads nobody there.");
    expect(page.headers.get("content-security-policy")).not.toContain("example.org");
    const log = await browser.get("/_local/requests");
    expect(log.text).toContain("redirect_uri is registered, and it is not on this machine");
  });
});
