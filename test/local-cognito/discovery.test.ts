import { describe, expect, test } from "vitest";
import { startPool } from "./support/pool.ts";
import { withSettings } from "./support/settings.ts";

describe("discovery", () => {
  test("names the endpoints on the domain, and issuer and keys under the pool id", async () => {
    const pool = await startPool();
    const answer = await fetch(`${pool.issuer}/.well-known/openid-configuration`);
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-type")).toMatch(/^application\/json/);
    expect(answer.headers.get("x-amz-cognito-request-id")).toMatch(/^[\da-f-]{36}$/);
    expect(await answer.json()).toEqual({
      authorization_endpoint: `${pool.origin}/oauth2/authorize`,
      end_session_endpoint: `${pool.origin}/logout`,
      id_token_signing_alg_values_supported: ["RS256"],
      issuer: pool.issuer,
      jwks_uri: `${pool.issuer}/.well-known/jwks.json`,
      response_types_supported: ["code", "token"],
      revocation_endpoint: `${pool.origin}/oauth2/revoke`,
      scopes_supported: ["openid", "email", "phone", "profile"],
      subject_types_supported: ["public"],
      token_endpoint: `${pool.origin}/oauth2/token`,
      token_endpoint_auth_methods_supported: ["client_secret_basic", "client_secret_post"],
      userinfo_endpoint: `${pool.origin}/oauth2/userInfo`,
    });
  });

  test("says the same of the pool, whatever scopes its client may ask for", async () => {
    const pool = await startPool(withSettings({ client: { scopes: ["openid", "email"] } }));
    const answer = await fetch(`${pool.issuer}/.well-known/openid-configuration`);
    const { scopes_supported: scopes } = await answer.json();
    expect(scopes).toEqual(["openid", "email", "phone", "profile"]);
  });

  test("is not on the domain itself, nor under another pool's id", async () => {
    const pool = await startPool();
    for (const base of [pool.origin, `${pool.origin}/eu-west-1_000000000`]) {
      const answer = await fetch(`${base}/.well-known/openid-configuration`);
      expect(answer.status).toBe(404);
    }
  });
});

describe("the key set", () => {
  test("has two different public RSA-2048 keys and nothing private", async () => {
    const pool = await startPool();
    const { keys } = await (await fetch(`${pool.issuer}/.well-known/jwks.json`)).json();
    expect(keys).toHaveLength(2);
    expect(keys[0].kid).not.toBe(keys[1].kid);
    for (const key of keys) {
      expect(Object.keys(key).sort()).toEqual(["alg", "e", "kid", "kty", "n", "use"]);
      expect(key).toMatchObject({ alg: "RS256", e: "AQAB", kty: "RSA", use: "sig" });
      expect(key.kid).toMatch(/^[A-Za-z0-9+/]{43}=$/);
      expect(Buffer.from(key.n, "base64url")).toHaveLength(256);
    }
  });
});
