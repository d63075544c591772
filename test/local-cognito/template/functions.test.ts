// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are placeholders of CloudFormation.
import { describe, expect, test } from "vitest";
import { poolPath, problemsOf, read } from "./support/read-template.ts";

const top = `
Parameters:
  AppUrl: { Type: String, Default: http://localhost:3000 }
  Stage: { Type: String, Default: test, AllowedValues: [test, live] }
  Hosts: { Type: CommaDelimitedList, Default: "a.example, b.example" }
  Days: { Type: Number, Default: 3, AllowedPattern: "[0-9]+" }
  IsSwitched: { Type: String, Default: yes, AllowedValues: [yes, no] }
Mappings:
  Names: { live: { short: L }, test: { short: T } }
Conditions:
  IsLive: !Equals [!Ref Stage, live]
  IsTest: !Not [Condition: IsLive]
  IsEither: !Or [!Condition IsLive, !Condition IsTest]
  IsBoth: { "Fn::And": [{ Condition: IsLive }, { Condition: IsTest }] }
  IsOn: !Equals [!Ref IsSwitched, true]`;

const nameFrom = async (value: string, parameters: Record<string, string> = {}) => {
  const { settings } = await read({ top, pool: `UserPoolName: ${value}` }, { parameters });
  return settings.poolName;
};

describe("functions of a template", () => {
  test.each([
    ["!Ref Stage", "test"],
    ["{ Ref: Stage }", "test"],
    ["!Ref AWS::StackName", "local-cognito"],
    ["!Sub '${Stage}-${AWS::Region}-${ AWS::AccountId }'", "test-eu-west-1-123456789012"],
    ["!Sub ['${Stage}-${x}', { x: !Ref Days }]", "test-3"],
    ["!Join ['-', [a, !Ref Stage, !Ref AWS::NoValue]]", "a-test"],
    ["!Select [1, !Ref Hosts]", "b.example"],
    ["!Select ['1', !Split ['/', 'a/b/c']]", "b"],
    ["!FindInMap [Names, !Ref Stage, short]", "T"],
    ["!If [IsLive, live, !If [IsEither, either, neither]]", "either"],
    ["{ 'Fn::If': [IsBoth, both, !Ref Stage] }", "test"],
    ["!If [IsTest, !Ref AWS::NoValue, x]", "Pool"],
    ["!If [IsOn, on, off]", "on"],
    ["!Ref Group", "editors-test"],
    ["!Select [0, !GetAZs '']", "eu-west-1a"],
    ["!Join ['', !Split ['=', Fn::Base64: a]]", "YQ"],
    ["!Select [4, !Split ['-', !Select [2, !Split ['/', !Ref AWS::StackId]]]]", "1c2d3e4f5a6b"],
  ])("%s is %s", async (value, result) => {
    const more = `
  Group:
    Type: AWS::Cognito::UserPoolGroup
    Properties: { UserPoolId: !Ref Pool, GroupName: !Sub 'editors-\${Stage}' }`;
    const { settings } = await read({ top, pool: `UserPoolName: ${value}`, more });
    expect(settings.poolName).toBe(result);
  });

  test("leave a placeholder with an exclamation mark as it is", async () => {
    const more = `
  Group:
    Type: AWS::Cognito::UserPoolGroup
    Properties: { UserPoolId: !Ref Pool, Description: !Sub '\${!Literal}-\${AWS::Region}' }`;

    const { settings } = await read({ more });

    expect(settings.groups).toEqual([{ name: "Group", description: "${Literal}-eu-west-1" }]);
  });

  test("take the values that are given, and AppUrl where there is such a parameter", async () => {
    expect(await nameFrom("!If [IsLive, live, test]", { Stage: "live" })).toBe("live");
    const appUrl = "http://localhost:4000";
    const client = "CallbackURLs: [!Ref AppUrl]";
    const { settings } = await read({ top, client }, { appUrl });
    expect(settings.clients[0].callbackUrls).toEqual([appUrl]);
    expect((await read({}, { appUrl })).settings.poolName).toBe("Pool");
  });

  test("leave out what a condition leaves out", async () => {
    const more = `
  Group:
    Type: AWS::Cognito::UserPoolGroup
    Condition: IsLive
    Properties: { UserPoolId: !Ref Pool, GroupName: editors, Precedence: 1 }
  Other:
    Type: AWS::S3::Bucket
    Properties: { Nothing: !GetAZs "", Here: !Ref Nowhere }`;
    const groupsAt = async (Stage: string) =>
      (await read({ top, more }, { parameters: { Stage } })).settings.groups;

    expect(await groupsAt("test")).toEqual([]);
    expect(await groupsAt("live")).toEqual([{ name: "editors", precedence: 1 }]);
    expect(await problemsOf({ top, more, pool: "UserPoolName: !Ref Group" })).toEqual([
      `${poolPath}.UserPoolName.Ref: refers to Group, which its condition leaves out.`,
    ]);
  });

  test.each([
    ["!Ref Nothing", "Ref: refers to Nothing, which is neither a parameter nor a resource."],
    [
      "!Sub '${Nothing}'",
      "Fn::Sub: refers to Nothing, which is neither a parameter nor a resource.",
    ],
    ["!Sub '${Nothing.Arn}'", "Fn::Sub: refers to Nothing, which is no resource."],
    ["!GetAtt Nothing.Arn", "Fn::GetAtt: refers to Nothing, which is no resource."],
    ["!GetAtt Pool", "Fn::GetAtt: takes a resource and an attribute."],
    ["!Ref [a]", "Ref: takes the name of a parameter or a resource."],
    ["!If [IsNothing, a, b]", "Fn::If[0]: there is no condition IsNothing."],
    ["!If [IsLive, a]", "Fn::If: takes a condition and two values."],
    ["!Select [7, [a]]", "Fn::Select: selects what is not in the list."],
    ["!Join [a]", "Fn::Join: takes a separator and a list."],
    ["!Split [a]", "Fn::Split: takes a separator and a text."],
    ["!Sub { a: b }", "Fn::Sub: takes a text."],
    ["!FindInMap [Names, x, y]", "Fn::FindInMap: finds nothing in Mappings.Names.x.y."],
    ["!Joyn [a]", "Fn::Joyn: is no function of CloudFormation."],
  ])("%s is a problem", async (value, problem) => {
    expect(await problemsOf({ top, pool: `UserPoolName: ${value}` })).toEqual([
      `${poolPath}.UserPoolName.${problem}`,
    ]);
  });

  test.each([
    ["A: !Not [!Condition A]", "Conditions.A.Fn::Not[0].Condition: condition A depends on itself."],
    [
      "A: !Equals [1]",
      "Conditions.A: is no condition: Equals with two values, Not, And, Or, or the name of another one.",
    ],
  ])("in the condition %j are a problem", async (broken, problem) => {
    const parts = { top: `Conditions:\n  ${broken}`, pool: "UserPoolName: !If [A, a, b]" };
    expect(await problemsOf(parts)).toEqual([problem]);
  });
});
