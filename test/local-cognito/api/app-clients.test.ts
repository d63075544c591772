import { describe, expect, test } from "vitest";
import { PASSWORD, type TestPool } from "../support/pool.ts";
import { addUser, startApiPool } from "./support/api-pool.ts";
import { call, refusal, requestsOf, signature, tell } from "./support/calls.ts";

function create(pool: TestPool, changes: object = {}) {
  return call(pool, "CreateUserPoolClient", {
    UserPoolId: pool.userPoolId,
    ClientName: "spa",
    ...changes,
  });
}

describe("an app client", () => {
  test("is made with the API's defaults, and signs people in at once", async () => {
    const pool = await startApiPool();
    const { UserPoolClient } = await create(pool);
    const { ClientId, ...others } = UserPoolClient;
    expect(ClientId).toMatch(/^[a-z0-9]{26}$/);
    const at = pool.clock.ms / 1000;
    expect(others).toEqual({
      UserPoolId: pool.userPoolId,
      ClientName: "spa",
      LastModifiedDate: at,
      CreationDate: at,
      RefreshTokenValidity: 30,
      AccessTokenValidity: 1,
      IdTokenValidity: 1,
      TokenValidityUnits: { AccessToken: "hours", IdToken: "hours", RefreshToken: "days" },
      ExplicitAuthFlows: ["ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_CUSTOM_AUTH"],
      AllowedOAuthFlowsUserPoolClient: false,
      PreventUserExistenceErrors: "LEGACY",
      EnableTokenRevocation: true,
      EnablePropagateAdditionalUserContextData: false,
      AuthSessionValidity: 3,
    });
    const { UserPoolClient: scripts } = await create(pool, {
      ClientName: "scripts",
      ExplicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
      AccessTokenValidity: 5,
      TokenValidityUnits: { AccessToken: "minutes" },
    });
    await addUser(pool, "ann");
    const AuthParameters = { USERNAME: "ann", PASSWORD };
    const signIn = { AuthFlow: "USER_PASSWORD_AUTH", ClientId: scripts.ClientId, AuthParameters };
    expect((await call(pool, "InitiateAuth", signIn)).AuthenticationResult.ExpiresIn).toBe(300);
  });

  test("has a secret where one is asked for or given", async () => {
    const pool = await startApiPool();
    const made = await create(pool, { GenerateSecret: true });
    expect(made.UserPoolClient.ClientSecret.length).toBeGreaterThan(40);
    const ClientSecret = "s".repeat(24);
    expect((await create(pool, { ClientSecret })).UserPoolClient.ClientSecret).toBe(ClientSecret);
    const both = {
      UserPoolId: pool.userPoolId,
      ClientName: "x",
      ClientSecret,
      GenerateSecret: true,
    };
    expect(await refusal(pool, "CreateUserPoolClient", both)).toMatch(/^InvalidParameter/);
  });

  test("is listed, shown, changed as a whole, and removed", async () => {
    const pool = await startApiPool();
    const UserPoolId = pool.userPoolId;
    const { UserPoolClient } = await create(pool, {
      CallbackURLs: ["http://localhost:5173/in"],
      AllowedOAuthFlows: ["code"],
      AllowedOAuthScopes: ["openid"],
      AllowedOAuthFlowsUserPoolClient: true,
      PreventUserExistenceErrors: "ENABLED",
    });
    const one = { UserPoolId, ClientId: UserPoolClient.ClientId };
    expect((await call(pool, "DescribeUserPoolClient", one)).UserPoolClient).toEqual(
      UserPoolClient,
    );
    const page = await call(pool, "ListUserPoolClients", { UserPoolId, MaxResults: 1 });
    const next = { UserPoolId, MaxResults: 1, NextToken: page.NextToken };
    const { UserPoolClients } = await call(pool, "ListUserPoolClients", next);
    expect(UserPoolClients).toEqual([{ ...one, ClientName: "spa" }]);
    const changed = await call(pool, "UpdateUserPoolClient", { ...one, ClientName: "web" });
    expect(changed.UserPoolClient).toMatchObject({
      ClientName: "web",
      PreventUserExistenceErrors: "LEGACY",
    });
    expect(changed.UserPoolClient).not.toHaveProperty("CallbackURLs");
    const [newest] = await requestsOf(pool);
    expect(newest?.remark).toContain("PreventUserExistenceErrors");
    const { status, text } = await tell(
      pool,
      "DeleteUserPoolClient",
      JSON.stringify(one),
      signature,
    );
    expect([status, text]).toEqual([200, ""]);
    expect(await refusal(pool, "DescribeUserPoolClient", one)).toBe(
      `ResourceNotFoundException: User pool client ${one.ClientId} does not exist.`,
    );
    expect(
      await refusal(pool, "DeleteUserPoolClient", { UserPoolId, ClientId: pool.clientId }),
    ).toMatch(/^InvalidParameterException: Local Cognito cannot do without/);
  });

  test.each<[object, RegExp]>([
    [{ AllowedOAuthScopes: ["orders/read"] }, /^ScopeDoesNotExistException: /],
    [{ AllowedOAuthFlows: ["client_credentials"] }, /^InvalidOAuthFlowException: /],
    [
      { AllowedOAuthFlows: ["client_credentials", "code"], GenerateSecret: true },
      /^InvalidOAuthFlowException: /,
    ],
    [{ SupportedIdentityProviders: ["Google"] }, /^InvalidParameterException: /],
    [{ CallbackURLs: ["http://example.org/"] }, /^InvalidParameterException: /],
    [
      { CallbackURLs: ["http://localhost/"], DefaultRedirectURI: "http://localhost/x" },
      /^InvalidParameterException: /,
    ],
    [{ ExplicitAuthFlows: ["ALLOW_USER_SRP_AUTH", "USER_PASSWORD_AUTH"] }, /^InvalidParameter/],
    [
      { AccessTokenValidity: 4, TokenValidityUnits: { AccessToken: "minutes" } },
      /^InvalidParameterException: Invalid range for token validity\.$/,
    ],
  ])("cannot be made with %j", async (changes, message) => {
    const pool = await startApiPool();
    const input = { UserPoolId: pool.userPoolId, ClientName: "x", ...changes };
    expect(await refusal(pool, "CreateUserPoolClient", input)).toMatch(message);
  });

  test("goes without addresses that are not on this machine, and the log says so", async () => {
    const pool = await startApiPool();
    const CallbackURLs = ["https://app.example.org/in", "http://localhost:5173/in"];
    const { UserPoolClient } = await create(pool, { CallbackURLs });
    expect(UserPoolClient.CallbackURLs).toEqual(["http://localhost:5173/in"]);
    expect((await requestsOf(pool))[0]?.remark).toContain("not on this machine");
  });
});
