import { describe, expect, test } from "vitest";
import { postForm, redeem, refresh, userInfo } from "./support/client.ts";
import {
  authorizeAddress,
  callbackOf,
  codeOf,
  register,
  signIn,
  startPool,
  type TestPool,
} from "./support/pool.ts";
import { required, withSettings } from "./support/settings.ts";

const claimsOf = (token: unknown) =>
  JSON.parse(Buffer.from(String(token).split(".")[1] ?? "", "base64url").toString());

async function tokensOf(pool: TestPool, scope = "openid email") {
  const { body } = await redeem(pool, codeOf(await register(pool, pool.browser(), {}, { scope })));
  return body;
}

describe("the client's token lifetimes", () => {
  const client = { idTokenSeconds: 600, accessTokenSeconds: 300, refreshTokenSeconds: 7200 };

  test("are those of the tokens", async () => {
    const pool = await startPool(withSettings({ client }));
    const tokens = await tokensOf(pool);

    const [id, access] = [claimsOf(tokens.id_token), claimsOf(tokens.access_token)];

    expect(tokens.expires_in).toBe(300);
    expect([id.exp - id.iat, access.exp - access.iat]).toEqual([600, 300]);
    expect((await userInfo(pool, tokens.access_token)).status).toBe(200);
    pool.clock.advance({ seconds: 300 });
    expect((await userInfo(pool, tokens.access_token)).status).toBe(401);
    pool.clock.advance({ seconds: 7200 - 301 });
    expect((await refresh(pool, tokens.refresh_token)).status).toBe(200);
    pool.clock.advance({ seconds: 1 });
    expect((await refresh(pool, tokens.refresh_token)).body).toEqual({ error: "invalid_grant" });
  });
});

describe("refresh-token rotation", () => {
  const rotating = (graceSeconds: number) =>
    withSettings({ client: { refreshTokenRotation: { graceSeconds }, refreshTokenSeconds: 7200 } });

  test("is off unless set: no new refresh token, and the old one works on", async () => {
    const pool = await startPool();
    const { refresh_token } = await tokensOf(pool);

    expect((await refresh(pool, refresh_token)).body).not.toHaveProperty("refresh_token");
    expect((await refresh(pool, refresh_token)).status).toBe(200);
  });

  test("gives a new one at each refresh, and takes the old one during the grace period only", async () => {
    const pool = await startPool(rotating(30));
    const first = await tokensOf(pool);
    const second = (await refresh(pool, first.refresh_token)).body;
    expect(second.refresh_token).toBeTruthy();
    expect(second.refresh_token).not.toBe(first.refresh_token);
    pool.clock.advance({ seconds: 29 });

    const retried = (await refresh(pool, first.refresh_token)).body;
    pool.clock.advance({ seconds: 1 });
    const late = await refresh(pool, first.refresh_token);

    expect(retried.refresh_token).not.toBe(second.refresh_token);
    expect([late.status, late.body]).toEqual([400, { error: "invalid_grant" }]);
    for (const { refresh_token } of [second, retried]) {
      expect((await refresh(pool, refresh_token)).status).toBe(200);
    }
    const [before, after] = [first, second].map(({ id_token }) => claimsOf(id_token));
    expect(after.origin_jti).toBe(before.origin_jti);
  });

  test("once it is off, a revoked sign-in stays revoked for as long as its tokens live", async () => {
    const before = await startPool(rotating(60));
    const first = await tokensOf(before);
    const second = (await refresh(before, first.refresh_token)).body;
    await before.close();
    const client = { accessTokenSeconds: 300, idTokenSeconds: 300 };
    const pool = await startPool({
      ...withSettings({ client }),
      dataDirectory: before.dataDirectory,
    });
    await postForm(pool, "/oauth2/revoke", { token: String(first.refresh_token) });

    pool.clock.advance({ minutes: 59 });
    expect((await userInfo(pool, second.access_token)).status).toBe(401);
    pool.clock.advance({ minutes: 60 });
    expect((await refresh(pool, second.refresh_token)).body).toEqual({ error: "invalid_grant" });
  });

  test("without a grace period takes each once, of many at the same time too", async () => {
    const pool = await startPool(rotating(0));
    const { refresh_token } = await tokensOf(pool);

    const answers = await Promise.all(
      Array.from({ length: 5 }, () => refresh(pool, refresh_token)),
    );

    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ body }) => body.error === "invalid_grant")).toHaveLength(4);
  });

  test("never makes a sign-in last longer: the new token ends when the first one would have", async () => {
    const pool = await startPool(rotating(60));
    let { refresh_token: token } = await tokensOf(pool);
    for (let hour = 0; hour < 3; hour++) {
      pool.clock.advance({ minutes: 39 });
      token = (await refresh(pool, token)).body.refresh_token;
      expect(token).toBeTruthy();
    }
    pool.clock.advance({ minutes: 3 });

    expect((await refresh(pool, token)).body).toEqual({ error: "invalid_grant" });
  });

  test("ends with everything that came of the sign-in, whichever of its tokens is revoked", async () => {
    const pool = await startPool(rotating(60));
    const first = await tokensOf(pool);
    const second = (await refresh(pool, first.refresh_token)).body;
    const other = (await redeem(pool, codeOf(await signIn(pool, pool.browser())))).body;

    await postForm(pool, "/oauth2/revoke", { token: String(first.refresh_token) });

    expect((await refresh(pool, first.refresh_token)).status).toBe(400);
    expect((await refresh(pool, second.refresh_token)).status).toBe(400);
    expect((await userInfo(pool, second.access_token)).status).toBe(401);
    pool.clock.advance({ minutes: 61 });
    expect((await refresh(pool, second.refresh_token)).status).toBe(400);
    expect((await refresh(pool, other.refresh_token)).status).toBe(200);
  });
});

describe("the client's scopes", () => {
  test("are all that an app can ask for, and what it gets where it asks for none", async () => {
    const pool = await startPool(withSettings({ client: { scopes: ["openid", "orders/read"] } }));
    const browser = pool.browser();
    await register(pool, browser, {}, { scope: undefined });

    const refused = await browser.get(authorizeAddress(pool, { scope: "openid email" }));
    const granted = await browser.get(authorizeAddress(pool, { scope: undefined }));

    expect(callbackOf(refused).get("error")).toBe("invalid_request");
    expect(callbackOf(refused).get("error_description")).toBe("invalid_scope");
    const { body } = await redeem(pool, codeOf(granted));
    expect(claimsOf(body.access_token).scope).toBe("openid orders/read");
  });
});

describe("what the client may know of a user", () => {
  const schema = [required("email"), required("given_name"), required("phone_number")];
  const person = { given_name: "Mira", phone_number: "+3531234567" };

  async function claimsFor(scope: string, readAttributes?: string[]) {
    const pool = await startPool(withSettings({ schema, client: { readAttributes } }));
    const answer = await register(pool, pool.browser(), person, { scope });
    const { status, body } = await redeem(pool, codeOf(answer));
    if (status !== 200) return { status, body };
    const { sub: _sub, username: _name, ...info } = (await userInfo(pool, body.access_token)).body;
    return { status, claims: claimsOf(body.id_token), info };
  }

  test.each([
    ["openid", ["email", "email_verified", "given_name", "phone_number", "phone_number_verified"]],
    ["openid email", ["email", "email_verified"]],
    ["openid phone", ["phone_number", "phone_number_verified"]],
    ["openid profile", ["given_name"]],
  ])("is what the scopes %s stand for", async (scope, names) => {
    const { claims, info } = await claimsFor(scope);

    expect(Object.keys(info ?? {}).sort()).toEqual(names);
    const all = ["email", "email_verified", "given_name", "phone_number", "phone_number_verified"];
    expect(all.filter((name) => name in claims)).toEqual(names);
  });

  test("is what ReadAttributes name, where there are any", async () => {
    const { info } = await claimsFor("openid", ["given_name"]);
    expect(info).toEqual({ given_name: "Mira" });
  });

  test("is nothing at all where a scope stands for an attribute that they do not name", async () => {
    const { status, body } = await claimsFor("openid email", ["email"]);
    expect([status, body]).toEqual([400, { error: "invalid_grant" }]);
  });

  test("says of the phone number whether it is verified, as a string in userInfo", async () => {
    const { claims, info } = await claimsFor("openid phone");
    expect(claims.phone_number_verified).toBe(false);
    expect(info?.phone_number_verified).toBe("false");
  });
});
