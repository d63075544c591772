import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { basic, postForm, redeem, refresh } from "./support/client.ts";
import { CALLBACK, codeOf, register, signIn, startPool, type TestPool } from "./support/pool.ts";

const VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const PKCE = {
  code_challenge: createHash("sha256").update(VERIFIER).digest("base64url"),
  code_challenge_method: "S256",
};

async function poolWithCode(changes: Record<string, string> = {}, overrides = {}) {
  const pool = await startPool(overrides);
  return { pool, code: codeOf(await register(pool, pool.browser(), {}, changes)) };
}

describe("POST /oauth2/token with an authorization code", () => {
  test("answers with three tokens that no cache may keep", async () => {
    const { pool, code } = await poolWithCode();
    const { status, headers, body } = await redeem(pool, code);
    expect(status).toBe(200);
    expect(headers.get("cache-control")).toBe("no-store");
    expect(headers.get("content-type")).toMatch(/^application\/json/);
    expect(headers.get("access-control-allow-origin")).toBe("*");
    expect(headers.get("x-amz-cognito-request-id")).toMatch(/^[\da-f-]{36}$/);
    expect(Object.keys(body).sort()).toEqual([
      "access_token",
      "expires_in",
      "id_token",
      "refresh_token",
      "token_type",
    ]);
    expect(body).toMatchObject({ expires_in: 3600, token_type: "Bearer" });
  });

  test("takes id and secret from the form as well", async () => {
    const { pool, code } = await poolWithCode();
    const inBody = { client_id: pool.clientId, client_secret: pool.clientSecret };
    expect((await redeem(pool, code, inBody, {})).status).toBe(200);
  });

  test("takes a client_id beside Basic if it is the same", async () => {
    const { pool, code } = await poolWithCode();
    const other = await redeem(pool, code, { client_id: "other" });
    expect(other.body).toEqual({ error: "invalid_client" });
    expect((await redeem(pool, code, { client_id: pool.clientId })).status).toBe(200);
  });

  test("LL-6: gives codes the shape of a UUID, no two alike", async () => {
    const { pool, code } = await poolWithCode();
    const other = codeOf(await signIn(pool, pool.browser()));
    expect(code).toMatch(/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/);
    expect(other).not.toBe(code);
  });

  test("LL-6: takes a code once", async () => {
    const { pool, code } = await poolWithCode();
    expect((await redeem(pool, code)).status).toBe(200);
    const again = await redeem(pool, code);
    expect(again.status).toBe(400);
    expect(again.body).toEqual({ error: "invalid_grant" });
  });

  test("LL-6: takes a code once even if it comes fifty times at the same moment", async () => {
    const { pool, code } = await poolWithCode();
    const answers = await Promise.all(Array.from({ length: 50 }, () => redeem(pool, code)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    const refused = answers.filter(({ status }) => status === 400);
    expect(refused.map(({ body }) => body.error)).toEqual(Array(49).fill("invalid_grant"));
  });

  test("LL-6: takes a code for five minutes", async () => {
    const { pool, code } = await poolWithCode();
    const later = codeOf(await signIn(pool, pool.browser()));
    pool.clock.advance({ minutes: 4, seconds: 59 });
    expect((await redeem(pool, code)).status).toBe(200);
    pool.clock.advance({ seconds: 1 });
    expect((await redeem(pool, later)).body).toEqual({ error: "invalid_grant" });
  });

  test("LL-6: binds a code to the redirect_uri it was issued for", async () => {
    const other = `${CALLBACK}/other`;
    const { pool, code } = await poolWithCode({}, { callbackUrls: [CALLBACK, other] });
    const unregistered = await redeem(pool, code, { redirect_uri: `${CALLBACK}/` });
    expect(unregistered.body).toEqual({ error: "unauthorized_client" });
    const different = await redeem(pool, code, { redirect_uri: other });
    expect(different.body).toEqual({ error: "invalid_grant" });
  });

  test.each<[string, (pool: TestPool) => string]>([
    ["a wrong secret", (pool) => basic(pool.clientId, "wrong")],
    ["another client's id", (pool) => basic("another", pool.clientSecret)],
    ["no colon", (pool) => `Basic ${Buffer.from(pool.clientId).toString("base64")}`],
    ["nothing to decode", () => "Basic"],
    ["what is not base64", () => "Basic %%%"],
    ["the base64 of base64", (pool) => basic(...encodedTwice(pool))],
    ["another scheme", (pool) => `Bearer ${pool.clientSecret}`],
  ])("LL-6: answers invalid_client to %s and leaves the code alone", async (_name, header) => {
    const { pool, code } = await poolWithCode();
    const { status, body } = await redeem(pool, code, {}, { authorization: header(pool) });
    expect(status).toBe(400);
    expect(body).toEqual({ error: "invalid_client" });
    expect((await redeem(pool, code)).status).toBe(200);
  });

  test("LL-6: answers invalid_client where no or a wrong secret is in the form", async () => {
    const { pool, code } = await poolWithCode();
    for (const client_secret of [undefined, "", "wrong", `${pool.clientSecret}\n`]) {
      const fields = { client_id: pool.clientId, client_secret };
      expect((await redeem(pool, code, fields, {})).body).toEqual({ error: "invalid_client" });
    }
  });

  test("LL-5: exchanges a code with a challenge for its verifier", async () => {
    const { pool, code } = await poolWithCode(PKCE);
    expect((await redeem(pool, code, { code_verifier: VERIFIER })).status).toBe(200);
  });

  test.each<[string, string | undefined]>([
    ["missing", undefined],
    ["empty", ""],
    ["wrong", VERIFIER.replace("d", "e")],
    ["too short", VERIFIER.slice(1)],
    ["too long", VERIFIER.repeat(3)],
    ["the challenge itself", PKCE.code_challenge],
  ])(
    "LL-5: answers invalid_grant when the verifier is %s, and spends the code",
    async (_n, bad) => {
      const { pool, code } = await poolWithCode(PKCE);
      expect((await redeem(pool, code, { code_verifier: bad })).body).toEqual({
        error: "invalid_grant",
      });
      const again = await redeem(pool, code, { code_verifier: VERIFIER });
      expect(again.body).toEqual({ error: "invalid_grant" });
    },
  );

  test("LL-5: answers invalid_grant to a verifier where no challenge was sent", async () => {
    const { pool, code } = await poolWithCode();
    const { body } = await redeem(pool, code, { code_verifier: VERIFIER });
    expect(body).toEqual({ error: "invalid_grant" });
  });
});

describe("POST /oauth2/token, other requests", () => {
  test.each<[string, Record<string, string | undefined>, string]>([
    ["no grant type", { grant_type: undefined }, "invalid_request"],
    ["an unknown grant type", { grant_type: "password" }, "unsupported_grant_type"],
    ["client_credentials", { grant_type: "client_credentials" }, "unsupported_grant_type"],
    ["no code", { code: undefined }, "invalid_request"],
    ["no redirect_uri", { redirect_uri: undefined }, "invalid_request"],
    ["an unknown code", {}, "invalid_grant"],
    ["no refresh token", { grant_type: "refresh_token" }, "invalid_request"],
    ["an unknown one", { grant_type: "refresh_token", refresh_token: "x" }, "invalid_grant"],
  ])("refuses %s", async (_name, changes, error) => {
    const pool = await startPool();
    const { status, headers, body } = await redeem(pool, "unknown", changes);
    expect(status).toBe(400);
    expect(body).toEqual({ error });
    expect(headers.get("cache-control")).toBe("no-store");
  });

  test("refuses a parameter that is given twice", async () => {
    const { pool, code } = await poolWithCode();
    const fields: [string, string][] = [
      ["grant_type", "authorization_code"],
      ["code", code],
      ["code", code],
      ["redirect_uri", CALLBACK],
    ];
    expect((await postForm(pool, "/oauth2/token", fields)).body).toEqual({
      error: "invalid_request",
    });
  });

  test.each(["application/json", "text/plain", "multipart/form-data; boundary=x"])(
    "refuses a body of type %s",
    async (type) => {
      const pool = await startPool();
      const answer = await fetch(`${pool.origin}/oauth2/token`, {
        method: "POST",
        headers: {
          "content-type": type,
          authorization: basic(pool.clientId, pool.clientSecret),
        },
        body: '{"grant_type":"refresh_token"}',
      });
      expect(answer.status).toBe(400);
      expect(await answer.json()).toEqual({ error: "invalid_request" });
    },
  );

  test("refuses a body that is far too large", async () => {
    const pool = await startPool();
    const { status, body } = await redeem(pool, "x".repeat(100_000));
    expect(status).toBe(400);
    expect(body).toEqual({ error: "invalid_request" });
  });

  test.each(["GET", "HEAD", "PUT", "OPTIONS"])(
    "answers %s with 405 and nothing",
    async (method) => {
      const pool = await startPool();
      const answer = await fetch(`${pool.origin}/oauth2/token`, { method });
      expect(answer.status).toBe(405);
      expect(await answer.text()).toBe("");
    },
  );
});

describe("POST /oauth2/token with a refresh token", () => {
  test("answers with new access and ID tokens and no new refresh token", async () => {
    const { pool, code } = await poolWithCode();
    const { body } = await redeem(pool, code);
    const refreshed = await refresh(pool, body.refresh_token);
    expect(refreshed.status).toBe(200);
    expect(Object.keys(refreshed.body).sort()).toEqual([
      "access_token",
      "expires_in",
      "id_token",
      "token_type",
    ]);
    expect((await refresh(pool, body.refresh_token)).status).toBe(200);
  });

  test("takes it for thirty days", async () => {
    const { pool, code } = await poolWithCode();
    const { body } = await redeem(pool, code);
    pool.clock.advance({ minutes: 30 * 24 * 60 - 1 });
    expect((await refresh(pool, body.refresh_token)).status).toBe(200);
    pool.clock.advance({ minutes: 1 });
    const late = await refresh(pool, body.refresh_token);
    expect(late.body).toEqual({ error: "invalid_grant" });
  });

  test("looks like the encrypted ones of Cognito and says nothing", async () => {
    const { pool, code } = await poolWithCode();
    const { body } = await redeem(pool, code);
    const segments = String(body.refresh_token).split(".");
    expect(segments).toHaveLength(5);
    expect(segments[0]).toMatch(/^eyJjdHki/);
    const header = JSON.parse(Buffer.from(segments[0] ?? "", "base64url").toString());
    expect(header).toEqual({ cty: "JWT", enc: "A256GCM", alg: "RSA-OAEP" });
  });
});

function encodedTwice(pool: TestPool): [string, string] {
  const once = Buffer.from(`${pool.clientId}:${pool.clientSecret}`).toString("base64");
  return [once.slice(0, 10), once.slice(10)];
}
