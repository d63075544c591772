import { describe, expect, test } from "vitest";
import {
  clientPath,
  type Parts,
  poolPath,
  quietClient,
  quietPool,
  read,
  warningsOf,
  yamlOf,
} from "./support/read-template.ts";

const clientWith = (properties: string) => ({ client: `${quietClient}\n${properties}` });
const poolWith = (properties: string) => ({ pool: `${quietPool}\n${properties}` });
const managedDomain = `
  Managed:
    Type: AWS::Cognito::UserPoolDomain
    Properties: { UserPoolId: !Ref Pool, Domain: managed, ManagedLoginVersion: 2 }`;

describe("nothing is ignored in silence", () => {
  test.each<[string, Parts, string[]]>([
    [
      "what AWS has and local Cognito has not, in one line",
      {
        ...poolWith(
          "Policies: { SignInPolicy: { AllowedFirstAuthFactors: [PASSWORD, EMAIL_OTP] } }\nWebAuthnRelyingPartyID: auth.example.org",
        ),
        ...clientWith("AnalyticsConfiguration: { UserDataShared: true }"),
      },
      [
        `not simulated: ${poolPath}.Policies.SignInPolicy.AllowedFirstAuthFactors, ${poolPath}.WebAuthnRelyingPartyID`,
      ],
    ],
    [
      "what only AWS sets",
      clientWith("ClientId: mine"),
      [
        `${clientPath}.ClientId: cannot be set: AWS makes it, and Fn::GetAtt gives it. It is ignored.`,
      ],
    ],
    [
      "what AWS does not know",
      clientWith("CallbackUrls: [http://localhost/]"),
      [`${clientPath}.CallbackUrls: AWS has no such property. It is ignored.`],
    ],
    [
      "managed login that has no style",
      { more: managedDomain },
      [
        "Resources.Managed.Properties.ManagedLoginVersion: is 2, and Client has no AWS::Cognito::ManagedLoginBranding: at AWS it gets “Login pages unavailable”.",
      ],
    ],
    [
      "a resource that Cognito does not have",
      { more: "\n  Other: { Type: AWS::Cognito::Unknown }" },
      ["Resources.Other.Type: AWS::Cognito::Unknown is no resource that is known here."],
    ],
    [
      "a sender of mails, which no module can stand in for",
      poolWith(
        "LambdaConfig: { CustomEmailSender: { LambdaArn: a, LambdaVersion: V1_0 }, KMSKeyID: k }",
      ),
      [
        `not simulated: ${poolPath}.LambdaConfig.CustomEmailSender.LambdaArn, ${poolPath}.LambdaConfig.CustomEmailSender.LambdaVersion, ${poolPath}.LambdaConfig.KMSKeyID`,
      ],
    ],
  ])("%s", async (_what, parts, warnings) => {
    expect(await warningsOf(parts)).toEqual(warnings);
  });

  test("a pool without a domain has pages here, and none at AWS", async () => {
    const withoutDomain = yamlOf({}).replace(/ {2}Domain:[\s\S]*$/, "");

    expect(await warningsOf(withoutDomain)).toEqual([
      "Resources.Pool: has no AWS::Cognito::UserPoolDomain, without which a pool has no sign-in pages at AWS. It has them here.",
    ]);
  });
});

test("Ref of a resource server is its identifier, of a group its name", async () => {
  const client = quietClient.replace("[openid]", `[openid, !Sub '\${Api}/read']`);
  const more = `
  Api:
    Type: AWS::Cognito::UserPoolResourceServer
    Properties:
      UserPoolId: !Ref Pool
      Identifier: https://api.example.org
      Name: api
      Scopes: [{ ScopeName: read, ScopeDescription: Read }]
  Admins: { Type: AWS::Cognito::UserPoolGroup, Properties: { UserPoolId: !Ref Pool, GroupName: admins } }
  Root: { Type: AWS::Cognito::UserPoolUser, Properties: { UserPoolId: !Ref Pool, Username: root } }
  RootIsAdmin:
    Type: AWS::Cognito::UserPoolUserToGroupAttachment
    Properties: { UserPoolId: !Ref Pool, GroupName: !Ref Admins, Username: !Ref Root }`;
  const { settings, warnings } = await read({ client, more });

  expect(warnings).toEqual([]);
  expect(settings.clients[0].scopes).toEqual(["openid", "https://api.example.org/read"]);
  expect(settings.users).toEqual([
    expect.objectContaining({ username: "root", groups: ["admins"] }),
  ]);
});
