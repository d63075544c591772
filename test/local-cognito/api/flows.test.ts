import { describe, expect, test } from "vitest";
import type { AuthFlow } from "../../../src/local-cognito/pool/pool-settings.ts";
import { PASSWORD, type TestPool } from "../support/pool.ts";
import { addUser, claimsOf, passwordAuth, secretHash, startApiPool } from "./support/api-pool.ts";
import { call, refusal, tell } from "./support/calls.ts";

const invalid = (message: string) => `InvalidParameterException: ${message}`;
const refused = (message: string) => `NotAuthorizedException: ${message}`;

function initiate(pool: TestPool, AuthFlow: string, AuthParameters: object) {
  return { AuthFlow, AuthParameters, ClientId: pool.clientId, UserPoolId: pool.userPoolId };
}

describe("a flow", () => {
  test.each<[string, AuthFlow[], string, string]>([
    ["USER_SRP_AUTH", [], "InitiateAuth", "USER_SRP_AUTH is not enabled for the client."],
    [
      "USER_PASSWORD_AUTH",
      [],
      "InitiateAuth",
      "USER_PASSWORD_AUTH flow not enabled for this client",
    ],
    ["USER_PASSWORD_AUTH", [], "AdminInitiateAuth", "Initiate Auth method not supported."],
    ["ADMIN_USER_PASSWORD_AUTH", [], "AdminInitiateAuth", "Auth flow not enabled for this client"],
    ["ADMIN_NO_SRP_AUTH", [], "AdminInitiateAuth", "Auth flow not enabled for this client"],
    [
      "ADMIN_USER_PASSWORD_AUTH",
      ["ALLOW_ADMIN_USER_PASSWORD_AUTH"],
      "InitiateAuth",
      "Initiate Auth method not supported.",
    ],
    ["CUSTOM_AUTH", [], "InitiateAuth", "CUSTOM_AUTH is not enabled for the client."],
    [
      "CUSTOM_AUTH",
      ["ALLOW_CUSTOM_AUTH"],
      "InitiateAuth",
      "Custom auth lambda trigger is not configured for the user pool.",
    ],
    ["USER_AUTH", [], "AdminInitiateAuth", "USER_AUTH is not enabled for the client."],
    ["REFRESH_TOKEN_AUTH", [], "InitiateAuth", "Auth flow not enabled for this client"],
    ["REFRESH_TOKEN", [], "AdminInitiateAuth", "Auth flow not enabled for this client"],
    [
      "USER_SRP_AUTH",
      ["CUSTOM_AUTH_FLOW_ONLY"],
      "InitiateAuth",
      "Only custom auth (lambda driven) is enabled for this client.",
    ],
  ])(
    "%s that the client has not, with %j at %s, is refused in its own words",
    async (flow, authFlows, operation, message) => {
      const pool = await startApiPool({}, { authFlows });
      const parameters = { USERNAME: "ann", PASSWORD, SRP_A: "ab", REFRESH_TOKEN: "x" };
      expect(await refusal(pool, operation, initiate(pool, flow, parameters))).toBe(
        invalid(message),
      );
    },
  );

  test.each([
    ["USER_PASSWORD_AUTH", { USERNAME: "ann" }, "PASSWORD"],
    ["USER_PASSWORD_AUTH", { USERNAME: "", PASSWORD }, "USERNAME"],
    ["USER_SRP_AUTH", { USERNAME: "ann" }, "SRP_A"],
    ["REFRESH_TOKEN_AUTH", {}, "REFRESH_TOKEN"],
  ])("%s says which parameter is missing in %j", async (flow, parameters, name) => {
    const pool = await startApiPool();
    expect(await refusal(pool, "InitiateAuth", initiate(pool, flow, parameters))).toBe(
      invalid(`Missing required parameter ${name}`),
    );
  });

  test("wants a client and a pool that are there", async () => {
    const pool = await startApiPool();
    const input = initiate(pool, "ADMIN_USER_PASSWORD_AUTH", { USERNAME: "ann", PASSWORD });
    expect(await refusal(pool, "AdminInitiateAuth", { ...input, ClientId: "nobodys" })).toBe(
      "ResourceNotFoundException: User pool client nobodys does not exist.",
    );
    expect(await refusal(pool, "AdminInitiateAuth", { ...input, UserPoolId: "eu-west-1_no" })).toBe(
      "ResourceNotFoundException: User pool eu-west-1_no does not exist.",
    );
  });
});

describe("a client with a secret", () => {
  test("has to prove it, over the name that it sends", async () => {
    const pool = await startApiPool({}, { hasSecret: true });
    await addUser(pool, "ann");
    const { clientId } = pool;
    const auth = (USERNAME: string, SECRET_HASH?: string) => ({
      ...passwordAuth(pool, "ann"),
      AuthParameters: { USERNAME, PASSWORD, ...(SECRET_HASH && { SECRET_HASH }) },
    });
    expect(await refusal(pool, "InitiateAuth", auth("ann"))).toBe(
      refused(`Client ${clientId} is configured with secret but SECRET_HASH was not received`),
    );
    const wrong = refused(`Unable to verify secret hash for client ${clientId}`);
    for (const hash of ["x", secretHash(pool, "Ann"), secretHash(pool, "ann@example.org")]) {
      expect(await refusal(pool, "InitiateAuth", auth("ann", hash))).toBe(wrong);
    }
    for (const name of ["ann", "ann@example.org"]) {
      const answer = await call(pool, "InitiateAuth", auth(name, secretHash(pool, name)));
      expect(answer.AuthenticationResult.TokenType).toBe("Bearer");
    }
    const joining = { ClientId: clientId, Username: "ben", Password: PASSWORD };
    expect(await refusal(pool, "SignUp", joining)).toMatch(/SECRET_HASH was not received$/);
    const SecretHash = secretHash(pool, "ben");
    const UserAttributes = [{ Name: "email", Value: "ben@example.org" }];
    await call(pool, "SignUp", { ...joining, SecretHash, UserAttributes });
  });

  test("is the only one that may send a hash", async () => {
    const pool = await startApiPool();
    const input = passwordAuth(pool, "ann");
    const AuthParameters = { ...input.AuthParameters, SECRET_HASH: "x" };
    expect(await refusal(pool, "InitiateAuth", { ...input, AuthParameters })).toBe(
      refused(`Unable to verify secret hash for client ${pool.clientId}`),
    );
  });
});

describe("a sign-in with a password", () => {
  test("gives tokens with the one scope, and every attribute in the ID token", async () => {
    const pool = await startApiPool();
    const { Attributes } = await addUser(pool, "ann", { name: "Ann" });
    const answer = await call(pool, "InitiateAuth", passwordAuth(pool, "ann"));
    expect(answer.ChallengeParameters).toEqual({});
    expect(Object.keys(answer).sort()).toEqual(["AuthenticationResult", "ChallengeParameters"]);
    const { AccessToken, IdToken, RefreshToken, ExpiresIn, TokenType } =
      answer.AuthenticationResult;
    expect([ExpiresIn, TokenType]).toEqual([3600, "Bearer"]);
    expect(RefreshToken).toEqual(expect.any(String));
    const sub = Attributes[0].Value;
    const access = claimsOf(AccessToken);
    expect(access).toMatchObject({
      sub,
      token_use: "access",
      scope: "aws.cognito.signin.user.admin",
      client_id: pool.clientId,
      username: "ann",
      iss: pool.issuer,
    });
    expect(access).not.toHaveProperty("version");
    expect(access).not.toHaveProperty("aud");
    const id = claimsOf(IdToken);
    expect(id).toMatchObject({
      sub,
      token_use: "id",
      aud: pool.clientId,
      "cognito:username": "ann",
      email: "ann@example.org",
      email_verified: true,
      name: "Ann",
      event_id: access.event_id,
      origin_jti: access.origin_jti,
    });
    for (const claim of ["nonce", "at_hash"]) expect(id).not.toHaveProperty(claim);
  });

  test("is refused with the reason that fits, and locks the account after a few guesses", async () => {
    const pool = await startApiPool({}, { hidesUserExistence: false });
    await addUser(pool, "ann");
    const user = { UserPoolId: pool.userPoolId, Username: "ann" };
    const why = (name = "ann", password = PASSWORD) =>
      refusal(pool, "InitiateAuth", passwordAuth(pool, name, password));
    expect(await why("nobody")).toBe("UserNotFoundException: User does not exist.");
    for (const password of ["Wrong-Horse-9", "x".repeat(257)]) {
      expect(await why("ann", password)).toBe(refused("Incorrect username or password."));
    }
    await call(pool, "AdminDisableUser", user);
    expect(await why()).toBe(refused("User is disabled."));
    await call(pool, "AdminEnableUser", user);
    await call(pool, "AdminResetUserPassword", user);
    expect(await why()).toBe(
      "PasswordResetRequiredException: Password reset required for the user",
    );
    for (let i = 0; i < 5; i++) await why("ann", "Wrong-Horse-9");
    expect(await why()).toBe(refused("Password attempts exceeded"));
  });

  test("LL-9: tells nothing of who exists where the client hides that", async () => {
    const pool = await startApiPool();
    await addUser(pool, "ann");
    const answerFor = async (name: string) => {
      const body = JSON.stringify(passwordAuth(pool, name, "Wrong-Horse-9"));
      const { status, text, headers } = await tell(pool, "InitiateAuth", body);
      const others = [...headers].filter(([header]) => !/^(date|x-amzn-requestid)$/i.test(header));
      return { status, text, headers: others };
    };
    const [known, unknown] = [await answerFor("ann"), await answerFor("nobody")];
    expect(unknown).toEqual(known);
    expect(unknown.text).toContain("Incorrect username or password.");
  });

  test("of somebody who has not confirmed is refused: before the password only where the client tells", async () => {
    for (const hidesUserExistence of [true, false]) {
      const pool = await startApiPool({}, { hidesUserExistence });
      const UserAttributes = [{ Name: "email", Value: "ann@example.org" }];
      const joining = { ClientId: pool.clientId, Username: "ann", Password: PASSWORD };
      await call(pool, "SignUp", { ...joining, UserAttributes });
      const notConfirmed = "UserNotConfirmedException: User is not confirmed.";
      expect(await refusal(pool, "InitiateAuth", passwordAuth(pool, "ann"))).toBe(notConfirmed);
      expect(await refusal(pool, "InitiateAuth", passwordAuth(pool, "ann", "Wrong-1!"))).toBe(
        hidesUserExistence ? refused("Incorrect username or password.") : notConfirmed,
      );
    }
  });

  test("stands in the history, and an administrator's does as well", async () => {
    const pool = await startApiPool();
    await addUser(pool, "ann");
    await call(pool, "InitiateAuth", passwordAuth(pool, "ann"));
    const input = initiate(pool, "ADMIN_USER_PASSWORD_AUTH", { USERNAME: "ann", PASSWORD });
    const { AuthenticationResult } = await call(pool, "AdminInitiateAuth", input);
    expect(claimsOf(AuthenticationResult.AccessToken).username).toBe("ann");
    const { text } = await pool.browser().get("/_local/users/ann", { accept: "application/json" });
    expect(JSON.parse(text).signIns).toHaveLength(2);
  });
});
