// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are placeholders of CloudFormation.
import { describe, expect, test } from "vitest";
import {
  clientPath,
  poolPath,
  problemsOf,
  quietClient,
  read,
  readAll,
  warningsOf,
} from "./support/read-template.ts";

const site = `
  Site: { Type: AWS::CloudFront::Distribution }
  AdminRole: { Type: AWS::IAM::Role }`;

describe("what only AWS knows", () => {
  test.each([
    ["!ImportValue shared-name", "stand-in-for-shared-name", "ImportValue:shared-name"],
    [
      "!Sub ['${Stack}-users', { Stack: !ImportValue shared-name }]",
      "stand-in-for-shared-name-users",
      "ImportValue:shared-name",
    ],
    ["!GetAtt Site.DomainName", "stand-in-for-Site-DomainName", "Site.DomainName"],
    ["!Sub '${Site.DomainName}-users'", "stand-in-for-Site-DomainName-users", "Site.DomainName"],
    ["!Sub '${Site}-users'", "stand-in-for-Site-users", "Site"],
    ["!Join ['-', [a, !Ref Site]]", "a-stand-in-for-Site", "Site"],
    ["'{{resolve:ssm:/app/name}}'", "stand-in-for-resolve-ssm-app-name", "resolve:ssm:/app/name"],
    [
      "!Sub 'a-{{resolve:ssm:/app/name}}'",
      "a-stand-in-for-resolve-ssm-app-name",
      "resolve:ssm:/app/name",
    ],
    [
      "!Select [1, !Split ['/', !ImportValue url]]",
      "stand-in-for-url",
      "ImportValue:url",
      "a/given",
    ],
    ["!Select [0, !Split ['.', !Sub 'a.${Site}']]", "a", undefined],
    ["!Select [1, !Split ['.', !Sub 'a.${Site}']]", "stand-in-for-Site", "Site"],
    ["!Select [3, !Ref Subnets]", "stand-in-for-Subnets", "Subnets", "a,b,c,given"],
    [
      "!FindInMap [Names, !ImportValue stage, short]",
      "stand-in-for-stage",
      "ImportValue:stage",
      "live",
    ],
    ["!Ref Secret", "stand-in-for-Secret", "Secret"],
  ])("has a stand-in in a text: %s", async (value, name, unknown, better = "given") => {
    const top = `
Mappings: { Names: { live: { short: given } } }
Parameters:
  Secret: { Type: AWS::SSM::Parameter::Value<String>, Default: /app/secret }
  Subnets: { Type: AWS::SSM::Parameter::Value<List<String>>, Default: /app/subnets }`;
    const parts = {
      top,
      pool: `UserPoolName: ${value}\nAutoVerifiedAttributes: [email]`,
      more: site,
    };
    const { settings, warnings } = await read(parts);

    expect(settings.poolName).toBe(name);
    expect(warnings.length).toBe(unknown === undefined ? 0 : 1);
    if (unknown === undefined) return;
    expect(warnings[0]).toMatch(new RegExp(`^${poolPath}.UserPoolName`));
    expect(warnings[0]).toContain(`--parameter '${unknown}=VALUE'`);
    const given = await read(parts, { parameters: { [unknown]: better } });
    expect(given.settings.poolName).toContain("given");
    expect(given.warnings).toEqual([]);
  });

  test("is an address that cannot exist where one is wanted, and the warning names the flag", async () => {
    const client = `${quietClient}
CallbackURLs: [!ImportValue app-url, !Sub "https://\${Site.DomainName}/cb", !Sub "\${Site.Url}/in"]
LogoutURLs: [!ImportValue app-url]`;
    const { settings, warnings } = await read({ client, more: site });

    expect(settings.clients[0]).toMatchObject({
      callbackUrls: [
        "https://app-url.invalid",
        "https://site-domainname.invalid/cb",
        "https://site-url.invalid/in",
      ],
      signOutUrls: ["https://app-url.invalid"],
    });
    expect(warnings).toHaveLength(3);
    expect(warnings[0]).toBe(
      `${clientPath}.CallbackURLs[0].Fn::ImportValue (and 1 more): only AWS knows ImportValue:app-url; app-url.invalid stands for it. --callback-url URL or --parameter 'ImportValue:app-url=VALUE' gives a better one.`,
    );
  });

  test("is one of a list where the list itself is not known", async () => {
    const client = `${quietClient}\nCallbackURLs: !Split [",", !ImportValue urls]`;

    expect((await read({ client })).settings.clients[0].callbackUrls).toEqual([
      "https://urls.invalid",
    ]);
  });

  test("has the form of an ARN where it is one", async () => {
    const more = `${site}
  Admins:
    Type: AWS::Cognito::UserPoolGroup
    Properties: { UserPoolId: !Ref Pool, RoleArn: !GetAtt AdminRole.Arn }`;
    const { settings } = await read({ more }, { accountId: "210987654321", region: "cn-north-1" });

    expect(settings.groups[0]?.roleArn).toBe("arn:aws-cn:iam::210987654321:role/AdminRole");
  });

  test("is no matter where nothing here uses it", async () => {
    const pool = `
AutoVerifiedAttributes: [email]
EmailConfiguration: { EmailSendingAccount: DEVELOPER, SourceArn: !ImportValue sender }
UserPoolTags: { Owner: !ImportValue owner }`;

    expect(await warningsOf({ pool })).toEqual([]);
  });

  test.each([
    ["MfaConfiguration: !ImportValue mfa", "MfaConfiguration", "ImportValue:mfa"],
    [
      "Policies: { PasswordPolicy: { MinimumLength: !ImportValue length } }",
      "Policies.PasswordPolicy.MinimumLength",
      "ImportValue:length",
    ],
    ["Policies: !GetAtt Site.Policies", "Policies", "Site.Policies"],
    [
      "UsernameConfiguration: { CaseSensitive: !Sub '${Site.Sensitive}' }",
      "UsernameConfiguration.CaseSensitive",
      "Site.Sensitive",
    ],
  ])(
    "is refused with its path where a stand-in would be wrong: %s",
    async (pool, path, unknown) => {
      expect(await problemsOf({ pool, more: site })).toEqual([
        `${poolPath}.${path}: is given by ${unknown}, which only AWS knows, and a stand-in would be wrong here. Give it with --parameter '${unknown}=VALUE'.`,
      ]);
    },
  );

  test("equals nothing in a condition, with a warning", async () => {
    const top = `
Parameters: { Stage: { Type: AWS::SSM::Parameter::Value<String>, Default: /stage } }
Conditions: { IsLive: !Equals [!Ref Stage, live] }`;
    const parts = { top, pool: "UserPoolName: !If [IsLive, live, other]" };

    const { settings, warnings } = await read(parts);
    expect(settings.poolName).toBe("other");
    expect(warnings.join()).toContain("only AWS knows Stage, so it equals nothing here");
    const given = await read(parts, { parameters: { Stage: "live" } });
    expect(given.settings.poolName).toBe("live");
  });

  test("may be a name that a transform makes", async () => {
    const client = `${quietClient}
CallbackURLs: [!Sub "https://\${ServerlessRestApi}.execute-api.\${AWS::Region}.amazonaws.com/"]`;
    const top = "Transform: AWS::Serverless-2016-10-31\nGlobals: { Function: { Timeout: 3 } }";

    const { settings } = await read({ top, client });

    expect(settings.clients[0].callbackUrls).toEqual([
      "https://serverlessrestapi.invalid.execute-api.eu-west-1.amazonaws.com/",
    ]);
    expect(await problemsOf({ client })).toHaveLength(1);
  });

  test("is known where another of the templates exports it", async () => {
    const exporting = `
Resources:
  Site: { Type: AWS::S3::Bucket }
  Users: { Type: AWS::Cognito::UserPool, Properties: { AutoVerifiedAttributes: [email] } }
Outputs:
  Name: { Value: http://localhost:5199/cb, Export: { Name: !Sub "\${AWS::StackName}-url" } }
  Pool: { Value: !Ref Users, Export: { Name: pool-id } }`;
    const importing = `
Resources:
  Client:
    Type: AWS::Cognito::UserPoolClient
    Properties: { UserPoolId: !ImportValue pool-id, CallbackURLs: [!ImportValue local-cognito-url] }`;

    for (const templates of [
      [exporting, importing],
      [importing, exporting],
    ]) {
      const { settings, warnings } = await readAll(templates);
      expect(settings.clients.map(({ name }) => name)).toEqual(["Client"]);
      expect(settings.clients[0].callbackUrls).toEqual(["http://localhost:5199/cb"]);
      expect(settings.poolName).toBe("Users");
      expect(warnings.join()).not.toContain("only AWS knows");
    }
  });
});

describe("region and account", () => {
  const top = `
Mappings:
  Stage: { us-east-1: { Name: north } }
  Accounts: { "000000000012": { Name: zero } }
Conditions: { IsThere: !Equals [!Ref AWS::Region, us-east-1] }`;

  test.each([[{ region: "us-east-1" }], [{ parameters: { "AWS::Region": "us-east-1" } }]])(
    "count in mappings, conditions and texts: %j",
    async (options) => {
      const pool =
        "UserPoolName: !Join ['-', [!FindInMap [Stage, !Ref AWS::Region, Name], !If [IsThere, y, n], !Select [3, !Split [':', !Ref AWS::StackId]]]]";
      const { settings } = await read({ top, pool }, options);

      expect(settings).toMatchObject({ poolName: "north-y-us-east-1", region: "us-east-1" });
    },
  );

  test("may be any that has their form", async () => {
    const pool = "UserPoolName: !FindInMap [Accounts, !Ref AWS::AccountId, Name]";
    const options = { accountId: "000000000012" };

    expect((await read({ top, pool }, options)).settings).toMatchObject({
      poolName: "zero",
      accountId: "000000000012",
    });
    expect(await problemsOf({}, { region: "Ireland", accountId: "12" })).toEqual([
      "AWS::Region: “Ireland” is no region such as eu-west-1.",
      "AWS::AccountId: “12” is no account: it has 12 digits.",
    ]);
  });
});
