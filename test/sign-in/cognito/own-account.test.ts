import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  type CallUserPool,
  createOwnAccount,
  type OwnAccount,
} from "../../../src/sign-in/cognito/account/user-account.ts";
import { createRelyingParty } from "../../../src/sign-in/cognito/relying-party.ts";
import { AppError, type ErrorCode } from "../../../src/sign-in/errors.ts";

interface Call {
  target: string | undefined;
  input: Record<string, unknown>;
}

/** A user pool that answers what the test wants. */
let calls: Call[] = [];
let answers: { status: number; body: unknown; headers?: Record<string, string> }[] = [];
const server = createServer(async (req, res) => {
  calls.push({ target: req.headers["x-amz-target"]?.toString(), input: await json(req) });
  const { status, body, headers = {} } = answers.shift() ?? { status: 200, body: {} };
  res.writeHead(status, { "content-type": "application/x-amz-json-1.1", ...headers });
  res.end(typeof body === "string" ? body : JSON.stringify(body));
});
let account: OwnAccount;
let call: CallUserPool;

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { callUserPool } = createRelyingParty({
    userPool: {
      domain: origin,
      issuer: `${origin}/eu-west-1_Test`,
      clientId: "client",
      clientSecret: "secret",
    },
    callbackUrl: `${origin}/logged-in`,
    signOutUrl: `${origin}/logout`,
    scopes: ["openid"],
    now: Date.now,
  });
  call = callUserPool;
  account = createOwnAccount(call, {
    accessToken: async () => "first",
    renewedAccessToken: async () => "renewed",
  });
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  calls = [];
  answers = [];
});

const refusal = (type: string, message = "") => ({
  status: 400,
  body: { __type: type, message },
});

describe("A call for the visitor's own account", () => {
  test("names its operation, and sends the access token in the body", async () => {
    answers = [
      {
        status: 200,
        body: {
          Username: "mira",
          UserAttributes: [
            { Name: "sub", Value: "1" },
            { Name: "identities", Value: '[{"providerName":"Google"}]' },
          ],
          UserMFASettingList: ["SOFTWARE_TOKEN_MFA"],
        },
      },
    ];
    expect(await account.getUser()).toEqual({
      username: "mira",
      attributes: { sub: "1" },
      factors: ["SOFTWARE_TOKEN_MFA"],
      provider: "Google",
    });
    expect(calls).toEqual([
      { target: "AWSCognitoIdentityProviderService.GetUser", input: { AccessToken: "first" } },
    ]);
  });

  test("renews a token that was revoked, once", async () => {
    const revoked = refusal("NotAuthorizedException", "Access Token has been revoked");
    answers = [revoked, { status: 200, body: {} }];
    await account.changePassword("old", "new");
    expect(calls.map(({ input }) => input.AccessToken)).toEqual(["first", "renewed"]);
    answers = [revoked, revoked];
    await expect(account.getUser()).rejects.toMatchObject({
      code: "access_token_refused",
      status: 401,
    });
  });

  test("calls it an outage where the renewal of its token found nobody", async () => {
    answers = [refusal("NotAuthorizedException", "Access Token has been revoked")];
    const cause = new Error("no route");
    const reason = "no connection";
    const outage = createOwnAccount(call, {
      accessToken: async () => "first",
      renewedAccessToken: () =>
        Promise.reject(new AppError("cognito_unreachable", { reason, cause })),
    });

    const told = { code: "cognito_unreachable", status: 503, retryAfterSeconds: 30, reason, cause };
    await expect(outage.getUser()).rejects.toMatchObject(told);
  });

  const cases: [keyof OwnAccount, string, string, ErrorCode, number][] = [
    ["getUser", "NotAuthorizedException", "User is disabled.", "access_token_refused", 401],
    ["getUser", "UserNotFoundException", "User does not exist.", "access_token_refused", 401],
    [
      "getUser",
      "NotAuthorizedException",
      "Access Token does not have required scopes",
      "account_scope_missing",
      403,
    ],
    [
      "changePassword",
      "NotAuthorizedException",
      "Incorrect username or password.",
      "password_wrong",
      400,
    ],
    [
      "changePassword",
      "InvalidPasswordException",
      "Password does not conform to policy: Password not long enough",
      "password_refused",
      400,
    ],
    [
      "changePassword",
      "PasswordHistoryPolicyViolationException",
      "Password has previously been used.",
      "password_used_before",
      400,
    ],
    [
      "changePassword",
      "LimitExceededException",
      "Attempt limit exceeded, please try after some time.",
      "too_many_tries",
      429,
    ],
    [
      "changePassword",
      "InvalidParameterException",
      "1 validation error detected: Value at 'previousPassword' failed to satisfy constraint",
      "password_wrong",
      400,
    ],
    [
      "changePassword",
      "InvalidParameterException",
      "1 validation error detected: Value at 'proposedPassword' failed to satisfy constraint",
      "password_refused",
      400,
    ],
    ["changePassword", "TooManyRequestsException", "Rate exceeded", "too_many_tries", 429],
    ["verifyUserAttribute", "CodeMismatchException", "Invalid code", "code_wrong", 400],
    ["verifyUserAttribute", "ExpiredCodeException", "request a code again.", "code_expired", 400],
    ["verifyUserAttribute", "AliasExistsException", "exists", "address_taken", 400],
    ["verifySoftwareToken", "EnableSoftwareTokenMFAException", "Code mismatch", "code_wrong", 400],
    [
      "associateSoftwareToken",
      "SoftwareTokenMFANotFoundException",
      "Software Token MFA has not been enabled by the userPool",
      "factor_not_offered",
      400,
    ],
    [
      "updateUserAttributes",
      "NotAuthorizedException",
      "A client attempted to write unauthorized attribute",
      "attribute_read_only",
      400,
    ],
    [
      "updateUserAttributes",
      "InvalidParameterException",
      "user.email: Attribute cannot be updated.",
      "attribute_read_only",
      400,
    ],
    [
      "updateUserAttributes",
      "InvalidParameterException",
      "Invalid email address format.",
      "attribute_refused",
      400,
    ],
    ["getUserAttributeVerificationCode", "CodeDeliveryFailureException", "", "code_not_sent", 502],
    ["deleteUser", "SomethingNewException", "of AWS's", "account_refused", 400],
    ["deleteUser", "com.amazonaws#SomethingNewException", "", "account_refused", 400],
  ];

  test.each(cases)("%s refused by %s “%s” is %s", async (name, type, message, code, status) => {
    answers = [refusal(type, message), refusal(type, message)];
    const call = account[name] as (...input: unknown[]) => Promise<unknown>;
    const input = name === "updateUserAttributes" ? [{ name: "x" }] : ["a", "b"];
    await expect(call(...input)).rejects.toMatchObject({ code, status });
  });

  test.each([
    ["a page of a proxy's", 502, "<html>"],
    ["a fault of Cognito's", 500, { __type: "InternalErrorException", message: "" }],
    ["no exception", 400, { oops: true }],
  ])("takes %s for an outage", async (_name, status, body) => {
    answers = [{ status, body }];
    await expect(account.getUser()).rejects.toMatchObject({
      code: "cognito_unreachable",
      status: 503,
    });
  });

  test("waits as long as Cognito asks for", async () => {
    answers = [{ status: 429, body: {}, headers: { "retry-after": "7" } }];
    await expect(account.getUser()).rejects.toMatchObject({ retryAfterSeconds: 7, status: 503 });
  });

  test("believes no answer of another shape", async () => {
    answers = [{ status: 200, body: { Username: 7 } }];
    await expect(account.getUser()).rejects.toMatchObject({ code: "cognito_answer_invalid" });
    for (const body of ["<html>", '"yes"', "null"]) {
      answers = [{ status: 200, body }];
      const changed = account.changePassword("old", "new");
      await expect(changed).rejects.toMatchObject({ code: "cognito_answer_invalid" });
    }
    answers = [{ status: 200, body: "" }];
    await expect(account.deleteUser()).resolves.toBeUndefined();
  });

  test("keeps what was typed and the token out of the error", async () => {
    answers = [refusal("InvalidPasswordException", "Password not long enough")];
    const error = await account.changePassword("old-secret", "new-secret").catch((e: Error) => e);
    const all = JSON.stringify([error, (error as { details?: unknown }).details, String(error)]);
    expect(all).not.toMatch(/old-secret|new-secret|first/);
  });
});

async function json(req: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = [];
  for await (const chunk of req) chunks.push(chunk);
  return JSON.parse(Buffer.concat(chunks).toString("utf8"));
}
