// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are placeholders of CloudFormation.
import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { PoolFileError } from "../../src/local-cognito/pool/pool-file.ts";
import { readTemplateFile, type TemplateOptions } from "../../src/local-cognito/template/file.ts";
import { temporaryDirectory } from "../support/temporary-directory.ts";

interface Parts {
  top?: string;
  pool?: string;
  client?: string;
  more?: string;
}

/** A small template; the parts are put where they belong, each line indented as it has to be. */
function yamlOf({ top = "", pool = "{}", client = "{}", more = "" }: Parts): string {
  const indented = (text: string) => text.trim().replaceAll("\n", "\n      ");
  return `${top}
Resources:
  Pool:
    Type: AWS::Cognito::UserPool
    Properties:
      ${indented(pool)}
  Client:
    Type: AWS::Cognito::UserPoolClient
    Properties:
      ${indented(client)}
${more}`;
}

const quietPool = "AutoVerifiedAttributes: [email]";
const quietClient = `
GenerateSecret: true
AllowedOAuthFlowsUserPoolClient: true
AllowedOAuthFlows: [code]
AllowedOAuthScopes: [openid]`;

async function read(parts: Parts | string, options: TemplateOptions = {}) {
  const path = join(await temporaryDirectory(), "template");
  await writeFile(path, typeof parts === "string" ? parts : yamlOf(parts));
  return readTemplateFile(path, options);
}

async function problemsOf(parts: Parts | string, options: TemplateOptions = {}) {
  const error = await read(parts, options).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(PoolFileError);
  return (error as PoolFileError).problems;
}

describe("a template", () => {
  test("that names little is a pool with AWS's defaults, which are not the console's", async () => {
    const { settings, warnings } = await read({ pool: quietPool, client: quietClient });

    expect(warnings).toEqual([]);
    expect(settings).toEqual({
      poolName: "Pool",
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
          readAttributes: undefined,
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
${quietClient}
IdTokenValidity: 1
AccessTokenValidity: 300
RefreshTokenValidity: 2
TokenValidityUnits: { AccessToken: seconds, RefreshToken: hours }
RefreshTokenRotation: { Feature: ENABLED, RetryGracePeriodSeconds: 10 }
PreventUserExistenceErrors: ENABLED
ReadAttributes: [email]
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
          idTokenSeconds: 3600,
          accessTokenSeconds: 300,
          refreshTokenSeconds: 7200,
          refreshTokenRotation: { graceSeconds: 10 },
          hidesUserExistence: true,
          readAttributes: ["email"],
          callbackUrls: ["myapp://signed-in", "http://[::1]:3000/", "https://www.example.org/in"],
          defaultRedirectUrl: "http://[::1]:3000/",
          signOutUrls: ["http://127.0.0.1:3000/out"],
        },
      ],
    });
  });

  test("may be JSON", async () => {
    const template = {
      Resources: {
        Pool: {
          Type: "AWS::Cognito::UserPool",
          Properties: { UserPoolName: { Ref: "AWS::Region" } },
        },
        Client: { Type: "AWS::Cognito::UserPoolClient" },
      },
    };

    expect((await read(JSON.stringify(template))).settings.poolName).toBe("eu-west-1");
  });

  test("is not parsed again until it changes, and what is kept is for nobody else to read", async () => {
    const cacheDirectory = join(await temporaryDirectory(), "cache");
    const cache = join(cacheDirectory, "template.json");
    await read({ pool: "UserPoolName: one" }, { cacheDirectory });
    const kept = await readFile(cache, "utf8");
    await writeFile(cache, kept.replace('"one"', '"kept"'));

    const again = await read({ pool: "UserPoolName: one" }, { cacheDirectory });
    const changed = await read({ pool: "UserPoolName: two" }, { cacheDirectory });
    await writeFile(cache, "no JSON");
    const anew = await read({ pool: "UserPoolName: two" }, { cacheDirectory });

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

describe("functions of a template", () => {
  const top = `
Parameters:
  AppUrl: { Type: String, Default: http://localhost:3000 }
  Stage: { Type: String, Default: test, AllowedValues: [test, live] }
  Hosts: { Type: CommaDelimitedList, Default: "a.example, b.example" }
  Days: { Type: Number, Default: 3, AllowedPattern: "[0-9]+" }
Mappings:
  Names: { live: { short: L }, test: { short: T } }
Conditions:
  IsLive: !Equals [!Ref Stage, live]
  IsTest: !Not [Condition: IsLive]
  IsEither: !Or [!Condition IsLive, !Condition IsTest]
  IsBoth: { "Fn::And": [{ Condition: IsLive }, { Condition: IsTest }] }`;

  const nameFrom = async (value: string, parameters: Record<string, string> = {}) => {
    const { settings } = await read({ top, pool: `UserPoolName: ${value}` }, { parameters });
    return settings.poolName;
  };

  test.each([
    ["!Ref Stage", "test"],
    ["{ Ref: Stage }", "test"],
    ["!Ref AWS::StackName", "local-cognito"],
    [
      "!Sub '${Stage}-${AWS::Region}-${!Literal}-${Client.Name}'",
      "test-eu-west-1-${Literal}-${Client.Name}",
    ],
    ["!Sub ['${Stage}-${x}', { x: !Ref Days }]", "test-3"],
    ["!Join ['-', [a, !Ref Stage, !Ref AWS::NoValue]]", "a-test"],
    ["!Select [1, !Ref Hosts]", "b.example"],
    ["!Select [1, !Split ['/', 'a/b/c']]", "b"],
    ["!FindInMap [Names, !Ref Stage, short]", "T"],
    ["!If [IsLive, live, !If [IsEither, either, neither]]", "either"],
    ["{ 'Fn::If': [IsBoth, both, !Ref Stage] }", "test"],
    ["!Ref Client", "Client"],
    ["!GetAtt Client.Name", "${Client.Name}"],
    ["!If [IsTest, !Ref AWS::NoValue, x]", "Pool"],
  ])("%s is %s", async (value, result) => {
    expect(await nameFrom(value)).toBe(result);
  });

  test("take the values that are given, and AppUrl where there is such a parameter", async () => {
    expect(await nameFrom("!If [IsLive, live, test]", { Stage: "live" })).toBe("live");
    const pool = "UserPoolName: !Ref AppUrl";
    const appUrl = "http://localhost:4000";
    expect((await read({ top, pool }, { appUrl })).settings.poolName).toBe(appUrl);
    expect((await read({}, { appUrl })).settings.poolName).toBe("Pool");
  });

  test("that only AWS can work out are fine where nothing here depends on them", async () => {
    const pool = `
EmailConfiguration: { SourceArn: !ImportValue sender }
MfaConfiguration: !ImportValue mfa`;
    const { warnings } = await read({ pool: pool.split("\nMfa")[0] ?? "" });

    expect(warnings.join()).not.toContain("EmailConfiguration");
    expect(await problemsOf({ pool })).toEqual([
      "Resources.Pool.Properties.MfaConfiguration: is given by Fn::ImportValue, which only AWS can work out.",
    ]);
  });

  test("leave out what a condition leaves out", async () => {
    const more = `
  Group:
    Type: AWS::Cognito::UserPoolGroup
    Condition: IsLive
    Properties: { GroupName: editors, Precedence: 1 }
  Other:
    Type: AWS::S3::Bucket
    Properties: { Nothing: !GetAZs "", Here: !Ref Nowhere }`;
    const groupsAt = async (Stage: string) =>
      (await read({ top, more }, { parameters: { Stage } })).settings.groups;

    expect(await groupsAt("test")).toEqual([]);
    expect(await groupsAt("live")).toEqual([{ name: "editors", precedence: 1 }]);
  });

  test.each([
    ["!Ref Nothing", "Ref: refers to Nothing, which is neither a parameter nor a resource."],
    [
      "!Sub '${Nothing}'",
      "Fn::Sub: refers to Nothing, which is neither a parameter nor a resource.",
    ],
    ["!If [IsNothing, a, b]", "Fn::If[0]: there is no condition IsNothing."],
    ["!If [IsLive, a]", "Fn::If: takes a condition and two values."],
    ["!Select [7, [a]]", "Fn::Select: selects what is not in the list."],
    ["!Join [a]", "Fn::Join: takes a separator and a list."],
    ["!FindInMap [Names, x, y]", "Fn::FindInMap: finds nothing in Mappings."],
  ])("%s is a problem", async (value, problem) => {
    expect(await problemsOf({ top, pool: `UserPoolName: ${value}` })).toEqual([
      `Resources.Pool.Properties.UserPoolName.${problem}`,
    ]);
  });

  test.each([
    [{ Stage: "other" }, "Parameters.Stage: must be one of test, live."],
    [{ Days: "secret" }, "Parameters.Days: has another form. [0-9]+"],
    [{ Stag: "live" }, "Parameters.Stag: is given a value, and there is no such parameter."],
  ])("with the parameter %o are a problem", async (parameters, problem) => {
    expect(await problemsOf({ top }, { parameters })).toEqual([problem]);
  });

  test.each([
    [
      "Parameters:\n  Stage: { Type: String }",
      "Parameters.Stage: has no default and is given no value.",
    ],
    [
      "Conditions:\n  A: !Not [!Condition A]",
      "Conditions.A.Fn::Not[0].Condition: condition A depends on itself.",
    ],
    [
      "Conditions:\n  A: !Equals [1]",
      "Conditions.A: is no condition: Equals with two values, Not, And, Or, or the name of another one.",
    ],
  ])("in %j are a problem", async (broken, problem) => {
    const pool = "UserPoolName: !If [A, a, b]";
    const parts = broken.startsWith("Conditions") ? { top: broken, pool } : { top: broken };
    expect(await problemsOf(parts)).toEqual([problem]);
  });
});

describe("a property", () => {
  test("that AWS does not have is named in a warning, however deep it is", async () => {
    const pool = `
${quietPool}
MfaConfig: "ON"
Policies: { PasswordPolicy: { MinLength: 10, MinimumLength: 10 } }
EmailConfiguration: { Sender: me }`;
    const more = `
  Style: { Type: AWS::Cognito::Styling }`;

    const { settings, warnings } = await read({ pool, client: quietClient, more });

    expect(warnings.sort()).toEqual([
      "Resources.Pool.Properties.EmailConfiguration.Sender: AWS has no such property. It is ignored.",
      "Resources.Pool.Properties.MfaConfig: AWS has no such property. It is ignored.",
      "Resources.Pool.Properties.Policies.PasswordPolicy.MinLength: AWS has no such property. It is ignored.",
      "Resources.Style.Type: AWS::Cognito::Styling is no resource that is known here.",
    ]);
    expect(settings.passwordPolicy.minimumLength).toBe(10);
  });

  const pool = "Resources.Pool.Properties";
  const client = "Resources.Client.Properties";
  test.each<[Parts, string]>([
    [
      { pool: "Policies: { PasswordPolicy: { MinimumLength: 5 } }" },
      `${pool}.Policies.PasswordPolicy.MinimumLength: must be a whole number from 6 to 99.`,
    ],
    [
      { pool: "MfaConfiguration: ON" },
      `${pool}.MfaConfiguration: must be one of OFF, ON, OPTIONAL. It is true: put quotes around it.`,
    ],
    [
      { pool: "MfaConfiguration: REQUIRED" },
      `${pool}.MfaConfiguration: must be one of OFF, ON, OPTIONAL.`,
    ],
    [{ pool: "AliasAttributes: email" }, `${pool}.AliasAttributes: must be a list.`],
    [
      { pool: "Schema: [{ Required: maybe }]" },
      `${pool}.Schema[0].Required: must be true or false.`,
    ],
    [{ pool: "Schema: [{ Mutable: true }]" }, `${pool}.Schema[0].Name: is missing.`],
    [
      { pool: "Schema: [{ Name: team, Required: true }]" },
      `${pool}.Schema[0].Required: a custom attribute cannot be required.`,
    ],
    [{ pool: "UserPoolName: [a]" }, `${pool}.UserPoolName: must be text.`],
    [
      { pool: "UsernameConfiguration: yes" },
      `${pool}.UsernameConfiguration: must be a map of properties.`,
    ],
    [
      { pool: "AliasAttributes: [email]\nUsernameAttributes: [email]" },
      `${pool}.UsernameAttributes: cannot stand beside AliasAttributes.`,
    ],
    [
      { client: "IdTokenValidity: 25" },
      `${client}.IdTokenValidity: makes 1500 minutes; AWS allows from 5 minutes to 1 days.`,
    ],
    [
      { client: 'CallbackURLs: ["http://localhost:3000/a", "http://localhost:3000/#a"]' },
      `${client}.CallbackURLs[1]: must have no fragment.`,
    ],
    [
      { client: "LogoutURLs: [http://www.example.org/]" },
      `${client}.LogoutURLs[0]: must be https; http is for localhost alone.`,
    ],
    [
      { client: 'CallbackURLs: ["javascript:alert(1)"]' },
      `${client}.CallbackURLs[0]: must be https, http on localhost, or the scheme of an app.`,
    ],
    [{ client: "CallbackURLs: [/a]" }, `${client}.CallbackURLs[0]: must be an absolute URL.`],
    [
      { client: "CallbackURLs: [http://localhost/a]\nDefaultRedirectURI: http://localhost/b" },
      `${client}.DefaultRedirectURI: must be one of the CallbackURLs.`,
    ],
    [
      { client: "SupportedIdentityProviders: [COGNITO, Google]" },
      `${client}.SupportedIdentityProviders[1]: there is no identity provider Google in this pool.`,
    ],
    [
      {
        client:
          "RefreshTokenRotation: { Feature: ENABLED }\nExplicitAuthFlows: [ALLOW_REFRESH_TOKEN_AUTH]",
      },
      `${client}.ExplicitAuthFlows[0]: ALLOW_REFRESH_TOKEN_AUTH cannot stand beside RefreshTokenRotation.`,
    ],
  ])("with a value that AWS refuses is an error with its path: %o", async (parts, problem) => {
    expect(await problemsOf(parts)).toEqual([problem]);
  });

  test("with an address that is too long for AWS is an error as well", async () => {
    const urlOf = (length: number) => "http://localhost/".padEnd(length, "a");
    expect(await problemsOf({ client: `CallbackURLs: [${urlOf(1025)}]` })).toEqual([
      `${client}.CallbackURLs[0]: must be 1024 characters at most.`,
    ]);
    const { settings } = await read({ client: `CallbackURLs: [${urlOf(1024)}]` });
    expect(settings.clients[0].callbackUrls).toHaveLength(1);
  });

  test.each<[Parts, string]>([
    [
      { pool: "AliasAttributes: [phone_number]" },
      `${pool}.AliasAttributes[0]: signing in by phone_number is not simulated.`,
    ],
    [
      { pool: 'MfaConfiguration: "ON"' },
      `${pool}.EnabledMfas: only SOFTWARE_TOKEN_MFA is simulated, and it is not named.`,
    ],
    [
      {},
      `${pool}.AutoVerifiedAttributes: does not name email. Local Cognito mails a code all the same.`,
    ],
    [
      {},
      `${client}.AllowedOAuthFlowsUserPoolClient: is not true: at AWS the sign-in pages refuse this client.`,
    ],
    [
      {},
      `${client}.GenerateSecret: is not true. Local Cognito's client has a secret all the same.`,
    ],
    [
      {
        more: "  Apple:\n    Type: AWS::Cognito::UserPoolIdentityProvider\n    Properties: { ProviderName: Apple, ProviderType: SignInWithApple }",
      },
      "Resources.Apple.Properties.ProviderType: SignInWithApple is not simulated.",
    ],
    [
      { more: "  Second: { Type: AWS::Cognito::UserPoolClient }" },
      "Resources.Second: local Cognito has one AWS::Cognito::UserPoolClient, which is Client.",
    ],
  ])("that is simulated otherwise is warned of: %o", async (parts, warning) => {
    expect((await read(parts)).warnings).toContain(warning);
  });
});

describe("what is no template", () => {
  test.each([
    ["", "Invalid input: expected object, received null"],
    ["[]", "expected object"],
    ["Resources: {}", "Resources: there is no AWS::Cognito::UserPool."],
    ["Resources:\n  A: 1", "Resources.A: "],
    ["Resources: [", "at line 1"],
    ["a: 1\na: 2", "Map keys must be unique at line 2"],
    ['{ "a" ', "JSON"],
  ])("is refused: %j", async (text, part) => {
    const [problem, ...others] = await problemsOf(text);
    expect(problem).toContain(part);
    expect(others.length).toBeLessThan(3);
  });

  test("is named by its path, with everything that is wrong in it", async () => {
    const parts = { pool: "MfaConfiguration: 1\nSchema: 1" };

    await expect(read(parts)).rejects.toThrow(
      /\/template cannot be used:\n {2}Resources\.Pool\.Properties\.MfaConfiguration: .*\n {2}Resources\.Pool\.Properties\.Schema: /,
    );
  });
});
