import { describe, expect, test } from "vitest";
import { startPool } from "../support/pool.ts";
import { requestsOf, signature, tell } from "./support/calls.ts";

describe("an administrator's operation", () => {
  const body = () => JSON.stringify({ UserPoolId: "local_1", Username: "ann" });

  test("is refused without a signature, and with half of one", async () => {
    const pool = await startPool();
    const answer = await tell(pool, "AdminGetUser", body());
    expect([answer.status, answer.body]).toEqual([
      400,
      { __type: "MissingAuthenticationTokenException", message: "Missing Authentication Token" },
    ]);
    for (const authorization of ["Bearer x", "AWS4-HMAC-SHA256 Credential=a, Signature=b", ""]) {
      const refused = await tell(pool, "AdminGetUser", body(), { authorization });
      expect(refused.body.__type).toMatch(/^(IncompleteSignature|MissingAuthentication)/);
    }
    const [newest] = await requestsOf(pool);
    expect(newest).toMatchObject({ operation: "AdminGetUser", outcome: "refused" });
  });

  test("is refused to a page that is not on this machine, whatever its signature, and that is logged", async () => {
    const pool = await startPool();
    for (const origin of [
      "https://evil.example",
      "null",
      "http://localhost.evil.example",
      "app://x",
    ]) {
      const refused = await tell(pool, "AdminGetUser", body(), { ...signature, origin });
      expect([refused.status, refused.body.__type]).toEqual([403, "AccessDeniedException"]);
      expect(refused.headers.get("access-control-allow-origin")).toBe("*");
    }
    const [newest] = await requestsOf(pool);
    expect(newest).toMatchObject({ status: 403, error: "AccessDeniedException" });
    expect(newest?.reason).toContain("AdminGetUser is for administrators");
    const own = await tell(pool, "AdminGetUser", body(), {
      ...signature,
      origin: "http://localhost:5173",
    });
    expect(own.body.__type).not.toBe("AccessDeniedException");
  });

  test("is refused under a foreign host name", async () => {
    const pool = await startPool();
    const host = `evil.example:${new URL(pool.origin).port}`;
    const answer = await tell(pool, "AdminGetUser", body(), { ...signature, host });
    expect([answer.status, answer.body.__type]).toEqual([403, "AccessDeniedException"]);
  });
});
