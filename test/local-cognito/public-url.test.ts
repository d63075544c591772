import { describe, expect, test } from "vitest";
import { startLocalCognito } from "../../src/local-cognito/local-cognito.ts";
import { issueCertificate } from "../support/certificates.ts";
import { send } from "./support/http.ts";
import { requestQuery, startPool, type TestPool } from "./support/pool.ts";

const publicUrl = "http://cognito.local:4300";

/** A pool that was told its name, and where it can be reached from here. */
async function openPool(): Promise<{ pool: TestPool; at: string; warnings: string[] }> {
  const warnings: string[] = [];
  const port = await freePort();
  const pool = await startPool({
    host: "0.0.0.0",
    port,
    publicUrl,
    warn: (text) => warnings.push(text),
  });
  return { pool, at: `http://127.0.0.1:${port}`, warnings };
}

async function freePort(): Promise<number> {
  const pool = await startPool();
  await pool.close();
  return Number(new URL(pool.origin).port);
}

describe("a pool that listens for other machines, as it was told", () => {
  test("LL-1: says loudly what that opens", async () => {
    const { warnings } = await openPool();
    expect(warnings).toEqual([expect.stringMatching(/^WARNING: .* 0\.0\.0\.0.*read every code/)]);
  });

  test("is known by its public address: issuer, endpoints, redirects and cookies", async () => {
    const { pool, at } = await openPool();
    expect([pool.origin, pool.issuer]).toEqual([publicUrl, `${publicUrl}/${pool.userPoolId}`]);
    const headers = { host: "cognito.local:4300" };
    const { text } = await send(`${at}/${pool.userPoolId}/.well-known/openid-configuration`, {
      headers,
    });
    expect(JSON.parse(text)).toMatchObject({
      issuer: pool.issuer,
      jwks_uri: `${pool.issuer}/.well-known/jwks.json`,
      token_endpoint: `${publicUrl}/oauth2/token`,
    });
    const begun = await send(`${at}/oauth2/authorize?${requestQuery(pool)}`, { headers });
    expect(begun.headers.get("location")).toMatch(`${publicUrl}/login?`);
    const page = await send(`${at}/login?${requestQuery(pool)}`, { headers });
    expect(page.headers.getSetCookie().join()).toContain("XSRF-TOKEN-4300=");
  });

  test.each(["evil.example:4300", "cognito.local", "cognito.local:80", "10.0.0.7:4300"])(
    "LL-1: answers nobody who asks for %s, at its pages or its API",
    async (host) => {
      const { at } = await openPool();
      for (const path of ["/_local/users", "/_local/inbox", "/login"]) {
        expect((await send(`${at}${path}`, { headers: { host } })).status).toBe(403);
      }
      const call = {
        host,
        authorization: "AWS4-HMAC-SHA256 Credential=x/20260101/eu-west-1/cognito-idp/aws4_request",
        "x-amz-target": "AWSCognitoIdentityProviderService.AdminGetUser",
        "content-type": "application/x-amz-json-1.1",
      };
      const refused = await send(`${at}/`, { method: "POST", headers: call, body: "{}" });
      expect([refused.status, refused.text]).toEqual([403, expect.stringMatching(/AccessDenied/)]);
    },
  );

  test("answers under the machine's own names at that port as well, but for /_local", async () => {
    const { pool, at } = await openPool();
    for (const host of ["cognito.local:4300", "localhost:4300", "127.0.0.1:4300"]) {
      const page = await send(`${at}/login?${requestQuery(pool)}`, { headers: { host } });
      expect(page.status).toBe(200);
      const users = await send(`${at}/_local/users`, { headers: { host } });
      expect(users.status).toBe(host.startsWith("cognito") ? 200 : 403);
    }
  });

  test.each([
    ["no address", "cognito.local:4300", undefined],
    ["a path", "http://cognito.local:4300/pool", undefined],
    ["another scheme", "ftp://cognito.local", undefined],
    ["plain http with a certificate", publicUrl, issueCertificate({ hosts: ["cognito.local"] })],
  ])("does not start with %s for its public address", async (_what, url, certificate) => {
    const options = { dataDirectory: undefined, port: 0, callbackUrls: [], signOutUrls: [] };
    const start = startLocalCognito({ ...options, publicUrl: url, certificate });
    await expect(start).rejects.toThrow(`cannot be found at ${url}`);
  });
});
