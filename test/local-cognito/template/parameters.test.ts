import { describe, expect, test } from "vitest";
import { clientPath, problemsOf, quietClient, read, warningsOf } from "./support/read-template.ts";

const withParameter = (definition: string) => `Parameters: { P: ${definition} }`;

describe("a parameter", () => {
  test.each([
    ["{ Type: String, Default: ab, MinLength: 5 }", {}, "must have at least 5 characters."],
    ["{ Type: String, Default: abc, MaxLength: '2' }", {}, "must have at most 2 characters."],
    ["{ Type: Number, Default: abc }", {}, "must be a number."],
    ["{ Type: List<Number>, Default: '1,b' }", {}, "must be a number."],
    ["{ Type: Number, Default: 3, MinValue: 4 }", {}, "must be at least 4."],
    ["{ Type: Number, MaxValue: 4 }", { P: "5" }, "must be at most 4."],
    ["{ Type: String, AllowedValues: [a, b] }", { P: "c" }, "must be one of a, b."],
    ["{ Type: String, Default: c, AllowedValues: [a, b] }", {}, "must be one of a, b."],
    ["{ Type: String, AllowedPattern: '[a-z]+' }", { P: "a1" }, "has another form. [a-z]+"],
    [
      "{ Type: String, AllowedPattern: '[a-z]+', ConstraintDescription: Letters only. }",
      { P: "1" },
      "has another form. Letters only.",
    ],
    ["{ Type: Strng, Default: a }", {}, "Strng is no type of a parameter."],
  ])("%s is held to its constraints, used or not: %j", async (definition, parameters, problem) => {
    expect(await problemsOf({ top: withParameter(definition) }, { parameters })).toEqual([
      `Parameters.P: ${problem}`,
    ]);
  });

  test("has no other properties than AWS's", async () => {
    expect(await problemsOf({ top: withParameter("{ Type: String, Defalt: a }") })).toEqual([
      "Parameters.P.Defalt: AWS knows no such thing of a parameter.",
    ]);
  });

  test.each([
    "{ Type: 'AWS::EC2::VPC::Id' }",
    "{ Type: String }",
    "{ Type: 'List<AWS::EC2::Subnet::Id>' }",
  ])("needs no value while nothing here uses it: %s", async (definition) => {
    const top = `${withParameter(definition)}
Conditions: { HasSender: !Not [!Equals [!Ref P, ""]] }`;
    const pool = `
AutoVerifiedAttributes: [email]
EmailConfiguration: !If [HasSender, { SourceArn: !Ref P }, !Ref AWS::NoValue]`;
    const more = `
  Group:
    Type: AWS::EC2::SecurityGroup
    Condition: HasSender
    Properties: { VpcId: !Ref P }`;

    expect(await warningsOf({ top, pool, more })).toEqual([]);
  });

  test("that is missing is said once, with the flag for it", async () => {
    const top = `Parameters: { Stage: { Type: String }, Urls: { Type: CommaDelimitedList } }
Conditions: { IsLive: !Equals [!Ref Stage, live] }`;
    const pool =
      "UserPoolName: !Join ['-', [!Ref Stage, users]]\nMfaConfiguration: !If [IsLive, 'ON', 'OFF']";
    const client = `${quietClient}\nClientName: !Ref Stage\nCallbackURLs: !Ref Urls`;

    expect(await problemsOf({ top, pool, client })).toEqual([
      expect.stringMatching(
        /^Parameters\.Stage: has no default and is given no value: --parameter Stage=VALUE\. Resources\.Pool\.Properties/,
      ),
      expect.stringMatching(/^Parameters\.Urls: has no default/),
    ]);
  });

  test("that no template has is a problem, unless a file names it", async () => {
    expect(await problemsOf({}, { parameters: { Stag: "live" } })).toEqual([
      "Parameters.Stag: is given a value, and there is no such parameter.",
    ]);
    expect(await warningsOf({}, { parametersOfFile: { Stag: "live" } })).toEqual([]);
  });

  test("counts from the flag before the file, and from the file before the default", async () => {
    const parts = {
      top: withParameter("{ Type: String, Default: a }"),
      pool: "UserPoolName: !Ref P",
    };
    const nameWith = async (options: object) => (await read(parts, options)).settings.poolName;

    expect(await nameWith({})).toBe("a");
    expect(await nameWith({ parametersOfFile: { P: "b" } })).toBe("b");
    expect(await nameWith({ parametersOfFile: { P: "b" }, parameters: { P: "c" } })).toBe("c");
  });

  test.each([
    "CommaDelimitedList",
    "List<String>",
    "AWS::SSM::Parameter::Value<List<String>>",
    "AWS::SSM::Parameter::Value<CommaDelimitedList>",
  ])("is a list where its type is %s", async (type) => {
    const url = "http://localhost:5199/cb";
    const top = withParameter(`{ Type: '${type}', Default: /app/urls }`);
    const client = `${quietClient}\nCallbackURLs: !Ref P`;

    const { settings } = await read({ top, client }, { parameters: { P: `${url}, ${url}/2` } });

    expect(settings.clients[0].callbackUrls).toEqual([url, `${url}/2`]);
  });

  test("may be a letter that YAML has for a switch, or a word given as true", async () => {
    const top = `Parameters:
  UseMfa: { Type: String, Default: n, AllowedValues: [y, n] }
  IsOpen: { Type: String, Default: yes, AllowedValues: [yes, no] }
Conditions: { Mfa: !Equals [!Ref UseMfa, y], Open: !Equals [!Ref IsOpen, yes] }`;
    const pool = `
MfaConfiguration: !If [Mfa, "ON", "OFF"]
EnabledMfas: !If [Mfa, [SOFTWARE_TOKEN_MFA], !Ref AWS::NoValue]
AdminCreateUserConfig: { AllowAdminCreateUserOnly: !If [Open, false, true] }`;
    const settingsWith = async (parameters: Record<string, string>) =>
      (await read({ top, pool }, { parameters })).settings;

    expect(await settingsWith({})).toMatchObject({ mfa: "OFF", allowsSignUp: true });
    expect(await settingsWith({ UseMfa: "y" })).toMatchObject({ mfa: "ON" });
    expect(await settingsWith({ IsOpen: "true" })).toMatchObject({ allowsSignUp: true });
    expect(await settingsWith({ IsOpen: "no" })).toMatchObject({ allowsSignUp: false });
  });

  test("is a secret that no problem repeats", async () => {
    const top = withParameter("{ Type: String, NoEcho: true, MinLength: 20 }");
    const problems = await problemsOf({ top }, { parameters: { P: "hunter2" } });

    expect(problems.join()).not.toContain("hunter2");
  });
});

describe("rules", () => {
  const rules = (assert: string) => `
Parameters:
  Stage: { Type: String, Default: live }
  Vpc: { Type: "AWS::EC2::VPC::Id" }
  Version: { Type: AWS::SSM::Parameter::Value<String>, Default: /cdk/version }
Rules:
  Fits:
    RuleCondition: !Equals [!Ref Stage, live]
    Assertions: [{ Assert: ${assert}, AssertDescription: Not in this stage. }]`;

  test.each([
    "{ Fn::Contains: [[test, dev], !Ref Stage] }",
    "{ Fn::EachMemberIn: [[!Ref Stage], [test]] }",
    "{ Fn::EachMemberEquals: [[live, !Ref Stage], test] }",
    "!Not [!Equals [!Ref Stage, live]]",
  ])("that the parameters break are a problem: %s", async (assert) => {
    expect(await problemsOf({ top: rules(assert) })).toEqual([
      "Rules.Fits.Assertions[0]: is broken. Not in this stage.",
    ]);
    expect(await warningsOf({ top: rules(assert) }, { parameters: { Stage: "x" } })).toEqual([]);
  });

  test.each([
    "{ Fn::Contains: [[live], !Ref Stage] }",
    "{ Fn::Not: [{ Fn::Contains: [['1', '2'], !Ref Version] }] }",
    "{ Fn::EachMemberIn: [{ Fn::ValueOfAll: ['AWS::EC2::VPC::Id', 'Tags.Stage'] }, [live]] }",
    "!Equals [!Ref Vpc, vpc-1]",
  ])("that hold, or that only AWS can decide, are none: %s", async (assert) => {
    expect(await warningsOf({ top: rules(assert) })).toEqual([]);
  });
});

describe("Fn::ForEach and its like", () => {
  const top = `
Transform: [AWS::LanguageExtensions]
Parameters: { Roles: { Type: CommaDelimitedList, Default: "admins,editors" } }
Mappings: { Names: { live: { short: L } } }`;
  const loop = (collection: string) => `
  Fn::ForEach::Roles:
    - Role
    - ${collection}
    - Group\${Role}:
        Type: AWS::Cognito::UserPoolGroup
        Properties: { UserPoolId: !Ref Pool, GroupName: !Ref Role, Description: !Sub "The \${Role}" }`;

  test.each(["[admins, editors]", "!Ref Roles"])("makes a resource of each of %s", async (list) => {
    const { settings, warnings } = await read({ top, more: loop(list) });

    expect(settings.groups).toEqual([
      { name: "admins", description: "The admins" },
      { name: "editors", description: "The editors" },
    ]);
    expect(warnings).toEqual([]);
  });

  test("may stand in each other, and among properties and conditions", async () => {
    const text = `
Conditions:
  Fn::ForEach::Stages: [S, [live, test], { "Is\${S}": !Equals [!Ref AWS::StackName, !Ref S] }]`;
    const more = `
  Fn::ForEach::Outer:
    - A
    - [x, y]
    - Fn::ForEach::Inner:
        - B
        - ["1.0", "2.0"]
        - "Group\${A}&{B}":
            Type: AWS::Cognito::UserPoolGroup
            Properties:
              UserPoolId: !Ref Pool
              Fn::ForEach::Names: [N, [GroupName, Description], { "\${N}": !Sub "\${A}\${B}" }]`;
    const pool = "AutoVerifiedAttributes: [email]\nUserPoolName: !If [Islive, a, b]";
    const { settings } = await read({ top: `${top}${text}`, more, pool });

    expect(settings.groups.map(({ name }) => name)).toEqual(["x1.0", "x2.0", "y1.0", "y2.0"]);
    expect(settings.groups[0]?.description).toBe("x1.0");
    expect(settings.poolName).toBe("b");
  });

  test.each([
    ["!Join ['', [a, Fn::Length: !Ref Roles]]", "a2"],
    ["!Select [1, !Split ['\"', Fn::ToJsonString: { a: !Ref Roles }]]", "a"],
    ["!FindInMap [Names, test, short, { DefaultValue: none }]", "none"],
  ])("%s is %s", async (value, name) => {
    const { settings } = await read({ top, pool: `UserPoolName: ${value}` });
    expect(settings.poolName).toBe(name);
  });

  test("are refused without the transform, as AWS refuses them", async () => {
    const words = "is for templates with Transform: AWS::LanguageExtensions alone.";

    expect(await problemsOf({ more: loop("[a]") })).toEqual([
      `Resources.Fn::ForEach::Roles: ${words}`,
    ]);
    const client = `${quietClient}\nClientName: !Join ['', [a, Fn::Length: [b]]]`;
    expect(await problemsOf({ client })).toEqual([
      `${clientPath}.ClientName.Fn::Join[1][1].Fn::Length: ${words}`,
    ]);
  });
});
