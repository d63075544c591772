import { createHash } from "node:crypto";
import { createLocalJWKSet, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from "jose";
import { describe, expect, test } from "vitest";
import { redeem, refresh, userInfo } from "./support/client.ts";
import { send } from "./support/http.ts";
import { codeOf, register, signIn, startPool, type TestPool } from "./support/pool.ts";

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;

async function verified(pool: TestPool, token: unknown, kidOf?: "id" | "access") {
  const { text } = await send(`${pool.issuer}/.well-known/jwks.json`, {});
  const keys = createLocalJWKSet(JSON.parse(text) as JSONWebKeySet);
  const { payload, protectedHeader } = await jwtVerify(String(token), keys, {
    issuer: pool.issuer,
    algorithms: ["RS256"],
    currentDate: new Date(pool.clock.ms),
  });
  expect(payload.token_use).toBe(kidOf ?? payload.token_use);
  expect(Object.keys(protectedHeader)).toEqual(["kid", "alg"]);
  return payload;
}

async function signedIn(changes: Record<string, string> = {}) {
  const pool = await startPool();
  const code = codeOf(await register(pool, pool.browser(), {}, changes));
  const { body } = await redeem(pool, code);
  return { pool, body };
}

describe("the ID token", () => {
  test("has Cognito's claims, of Cognito's types, and no other", async () => {
    const { pool, body } = await signedIn({ nonce: "n-1", scope: "openid email phone" });
    const now = pool.clock.ms / 1000;
    const accessToken = String(body.access_token);
    const hash = createHash("sha256").update(accessToken).digest();
    expect(await verified(pool, body.id_token, "id")).toEqual({
      at_hash: hash.subarray(0, 16).toString("base64url"),
      sub: expect.stringMatching(UUID),
      email_verified: true,
      iss: pool.issuer,
      "cognito:username": "mira",
      nonce: "n-1",
      origin_jti: expect.stringMatching(UUID),
      aud: pool.clientId,
      event_id: expect.stringMatching(UUID),
      token_use: "id",
      auth_time: now,
      exp: now + 3600,
      iat: now,
      jti: expect.stringMatching(UUID),
      email: "mira@example.org",
    });
  });

  test("has no nonce where none was sent", async () => {
    const { pool, body } = await signedIn();
    expect(await verified(pool, body.id_token, "id")).not.toHaveProperty("nonce");
  });

  test.each([
    ["openid", true],
    ["openid email", true],
    ["openid phone", false],
    ["openid profile", false],
  ])("with the scopes %s tells the address: %s", async (scope, isTold) => {
    const { pool, body } = await signedIn({ scope });
    const claims = await verified(pool, body.id_token, "id");
    expect("email" in claims).toBe(isTold);
    expect("email_verified" in claims).toBe(isTold);
  });
});

describe("the access token", () => {
  test("has Cognito's claims, of Cognito's types, and no audience", async () => {
    const { pool, body } = await signedIn({ scope: "openid email" });
    const now = pool.clock.ms / 1000;
    const id = await verified(pool, body.id_token, "id");
    const access = await verified(pool, body.access_token, "access");
    expect(access).toEqual({
      sub: id.sub,
      iss: pool.issuer,
      version: 2,
      client_id: pool.clientId,
      origin_jti: id.origin_jti,
      event_id: id.event_id,
      token_use: "access",
      scope: "openid email",
      auth_time: now,
      exp: now + 3600,
      iat: now,
      jti: expect.stringMatching(UUID),
      username: "mira",
    });
    expect(access.jti).not.toBe(id.jti);
  });

  test("has the resource that was asked for as its audience, after a refresh too", async () => {
    const resource = "https://api.example.org/v1";
    const { pool, body } = await signedIn({ resource });
    const refreshed = (await refresh(pool, body.refresh_token)).body;
    for (const { access_token, id_token } of [body, refreshed]) {
      const access = await verified(pool, access_token, "access");
      expect(access).toMatchObject({ aud: resource, client_id: pool.clientId });
      expect((await verified(pool, id_token, "id")).aud).toBe(pool.clientId);
    }
    expect((await userInfo(pool, body.access_token)).status).toBe(200);
  });

  test("is signed with another key than the ID token", async () => {
    const { body } = await signedIn();
    const idKey = decodeProtectedHeader(String(body.id_token)).kid;
    expect(decodeProtectedHeader(String(body.access_token)).kid).not.toBe(idKey);
  });

  test("has every scope of the client where none was asked for", async () => {
    const pool = await startPool();
    const code = codeOf(await register(pool, pool.browser(), {}, { scope: "" }));
    const { body } = await redeem(pool, code);
    const access = await verified(pool, body.access_token, "access");
    expect(access.scope).toBe("openid email phone profile aws.cognito.signin.user.admin");
  });
});

describe("tokens from a refresh", () => {
  test("are new, but tell of the same sign-in", async () => {
    const { pool, body } = await signedIn({ nonce: "n-1" });
    const before = await verified(pool, body.id_token, "id");
    pool.clock.advance({ minutes: 61 });
    const refreshed = (await refresh(pool, body.refresh_token)).body;
    const after = await verified(pool, refreshed.id_token, "id");
    const access = await verified(pool, refreshed.access_token, "access");
    for (const claim of ["sub", "auth_time", "origin_jti", "event_id", "aud"]) {
      expect(after[claim]).toBe(before[claim]);
    }
    expect(access.origin_jti).toBe(before.origin_jti);
    expect(after.iat).toBe(Number(before.iat) + 61 * 60);
    expect(after.exp).toBe(Number(after.iat) + 3600);
    expect(after.jti).not.toBe(before.jti);
    expect(after).not.toHaveProperty("nonce");
    expect(after).toHaveProperty("at_hash");
  });
});

describe("two sign-ins of one user", () => {
  test("share the subject and nothing that stands for the sign-in", async () => {
    const { pool, body } = await signedIn();
    const second = await redeem(pool, codeOf(await signIn(pool, pool.browser())));
    const one = await verified(pool, body.id_token, "id");
    const other = await verified(pool, second.body.id_token, "id");
    expect(other.sub).toBe(one.sub);
    expect(other.origin_jti).not.toBe(one.origin_jti);
    expect(other.event_id).not.toBe(one.event_id);
  });
});
