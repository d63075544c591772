import { expect, test } from "vitest";
import { addUser, passwordAuth, startApiPool } from "./support/api-pool.ts";
import { call, refusal } from "./support/calls.ts";

test("the pool is described with every standard attribute, in AWS's order", async () => {
  const custom = {
    name: "custom:team",
    type: "Number" as const,
    isRequired: false,
    isMutable: true,
  };
  const email = { name: "email", type: "String" as const, isRequired: true, isMutable: true };
  const pool = await startApiPool({ schema: [email, { ...custom, minimum: 1 }] });
  await addUser(pool, "ann");
  const { UserPool } = await call(pool, "DescribeUserPool", { UserPoolId: pool.userPoolId });
  const { SchemaAttributes, ...others } = UserPool;
  expect(others).toMatchObject({
    Id: pool.userPoolId,
    Name: "local-cognito",
    MfaConfiguration: "OPTIONAL",
    EstimatedNumberOfUsers: 1,
    AliasAttributes: ["email"],
    Arn: `arn:aws:cognito-idp:eu-west-1:123456789012:userpool/${pool.userPoolId}`,
    CreationDate: expect.any(Number),
  });
  expect(SchemaAttributes).toHaveLength(21);
  expect(SchemaAttributes[0]).toMatchObject({
    Name: "sub",
    Mutable: false,
    Required: true,
    StringAttributeConstraints: { MinLength: "1", MaxLength: "2048" },
  });
  expect(SchemaAttributes[10]).toMatchObject({ Name: "email", Required: true });
  expect(SchemaAttributes[20]).toEqual({
    Name: "custom:team",
    AttributeDataType: "Number",
    DeveloperOnlyAttribute: false,
    Mutable: true,
    Required: false,
    NumberAttributeConstraints: { MinValue: "1" },
  });
  const { UserPools } = await call(pool, "ListUserPools", { MaxResults: 60 });
  expect(UserPools).toMatchObject([{ Id: pool.userPoolId, Name: "local-cognito" }]);
});

test("the pool is described with the functions that its triggers are", async () => {
  const code = "It is written in Python.";
  const pool = await startApiPool({
    triggers: [
      { trigger: "PostAuthentication", functionName: "greet", code },
      { trigger: "PreTokenGeneration", functionName: "add-claims", version: "V2", code },
    ],
  });
  const { UserPool } = await call(pool, "DescribeUserPool", { UserPoolId: pool.userPoolId });
  const arn = (name: string) => `arn:aws:lambda:eu-west-1:123456789012:function:${name}`;
  expect(UserPool.LambdaConfig).toEqual({
    PostAuthentication: arn("greet"),
    PreTokenGeneration: arn("add-claims"),
    PreTokenGenerationConfig: { LambdaArn: arn("add-claims"), LambdaVersion: "V2_0" },
  });
});

test("the second factor of the pool is switched as the real service has it", async () => {
  const pool = await startApiPool({ mfa: "OFF" });
  await addUser(pool, "ann");
  const UserPoolId = pool.userPoolId;
  expect(await call(pool, "GetUserPoolMfaConfig", { UserPoolId })).toEqual({
    MfaConfiguration: "OFF",
  });
  const app = (Enabled: boolean) => ({ SoftwareTokenMfaConfiguration: { Enabled } });
  const why = (more: object) => refusal(pool, "SetUserPoolMfaConfig", { UserPoolId, ...more });
  expect(await why({ MfaConfiguration: "OFF", ...app(true) })).toBe(
    "InvalidParameterException: Invalid MFA configuration given, can't turn off MFA and configure an MFA together.",
  );
  expect(await why({ MfaConfiguration: "ON", ...app(false) })).toBe(
    "InvalidParameterException: Invalid MFA configuration given, can't disable all MFAs with a required or optional configuration.",
  );
  expect(await why({ MfaConfiguration: "OPTIONAL" })).toBe(
    "InvalidParameterException: Invalid MFA Configuration given. SMS MFA, Email MFA, or Software Token MFA must be enabled.",
  );
  const on = { MfaConfiguration: "ON", ...app(true) };
  expect(await call(pool, "SetUserPoolMfaConfig", { UserPoolId, ...on })).toEqual(on);
  const begun = await call(pool, "InitiateAuth", passwordAuth(pool, "ann"));
  expect(begun.ChallengeName).toBe("MFA_SETUP");
});
