import { describe, expect, test } from "vitest";
import { parseDocument } from "../../../src/local-cognito/template/language/document.ts";
import { read, warningsOf, yamlOf } from "./support/read-template.ts";

const nameIn = async (value: string) =>
  (await read({ pool: `UserPoolName: ${value}` })).settings.poolName;

describe("a document", () => {
  test("may be JSON, with a byte order mark or without", async () => {
    const template = {
      Resources: {
        Pool: {
          Type: "AWS::Cognito::UserPool",
          Properties: { UserPoolName: { Ref: "AWS::Region" } },
        },
      },
    };
    const json = JSON.stringify(template);

    for (const text of [json, `\uFEFF${json}`, JSON.stringify(template, null, "\t")]) {
      expect((await read(text)).settings.poolName).toBe("eu-west-1");
    }
    expect((await read(`\uFEFF${yamlOf({})}`)).settings.poolName).toBe("Pool");
    expect((await read(yamlOf({}).replaceAll("\n", "\r\n"))).settings.poolName).toBe("Pool");
  });

  test("may be YAML that begins with a brace", async () => {
    const text = "{ Resources: { Pool: { Type: AWS::Cognito::UserPool } } }";

    expect((await read(text)).settings.poolName).toBe("Pool");
  });

  test.each(["y", "n", "on", "Off", "yes", "0123", "1.10", "2026-01-02", "12:30:45", "1_000"])(
    "leaves %s as it is where a text is wanted",
    async (word) => {
      expect(await nameIn(word.replaceAll(":", "."))).toBe(word.replaceAll(":", "."));
      expect(await parseDocument(`a: ${word}`).then(String)).toBe("[object Object]");
      const { a } = (await parseDocument(`a: ${word}`)) as { a: unknown };
      expect(String(a)).toBe(word);
    },
  );

  test.each([
    ["yes", true],
    ["On", true],
    ["no", false],
    ["'true'", true],
  ])("reads %s as %s where a switch is wanted", async (word, value) => {
    const { settings } = await read({
      pool: `AdminCreateUserConfig: { AllowAdminCreateUserOnly: ${word} }`,
    });

    expect(settings.allowsSignUp).toBe(!value);
  });

  test.each([
    ["010", 8],
    ["0x10", 16],
    ["1_2", 12],
    ["'12'", 12],
  ])("reads %s as %s where a number is wanted", async (word, value) => {
    const { settings } = await read({
      pool: `Policies: { PasswordPolicy: { MinimumLength: ${word} } }`,
    });

    expect(settings.passwordPolicy.minimumLength).toBe(value);
  });

  test("counts the last of a doubled key, with a warning that names its path", async () => {
    const pool = "UserPoolName: first\nUserPoolName: last";
    const inJson = `{"Resources":{"Pool":{"Type":"AWS::Cognito::UserPool","Properties":{"UserPoolName":"first","UserPoolName":"last"}}}}`;
    const warning =
      "Resources.Pool.Properties.UserPoolName: is given twice. The last one counts, as at AWS.";

    for (const text of [yamlOf({ pool }), inJson]) {
      const { settings, warnings } = await read(text);
      expect(settings.poolName).toBe("last");
      expect(warnings).toContain(warning);
    }
  });

  test("may have anchors and merge keys, as the tools that package it resolve them", async () => {
    const top = `
x-common: &common { UserPoolName: common, MfaConfiguration: "OFF" }`;
    const { settings, warnings } = await read({
      top,
      pool: "<<: *common\nUserPoolName: own\nAutoVerifiedAttributes: [email]",
    });

    expect(settings).toMatchObject({ poolName: "own", mfa: "OFF" });
    expect(warnings).toEqual([]);
  });

  test("has short tags in their long form, whatever they are given", async () => {
    const text = `
a: !Ref Mfa
b: !GetAtt Site.Outputs.Url
c: !GetAtt [Site, Url]
d: !Sub ['\${x}', { x: !Ref Y }]
e: !Condition IsLive
f: !Transform { Name: AWS::Include }`;

    expect(await parseDocument(text)).toEqual({
      a: { Ref: "Mfa" },
      b: { "Fn::GetAtt": ["Site", "Outputs.Url"] },
      c: { "Fn::GetAtt": ["Site", "Url"] },
      // biome-ignore lint/suspicious/noTemplateCurlyInString: a placeholder of CloudFormation.
      d: { "Fn::Sub": ["${x}", { x: { Ref: "Y" } }] },
      e: { Condition: "IsLive" },
      f: { "Fn::Transform": { Name: "AWS::Include" } },
    });
  });

  test("may be half a megabyte", async () => {
    const bucket = (n: number) =>
      `  Bucket${n}: { Type: AWS::S3::Bucket, Properties: { BucketName: !Sub 'a-\${AWS::Region}-${n}' } }\n`;
    const more = Array.from({ length: 5_500 }, (_, index) => bucket(index)).join("");

    expect(more.length).toBeGreaterThan(500_000);
    expect(await warningsOf({ more })).toEqual([]);
  });
});
