import { describe, expect, test } from "vitest";
import {
  clientPath,
  type Parts,
  poolPath,
  problemsOf,
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

const withFunctions = (permission: string, functions: string): Parts => ({
  top: `
Transform: AWS::Serverless-2016-10-31
Parameters: { Stage: { Type: String }, WithApi: { Type: String, Default: "no" } }
Conditions: { HasApi: !Equals [!Ref WithApi, "yes"] }`,
  ...poolWith("LambdaConfig: { PreSignUp: !GetAtt Guard.Arn }"),
  more: `
  Guard:
    Type: AWS::Lambda::Function
    Properties: { FunctionName: !Sub "\${Stage}-guard", Runtime: nodejs22.x, Handler: index.handler, Code: { ZipFile: "" } }
  MayCall:
    Type: AWS::Lambda::Permission
    Properties: { Principal: cognito-idp.amazonaws.com, FunctionName: !GetAtt Guard.Arn }${permission}${functions}`,
});

describe("a trigger's function", () => {
  test("is found past what a condition leaves out, and without its whole name", async () => {
    const others = `
  Api: { Type: AWS::ApiGateway::RestApi, Condition: HasApi }
  ApiFunction:
    Type: AWS::Lambda::Function
    Condition: HasApi
    Properties: { FunctionName: !Sub "\${Api}-function" }
  ApiMayCall:
    Type: AWS::Lambda::Permission
    Condition: HasApi
    Properties: { Principal: apigateway.amazonaws.com, FunctionName: !Ref ApiFunction, SourceArn: !Ref Api }
  OtherMayCall:
    Type: AWS::Lambda::Permission
    Properties: { Principal: cognito-idp.amazonaws.com, FunctionName: !Ref ApiFunction }`;
    const { settings, warnings } = await read(withFunctions("", others));

    expect(settings.triggers).toMatchObject([{ trigger: "PreSignUp", functionName: "Guard" }]);
    expect(warnings).toEqual([]);
  });

  test("may not be called by a permission that its condition leaves out, which is said once", async () => {
    const leftOut = "\n    Condition: HasApi";
    const forTwo = withFunctions(leftOut, "");
    const pool = forTwo.pool?.replace(
      "PreSignUp:",
      "PostConfirmation: !GetAtt Guard.Arn, PreSignUp:",
    );
    expect(await warningsOf({ ...forTwo, ...(pool && { pool }) })).toEqual([
      expect.stringMatching(/^Resources\.Guard: has no AWS::Lambda::Permission here/),
    ]);
  });
  test("is one alone: SAM refuses a second one", async () => {
    const guard = (name: string) => `
  ${name}:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: nodejs22.x
      Handler: index.handler
      InlineCode: ""
      Events:
        Users: { Type: Cognito, Properties: { UserPool: !Ref Pool, Trigger: PreSignUp } }`;
    const transform = "Transform: AWS::Serverless-2016-10-31";
    const broken = guard("C").replace(/Users: .*/, "Users:");
    expect(await problemsOf({ top: transform, more: guard("A") + guard("B") + broken })).toEqual([
      "Resources.C.Properties.Events.Users: must be a map with Type and Properties.",
      "Resources.B.Properties.Events.Users: PreSignUp has a function already, by Resources.A.Properties.Events.Users.",
    ]);
  });
});
