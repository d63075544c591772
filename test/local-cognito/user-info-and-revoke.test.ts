import { describe, expect, test } from "vitest";
import { basic, postForm, redeem, refresh, userInfo } from "./support/client.ts";
import { send } from "./support/http.ts";
import { codeOf, register, signIn, startPool } from "./support/pool.ts";

async function signedIn(changes: Record<string, string> = {}) {
  const pool = await startPool();
  const code = codeOf(await register(pool, pool.browser(), {}, changes));
  const { body } = await redeem(pool, code);
  return { pool, body };
}

describe("GET /oauth2/userInfo", () => {
  test("describes the user, with a string where the ID token has a boolean", async () => {
    const { pool, body } = await signedIn();
    const { status, headers, body: user } = await userInfo(pool, body.access_token);
    expect(status).toBe(200);
    expect(user).toEqual({
      sub: expect.stringMatching(/^[\da-f-]{36}$/),
      email: "mira@example.org",
      email_verified: "true",
      username: "mira",
    });
    expect(headers.get("cache-control")).toContain("no-store");
    expect(headers.get("access-control-allow-origin")).toBe("*");
  });

  test("tells only what the scopes allow", async () => {
    const { pool, body } = await signedIn({ scope: "openid phone" });
    const { body: user } = await userInfo(pool, body.access_token);
    expect(Object.keys(user).sort()).toEqual(["sub", "username"]);
  });

  test("refuses an ID token, an expired, a forged and a meaningless token", async () => {
    const { pool, body } = await signedIn();
    const forged = `${String(body.access_token).slice(0, -6)}AAAAAA`;
    for (const token of [body.id_token, forged, "x", "a.b.c", body.refresh_token]) {
      const { status, headers } = await userInfo(pool, token);
      expect(status).toBe(401);
      expect(headers.get("www-authenticate")).toMatch(
        /^error="invalid_token", error_description="/,
      );
    }
    pool.clock.advance({ minutes: 60 });
    expect((await userInfo(pool, body.access_token)).status).toBe(401);
  });

  test("refuses its own token in any other spelling", async () => {
    const { pool, body } = await signedIn();
    const [header, payload, signature = ""] = String(body.access_token).split(".");
    // Of the last character only the first two bits are used, so 15 others decode to the same byte.
    const sameBytes = { A: "B", Q: "R", g: "h", w: "x" }[signature.slice(-1)];
    const spellings = [
      ...["=", "==", "~", "+", "/", "A", "."].map((end) => `${signature}${end}`),
      `${signature.slice(0, 9)}~${signature.slice(9)}`,
      `${signature.slice(0, -1)}${sameBytes}`,
    ];
    for (const spelling of spellings) {
      const token = [header, payload, spelling].join(".");
      expect((await userInfo(pool, token)).status).toBe(401);
    }
    for (const token of [`${header}~.${payload}`, `${header}.${payload}~`]) {
      expect((await userInfo(pool, `${token}.${signature}`)).status).toBe(401);
    }
    expect((await userInfo(pool, body.access_token)).status).toBe(200);
  });

  test("answers 400 where there is no bearer token, and 405 to a POST", async () => {
    const { pool } = await signedIn();
    const url = `${pool.origin}/oauth2/userInfo`;
    const headers = { authorization: basic("a", "b") };
    for (const sent of [{}, { headers }]) {
      const answer = await send(url, sent);
      expect(answer.status).toBe(400);
      expect(answer.headers.get("www-authenticate")).toMatch(/^error="invalid_request"/);
    }
    expect((await send(url, { method: "POST" })).status).toBe(405);
  });
});

describe("POST /oauth2/revoke", () => {
  test("ends the refresh token and all that came from it, and no other sign-in", async () => {
    const { pool, body } = await signedIn();
    const other = (await redeem(pool, codeOf(await signIn(pool, pool.browser())))).body;
    const refreshed = (await refresh(pool, body.refresh_token)).body;

    const revoked = await postForm(pool, "/oauth2/revoke", { token: String(body.refresh_token) });
    expect(revoked.status).toBe(200);
    expect(revoked.body).toEqual({});
    expect(revoked.headers.get("access-control-allow-origin")).toBe("*");

    expect((await refresh(pool, body.refresh_token)).body).toEqual({ error: "invalid_grant" });
    expect((await userInfo(pool, body.access_token)).status).toBe(401);
    expect((await userInfo(pool, refreshed.access_token)).status).toBe(401);
    expect((await refresh(pool, other.refresh_token)).status).toBe(200);
    expect((await userInfo(pool, other.access_token)).status).toBe(200);
  });

  test("calls it a success to revoke what is revoked or unknown", async () => {
    const { pool, body } = await signedIn();
    for (const token of [body.refresh_token, body.refresh_token, "garbage", "a.b.c"]) {
      const answer = await postForm(pool, "/oauth2/revoke", { token: String(token) });
      expect(answer.status).toBe(200);
      expect(answer.body).toEqual({});
    }
  });

  test("refuses access and ID tokens, which cannot be revoked by themselves", async () => {
    const { pool, body } = await signedIn();
    for (const token of [body.access_token, body.id_token]) {
      const answer = await postForm(pool, "/oauth2/revoke", { token: String(token) });
      expect(answer.status).toBe(400);
      expect(answer.body).toEqual({ error: "unsupported_token_type" });
    }
  });

  test("answers 401 to wrong client credentials and revokes nothing", async () => {
    const { pool, body } = await signedIn();
    const fields = { token: String(body.refresh_token) };
    for (const headers of [{}, { authorization: basic(pool.clientId, "wrong") }]) {
      const answer = await postForm(pool, "/oauth2/revoke", fields, headers);
      expect(answer.status).toBe(401);
      expect(answer.body).toEqual({ error: "invalid_client" });
    }
    expect((await refresh(pool, body.refresh_token)).status).toBe(200);
  });

  test("answers invalid_request without a token, and 405 to a GET", async () => {
    const { pool } = await signedIn();
    const answer = await postForm(pool, "/oauth2/revoke", {});
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual({ error: "invalid_request" });
    expect((await send(`${pool.origin}/oauth2/revoke`, {})).status).toBe(405);
  });
});
