import { expect, test } from "vitest";
import { claimsOf, newestCode, passwordAuth, startApiPool } from "../api/support/api-pool.ts";
import { call, refusal } from "../api/support/calls.ts";
import { PASSWORD } from "../support/pool.ts";
import { recordTriggers, refusing } from "./support/recorder.ts";

test("operations of the API call the triggers that Cognito calls, with what their caller says", async () => {
  const { triggers, take, sources } = recordTriggers();
  const pool = await startApiPool({}, {}, { triggers });
  const { clientId: ClientId, userPoolId: UserPoolId } = pool;
  const Username = "mira";
  const ClientMetadata = { from: "a test" };
  const UserAttributes = [{ Name: "email", Value: "mira@example.org" }];
  const mira = { ClientId, Username, ClientMetadata };

  const ValidationData = [{ Name: "robot", Value: "no" }];
  await call(pool, "SignUp", { ...mira, Password: PASSWORD, UserAttributes, ValidationData });
  const [asked, told] = take();
  expect(asked).toMatchObject({
    triggerSource: "PreSignUp_SignUp",
    callerContext: { clientId: ClientId },
    request: { validationData: { robot: "no" }, clientMetadata: ClientMetadata },
  });
  expect(told).toMatchObject({
    triggerSource: "CustomMessage_SignUp",
    request: { clientMetadata: ClientMetadata },
  });
  await call(pool, "ResendConfirmationCode", mira);
  expect(sources()).toEqual(["CustomMessage_ResendCode"]);
  await call(pool, "ConfirmSignUp", { ...mira, ConfirmationCode: await newestCode(pool) });
  const [confirmed] = take();
  expect(confirmed).toMatchObject({
    triggerSource: "PostConfirmation_ConfirmSignUp",
    request: { clientMetadata: ClientMetadata, userAttributes: { email_verified: "true" } },
  });

  const signIn = passwordAuth(pool, Username);
  const { AuthenticationResult: tokens } = await call(pool, "InitiateAuth", {
    ...signIn,
    ClientMetadata,
  });
  const [before, after, issued] = take();
  expect(before).toMatchObject({
    triggerSource: "PreAuthentication_Authentication",
    request: { validationData: ClientMetadata },
  });
  expect(after).toMatchObject({
    triggerSource: "PostAuthentication_Authentication",
    request: { newDeviceUsed: false },
  });
  expect(issued?.triggerSource).toBe("TokenGeneration_Authentication");
  const refresh = {
    AuthFlow: "REFRESH_TOKEN_AUTH",
    ClientId,
    AuthParameters: { REFRESH_TOKEN: tokens.RefreshToken },
  };
  await call(pool, "InitiateAuth", refresh);
  expect(sources()).toEqual(["TokenGeneration_RefreshTokens"]);

  const { AccessToken } = tokens;
  await call(pool, "GetUserAttributeVerificationCode", { AccessToken, AttributeName: "email" });
  const changed = [{ Name: "email", Value: "mira2@example.org" }];
  await call(pool, "UpdateUserAttributes", { AccessToken, UserAttributes: changed });
  expect(sources()).toEqual([
    "CustomMessage_VerifyUserAttribute",
    "CustomMessage_UpdateUserAttribute",
  ]);
  const Code = await newestCode(pool);
  await call(pool, "VerifyUserAttribute", { AccessToken, AttributeName: "email", Code });

  await call(pool, "ForgotPassword", mira);
  const ConfirmationCode = await newestCode(pool);
  await call(pool, "ConfirmForgotPassword", { ...mira, ConfirmationCode, Password: PASSWORD });
  expect(sources()).toEqual([
    "CustomMessage_ForgotPassword",
    "PostConfirmation_ConfirmForgotPassword",
  ]);

  const ann = { UserPoolId, Username: "ann" };
  await call(pool, "AdminCreateUser", { ...ann, TemporaryPassword: PASSWORD, UserAttributes });
  const [created, invited] = take();
  expect(created).toMatchObject({
    triggerSource: "PreSignUp_AdminCreateUser",
    callerContext: { clientId: "CLIENT_ID_NOT_APPLICABLE" },
  });
  expect(invited).toMatchObject({
    triggerSource: "CustomMessage_AdminCreateUser",
    request: { usernameParameter: "{username}" },
  });
  const { Session } = await call(pool, "InitiateAuth", passwordAuth(pool, "ann"));
  await call(pool, "RespondToAuthChallenge", {
    ClientId,
    ChallengeName: "NEW_PASSWORD_REQUIRED",
    Session,
    ChallengeResponses: { USERNAME: "ann", NEW_PASSWORD: `${PASSWORD}!` },
  });
  expect(sources()).toEqual([
    "PreAuthentication_Authentication",
    "PostAuthentication_Authentication",
    "TokenGeneration_NewPasswordChallenge",
  ]);
  await call(pool, "AdminResetUserPassword", { UserPoolId, Username });
  expect(sources()).toEqual(["CustomMessage_ForgotPassword"]);
});

test("a trigger that refuses is the operation's refusal, and leaves nothing behind", async () => {
  const { triggers } = recordTriggers({
    PreSignUp: refusing("Not here"),
    PreAuthentication: refusing("Not now"),
    UserMigration: refusing("Nobody there"),
  });
  const pool = await startApiPool({}, {}, { triggers });
  const { clientId: ClientId, userPoolId: UserPoolId } = pool;
  const UserAttributes = [{ Name: "email", Value: "mira@example.org" }];
  const mira = { ClientId, Username: "mira", Password: PASSWORD, UserAttributes };

  expect(await refusal(pool, "SignUp", mira)).toBe(
    "UserLambdaValidationException: PreSignUp failed with error Not here.",
  );
  expect(await refusal(pool, "AdminGetUser", { UserPoolId, Username: "mira" })).toMatch(
    /^UserNotFoundException/,
  );
  expect(await refusal(pool, "InitiateAuth", passwordAuth(pool, "mira"))).toMatch(
    /^(UserLambdaValidation|NotAuthorized|UserNotFound)Exception/,
  );
});

test("functions of a test change what a machine's token says, in the third version alone", async () => {
  const orders = {
    identifier: "orders",
    name: "orders",
    scopes: [{ name: "read", description: "Read" }],
  };
  const client = {
    hasSecret: true,
    grants: ["client_credentials" as const],
    scopes: ["orders/read"],
  };
  const answer = async (event: object) => ({
    ...event,
    response: {
      claimsAndScopeOverrideDetails: {
        accessTokenGeneration: {
          claimsToAddOrOverride: { plan: "gold" },
          scopesToAdd: ["orders/write"],
        },
      },
    },
  });
  const claimsWith = async (triggers: object) => {
    const pool = await startApiPool({ resourceServers: [orders] }, client, { triggers });
    const credentials = Buffer.from(`${pool.clientId}:${pool.clientSecret}`).toString("base64");
    const response = await fetch(`${pool.origin}/oauth2/token`, {
      method: "POST",
      headers: { authorization: `Basic ${credentials}` },
      body: new URLSearchParams({ grant_type: "client_credentials" }),
    });
    const body = (await response.json()) as { access_token: string };
    return claimsOf(body.access_token);
  };
  expect(await claimsWith({ preTokenGenerationV3: answer })).toMatchObject({
    plan: "gold",
    scope: "orders/read orders/write",
  });
  expect(await claimsWith({ preTokenGenerationV2: answer })).not.toHaveProperty("plan");
});
