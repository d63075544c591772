import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readTemplateFile } from "../../../src/local-cognito/template/file.ts";
import { temporaryDirectory } from "../../support/temporary-directory.ts";
import {
  clientPath,
  poolPath,
  problemsOf,
  quietClient,
  quietPool,
  read,
  yamlOf,
} from "./support/read-template.ts";

const standardAttributes = [
  "address",
  "birthdate",
  "email",
  "family_name",
  "gender",
  "given_name",
  "locale",
  "middle_name",
  "name",
  "nickname",
  "phone_number",
  "picture",
  "preferred_username",
  "profile",
  "updated_at",
  "website",
  "zoneinfo",
];

describe("a template", () => {
  test("that names little is a pool with AWS's defaults, which are not the console's", async () => {
    const { settings, warnings } = await read({});

    expect(warnings).toEqual([]);
    expect(settings).toMatchObject({
      poolName: "Pool",
      region: "eu-west-1",
      accountId: "123456789012",
      signInWith: "username",
      isCaseSensitive: true,
      allowsSignUp: true,
      passwordPolicy: {
        minimumLength: 8,
        requireUppercase: true,
        requireLowercase: true,
        requireNumbers: true,
        requireSymbols: true,
        temporaryPasswordValidityDays: 7,
      },
      mfa: "OFF",
      schema: [],
      identityProviders: [],
      groups: [],
      resourceServers: [],
      clients: [
        {
          name: "Client",
          hasSecret: true,
          callbackUrls: [],
          signOutUrls: [],
          scopes: ["openid"],
          grants: ["code"],
          authFlows: ["ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_CUSTOM_AUTH"],
          identityProviders: ["COGNITO"],
          idTokenSeconds: 3600,
          accessTokenSeconds: 3600,
          refreshTokenSeconds: 30 * 86_400,
          authSessionMinutes: 3,
          refreshTokenRotation: undefined,
          hidesUserExistence: false,
          readAttributes: [...standardAttributes, "email_verified", "phone_number_verified"],
          writeAttributes: standardAttributes,
          revokesTokens: true,
        },
      ],
    });
  });

  test("says what the pool is set to, under AWS's names", async () => {
    const pool = `
${quietPool}
UserPoolName: people
UsernameAttributes: [email]
UsernameConfiguration: { CaseSensitive: "false" }
MfaConfiguration: "ON"
EnabledMfas: [SOFTWARE_TOKEN_MFA]
AdminCreateUserConfig: { AllowAdminCreateUserOnly: true }
Policies:
  PasswordPolicy: { MinimumLength: "12", RequireNumbers: true, TemporaryPasswordValidityDays: 1 }
Schema:
  - { Name: given_name, Required: true }
  - Name: age
    AttributeDataType: Number
    Mutable: false
    NumberAttributeConstraints: { MinValue: "18", MaxValue: "130" }`;
    const client = `
${quietClient.replace("true", "false")}
ClientName: shop
IdTokenValidity: 1
AccessTokenValidity: 300
RefreshTokenValidity: 2
AuthSessionValidity: 5
TokenValidityUnits: { AccessToken: seconds, RefreshToken: hours }
RefreshTokenRotation: { Feature: ENABLED, RetryGracePeriodSeconds: 10 }
PreventUserExistenceErrors: ENABLED
EnableTokenRevocation: false
ExplicitAuthFlows: [ALLOW_USER_PASSWORD_AUTH]
ReadAttributes: [email, "custom:age"]
WriteAttributes: [given_name]
CallbackURLs: ["myapp://signed-in", "http://[::1]:3000/", "https://www.example.org/in"]
DefaultRedirectURI: "http://[::1]:3000/"
LogoutURLs: [http://127.0.0.1:3000/out]`;

    const { settings, warnings } = await read({ pool, client });

    expect(warnings).toEqual([]);
    expect(settings).toMatchObject({
      poolName: "people",
      signInWith: "email",
      isCaseSensitive: false,
      allowsSignUp: false,
      mfa: "ON",
      passwordPolicy: {
        minimumLength: 12,
        requireUppercase: false,
        requireLowercase: false,
        requireNumbers: true,
        requireSymbols: false,
        temporaryPasswordValidityDays: 1,
      },
      schema: [
        { name: "given_name", type: "String", isRequired: true, isMutable: true },
        { name: "custom:age", type: "Number", isMutable: false, minimum: 18, maximum: 130 },
      ],
      clients: [
        {
          name: "shop",
          hasSecret: false,
          idTokenSeconds: 3600,
          accessTokenSeconds: 300,
          refreshTokenSeconds: 7200,
          authSessionMinutes: 5,
          refreshTokenRotation: { graceSeconds: 10 },
          hidesUserExistence: true,
          revokesTokens: false,
          authFlows: ["ALLOW_USER_PASSWORD_AUTH"],
          readAttributes: ["email", "custom:age"],
          writeAttributes: ["given_name"],
          callbackUrls: ["myapp://signed-in", "http://[::1]:3000/", "https://www.example.org/in"],
          defaultRedirectUrl: "http://[::1]:3000/",
          signOutUrls: ["http://127.0.0.1:3000/out"],
        },
      ],
    });
  });

  test("is not parsed again until it changes, and what is kept is for nobody else to read", async () => {
    const folder = await temporaryDirectory();
    const template = join(folder, "template.yaml");
    const cacheDirectory = join(folder, "cache");
    const cache = join(cacheDirectory, "template.json");
    const readNamed = async (name: string) => {
      await writeFile(template, yamlOf({ pool: `UserPoolName: ${name}` }));
      return readTemplateFile(template, { cacheDirectory });
    };
    await readNamed("one");
    const kept = await readFile(cache, "utf8");
    await writeFile(cache, kept.replace('"one"', '"kept"'));

    const again = await readNamed("one");
    const changed = await readNamed("two");
    await writeFile(cache, "no JSON");
    const anew = await readNamed("two");

    expect([again, changed, anew].map(({ settings }) => settings.poolName)).toEqual([
      "kept",
      "two",
      "two",
    ]);
    expect((await stat(cache)).mode & 0o077).toBe(0);
  });

  test("is read all the same where nothing can be kept", async () => {
    const file = join(await temporaryDirectory(), "file");
    await writeFile(file, "");

    const { settings } = await read({ pool: "UserPoolName: one" }, { cacheDirectory: file });

    expect(settings.poolName).toBe("one");
  });
});

describe("what is no template", () => {
  test.each([
    ["", "Invalid input: expected object, received null"],
    ["[]", "expected object"],
    ["Resources: {}", "Resources: there is no AWS::Cognito::UserPool."],
    ["Resources:\n  A: 1", "Resources.A: "],
    ["Resources:\n  A: {}", "Resources.A.Type: has no Type."],
    ["Resources: [", "at line 1"],
    ['{ "a" ', "JSON"],
    [
      "service: shop\nprovider: { name: aws }\nresources: { Resources: {} }",
      "This is a file of the Serverless Framework.",
    ],
  ])("is refused: %j", async (text, part) => {
    const [problem, ...others] = await problemsOf(text);
    expect(problem).toContain(part);
    expect(others.length).toBeLessThan(3);
  });

  test("is named by its path, with everything that is wrong in it", async () => {
    const pool = "MfaConfiguration: 1\nSchema: 1";
    const client = `${quietClient}\nCallbackURLs: [nowhere]\nIdTokenValidity: 25`;

    const error: unknown = await read({ pool, client }).catch((thrown: unknown) => thrown);

    expect((error as Error).message).toMatch(/\/template cannot be used:\n/);
    expect((error as { problems: string[] }).problems).toEqual([
      `${poolPath}.MfaConfiguration: must be one of OFF, ON, OPTIONAL.`,
      `${poolPath}.Schema: must be a list.`,
      `${clientPath}.CallbackURLs[0]: must be an absolute URL.`,
      `${clientPath}.IdTokenValidity: makes 1500 minutes; AWS allows from 5 minutes to 1 days.`,
    ]);
  });
});
