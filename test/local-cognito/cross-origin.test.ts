import { describe, expect, test } from "vitest";
import { requestQuery, startPool, type TestPool } from "./support/pool.ts";

const page = "https://app.example.org";

/** What a browser asks before a page of another origin may send such a request. */
async function preflight(pool: TestPool, path: string, method: string, headers?: string) {
  const asked = headers === undefined ? {} : { "access-control-request-headers": headers };
  const answer = await pool.browser().request("OPTIONS", path, {
    headers: { origin: page, "access-control-request-method": method, ...asked },
  });
  return { ...answer, of: (name: string) => answer.headers.get(`access-control-${name}`) };
}

describe("a page of another origin", () => {
  test.each([
    ["GET", "discovery"],
    ["GET", "jwks"],
    ["POST", "/oauth2/token"],
    ["GET", "/oauth2/userInfo"],
    ["POST", "/oauth2/revoke"],
  ])("may %s %s, whatever headers it sends, without cookies", async (method, name) => {
    const pool = await startPool();
    const path = pathOf(pool, name);
    const asked = "authorization,content-type,x-requested-with";
    const before = await preflight(pool, path, method, asked);
    expect([before.status, before.text]).toEqual([200, ""]);
    expect(before.of("allow-origin")).toBe("*");
    expect(before.of("allow-methods")).toBe(method);
    expect(before.of("allow-headers")).toBe(asked);
    expect(before.of("allow-credentials")).toBeNull();
    const headers = { origin: page };
    const answer = await pool.browser().request(method, path, { headers });
    expect(answer.headers.get("access-control-allow-origin")).toBe("*");
    expect(answer.headers.get("cross-origin-resource-policy")).toBeNull();
    expect(await requestsIn(pool)).not.toContain("OPTIONS");
  });

  test.each(["/login", "/signup", "/oauth2/authorize", "/logout", "/_local", "/_local/users"])(
    "may not read %s",
    async (path) => {
      const pool = await startPool();
      const address = `${path}?${requestQuery(pool)}`;
      for (const method of ["GET", "POST"]) {
        const asked = await preflight(pool, address, method, "content-type");
        expect(asked.of("allow-origin")).toBeNull();
        expect(asked.of("allow-headers")).toBeNull();
      }
      const answer = await pool.browser().get(address, { origin: page });
      expect(answer.headers.get("access-control-allow-origin")).toBeNull();
      expect(answer.headers.get("cross-origin-resource-policy")).toBe("same-origin");
    },
  );

  test("is told by an OPTIONS that is no preflight which method there is", async () => {
    const pool = await startPool();
    const answer = await pool.browser().request("OPTIONS", "/oauth2/token");
    expect([answer.status, answer.headers.get("allow")]).toEqual([405, "POST"]);
  });
});

function pathOf(pool: TestPool, name: string): string {
  const keySet = `/${pool.userPoolId}/.well-known`;
  if (name === "discovery") return `${keySet}/openid-configuration`;
  return name === "jwks" ? `${keySet}/jwks.json` : name;
}

async function requestsIn(pool: TestPool): Promise<string> {
  return (await pool.browser().get("/_local/requests", { accept: "application/json" })).text;
}
