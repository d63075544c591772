import { request } from "node:http";
import { describe, expect, test } from "vitest";
import { send } from "../support/http.ts";
import { startPool } from "../support/pool.ts";
import { requestsOf, signature, target, tell } from "./support/calls.ts";

describe("a call of the JSON API", () => {
  test("that names no operation, or one that is not there, is refused in JSON and logged", async () => {
    const pool = await startPool();
    const missing = await tell(pool, undefined, "{}");
    expect(missing.status).toBe(400);
    expect(missing.body.__type).toBe("UnknownOperationException");
    for (const [name, words] of [
      ["CreateUserImportJob", "Local Cognito does not have CreateUserImportJob."],
      [
        "CreateUserPool",
        "Local Cognito does not have CreateUserPool. There is one pool here, set up as it was started: ListUserPools has its id.",
      ],
      [
        "AddCustomAttributes",
        "Local Cognito does not have AddCustomAttributes. The pool is set up by its template: change it there, and start again.",
      ],
      [
        "StartWebAuthnRegistration",
        "Local Cognito does not have StartWebAuthnRegistration. It knows no passkeys: users sign in with a password.",
      ],
      ["initiateAuth", "The operation is written InitiateAuth."],
      ["Nothing", "Cognito has no operation Nothing."],
      ["x".repeat(10_000), "Cognito has no operation of that name."],
      ["toString", "Cognito has no operation toString."],
      ["__proto__", "Cognito has no operation __proto__."],
    ] as const) {
      const answer = await tell(pool, name, "{}");
      expect(answer.status).toBe(400);
      expect(answer.body).toEqual({ __type: "UnknownOperationException", message: words });
    }
    const log = await requestsOf(pool);
    expect(log.map(({ operation }) => operation)).toContain("CreateUserImportJob");
    expect(log[0]).toMatchObject({
      method: "POST",
      path: "/",
      status: 400,
      outcome: "refused",
      error: "UnknownOperationException",
    });
    expect(JSON.stringify(log).length).toBeLessThan(5000);
  });

  test("has its exception in the body and in two headers, an id, and is open to any page", async () => {
    const pool = await startPool();
    const answer = await tell(pool, "CreateUserImportJob", "{}");
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      "content-type": "application/x-amz-json-1.1",
      "x-amzn-errortype": "UnknownOperationException:",
      "x-amzn-errormessage": "Local Cognito does not have CreateUserImportJob.",
      "access-control-allow-origin": "*",
      "access-control-expose-headers": "x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date",
    });
    expect(answer.headers.get("x-amzn-requestid")).toMatch(/^[0-9a-f-]{36}$/);
    for (const name of ["cross-origin-resource-policy", "vary", "set-cookie"]) {
      expect(answer.headers.has(name)).toBe(false);
    }
  });

  test("may be asked for by a page from anywhere, with whatever headers", async () => {
    const pool = await startPool();
    const asked = "amz-sdk-invocation-id,cache-control,content-type,x-amz-target,x-amz-user-agent";
    const answer = await send(`${pool.origin}/`, {
      method: "OPTIONS",
      headers: {
        origin: "https://app.example.org",
        "access-control-request-method": "POST",
        "access-control-request-headers": asked,
      },
    });
    expect(answer.status).toBe(200);
    expect(answer.text).toBe("");
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      "access-control-allow-origin": "*",
      "access-control-allow-headers": asked,
      "access-control-allow-methods": "POST",
      "access-control-max-age": "172800",
    });
  });

  test("with a body that is no JSON object is told so without a message", async () => {
    const pool = await startPool();
    for (const body of [
      "",
      "{",
      "[]",
      "null",
      '"text"',
      "12",
      "{}{}",
      Buffer.from([0x7b, 0x7d, 0xff]),
      "[".repeat(100_000),
      `{"a":${"[".repeat(100_000)}`,
    ]) {
      const answer = await tell(pool, "AdminGetUser", body, signature);
      expect([answer.status, answer.text]).toEqual([400, '{"__type":"SerializationException"}']);
    }
  });

  test("with a body that is too large is refused before the body has come", async () => {
    const pool = await startPool();
    const answer = await tell(
      pool,
      "AdminGetUser",
      `{"Username":"${"x".repeat(300_000)}"}`,
      signature,
    );
    expect([answer.status, answer.body.__type]).toEqual([413, "RequestEntityTooLargeException"]);
    const { hostname, port } = new URL(pool.origin);
    const status = await new Promise((resolve, reject) => {
      const asking = request({
        hostname,
        port,
        method: "POST",
        headers: {
          ...signature,
          "x-amz-target": target("AdminGetUser"),
          "content-length": 100_000_000,
        },
      });
      asking.once("response", (response) => {
        resolve(response.statusCode);
        asking.destroy();
      });
      asking.once("error", reject);
      asking.write("{");
    });
    expect(status).toBe(413);
  });
});
