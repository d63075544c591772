import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { request } from "node:https";
import { text } from "node:stream/consumers";
import { describe, expect, test } from "vitest";
import { startLocalCognito } from "../../src/local-cognito/local-cognito.ts";
import { type Certificate, issueCertificate } from "../support/certificates.ts";
import { requestQuery, startPool, type TestPool } from "./support/pool.ts";

const certificate = issueCertificate({ hosts: ["localhost"] });

async function ask(pool: TestPool, path: string, { cert }: Certificate): Promise<IncomingMessage> {
  const { hostname, port } = new URL(pool.origin);
  const asked = request({ hostname, port, path, servername: "localhost", ca: cert, agent: false });
  asked.end();
  const [answer] = await once(asked, "response");
  return answer as IncomingMessage;
}

describe("a pool with a certificate", () => {
  test("is at https, and so are its issuer and its endpoints; its cookies are Secure", async () => {
    const pool = await startPool({ certificate });
    expect(pool.origin).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
    const path = `/${pool.userPoolId}/.well-known/openid-configuration`;
    const metadata = JSON.parse(await text(await ask(pool, path, certificate)));
    expect(metadata).toMatchObject({
      issuer: pool.issuer,
      token_endpoint: `${pool.origin}/oauth2/token`,
      authorization_endpoint: `${pool.origin}/oauth2/authorize`,
    });

    const begun = await ask(pool, `/oauth2/authorize?${requestQuery(pool)}`, certificate);
    expect(begun.headers.location).toMatch(`${pool.origin}/login?`);
    const page = await ask(pool, `/login?${requestQuery(pool)}`, certificate);
    const cookies = page.headers["set-cookie"] ?? [];
    expect(cookies.length).toBeGreaterThan(0);
    for (const cookie of cookies) expect(cookie).toMatch(/; Secure(;|$)/);
  });

  test("stops while a browser keeps its connection", async () => {
    const pool = await startPool({ certificate });
    const { hostname, port } = new URL(pool.origin);
    const options = { hostname, port, servername: "localhost", ca: certificate.cert };
    const asked = request({ ...options, path: "/_local", headers: { connection: "keep-alive" } });
    asked.end();
    const [answer] = (await once(asked, "response")) as [IncomingMessage];
    await text(answer);
    await pool.close();
    expect(answer.statusCode).toBe(200);
  });

  test.each([
    ["no PEM", { cert: "nonsense", key: certificate.key }],
    ["another's key", { ...certificate, key: issueCertificate({ hosts: ["localhost"] }).key }],
  ])("does not start with %s, and says why", async (_what, unusable) => {
    const options = { dataDirectory: undefined, port: 0, callbackUrls: [], signOutUrls: [] };
    const start = startLocalCognito({ ...options, certificate: unusable });
    await expect(start).rejects.toThrow(/certificate or its key cannot be used[\s\S]*mkcert/);
  });
});
