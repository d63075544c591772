import { rename, writeFile } from "node:fs/promises";
import { expect, onTestFinished, test, vi } from "vitest";
import { readTemplateFile } from "../../../src/local-cognito/template/file.ts";
import { addUser, claimsOf, tokensOf } from "../api/support/api-pool.ts";
import { call, requestsOf } from "../api/support/calls.ts";
import { PASSWORD, startPool } from "../support/pool.ts";
import { folderWith } from "./lambda/support/files.ts";

const client = `
  Client:
    Type: AWS::Cognito::UserPoolClient
    Properties: { UserPoolId: !Ref Pool, ExplicitAuthFlows: [ALLOW_USER_PASSWORD_AUTH] }`;

async function startTemplate(texts: Record<string, string>, name = "template.yaml") {
  const files = await folderWith(texts);
  const { settings, warnings } = await readTemplateFile(files[name] ?? "");
  const said: string[] = [];
  const pool = await startPool({ settings, warn: (sentence) => said.push(sentence) });
  const edit = (file: string, text: string) => writeFile(files[file] ?? "", text);
  const move = async (from: string, to: string) =>
    rename(files[from] ?? "", files[from]?.replace(from, to) ?? "");
  return { pool, warnings, said, edit, move };
}

const sam = `
Transform: AWS::Serverless-2016-10-31
Globals:
  Function:
    Runtime: nodejs22.x
    Environment: { Variables: { TENANT: acme, STAGE: test } }
Parameters:
  Missing: { Type: String }
Resources:
  Pool:
    Type: AWS::Cognito::UserPool
    Properties:
      AutoVerifiedAttributes: [email]
      LambdaConfig:
        PreTokenGenerationConfig: { LambdaArn: !GetAtt Claims.Arn, LambdaVersion: V2_0 }
        PostAuthentication: !Sub arn:aws:lambda:\${AWS::Region}:\${AWS::AccountId}:function:\${Noted}
        PreAuthentication: !Ref NotedAlias
        PostConfirmation: arn:aws:lambda:eu-west-1:123456789012:function:elsewhere:live
  Claims:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: claims/
      Handler: src/app.lambdaHandler
      Environment: { Variables: { STAGE: live, TABLE: !Ref Table, LEFT_OUT: !Ref Missing } }
      Layers: [!Ref Layer]
  Layer: { Type: AWS::Serverless::LayerVersion }
  Table: { Type: AWS::DynamoDB::Table }
  NotedIsCalled:
    Type: AWS::Lambda::Permission
    Properties:
      Action: lambda:InvokeFunction
      Principal: cognito-idp.amazonaws.com
      FunctionName: !GetAtt Noted.Arn
  Noted:
    Type: AWS::Serverless::Function
    Properties: { CodeUri: noted/, Handler: app.handlers.noted }
    Metadata: { BuildMethod: esbuild, BuildProperties: { EntryPoints: [app.ts] } }
  NotedAlias:
    Type: AWS::Lambda::Alias
    Properties: { FunctionName: !Ref Noted, Name: live }
  SignUp:
    Type: AWS::Serverless::Function
    Properties:
      InlineCode: |
        const { yes } = require("@aws-sdk/near");
        exports.handler = (event, context, callback) => {
          event.response.autoConfirmUser = yes;
          callback(null, event);
        };
      Handler: index.handler
      Events:
        Cognito: { Type: Cognito, Properties: { UserPool: !Ref Pool, Trigger: PreSignUp } }
  Texts:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.13
      CodeUri: texts/
      Handler: app.handler
      Events:
        Cognito: { Type: Cognito, Properties: { UserPool: !Ref Pool, Trigger: [CustomMessage] } }
        Api: { Type: Api, Properties: { Path: /, Method: get } }
  Challenge:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: challenge/
      Handler: app.handler
      Events:
        Cognito: { Type: Cognito, Properties: { UserPool: !Ref Pool, Trigger: DefineAuthChallenge } }
  Verify:
    Type: AWS::Serverless::Function
    Properties:
      InlineCode: ""
      Handler: app.handler
      Events:
        Cognito: { Type: Cognito, Properties: { UserPool: !Ref Pool, Trigger: VerifyAuthChallengeResponse } }
${client}`.replaceAll("\\$", "$");

const claims = `
import { readFileSync } from "node:fs";
const { TENANT, STAGE, TABLE, LEFT_OUT = "none", AWS_LAMBDA_FUNCTION_NAME, AWS_ACCESS_KEY_ID, AWS_SESSION_TOKEN = "no session" } = process.env;
export const lambdaHandler = async (event) => {
  const beside = readFileSync("beside.txt", "utf8");
  const claims = [TENANT, STAGE, TABLE, LEFT_OUT, AWS_LAMBDA_FUNCTION_NAME, AWS_ACCESS_KEY_ID, AWS_SESSION_TOKEN, beside];
  event.response = { claimsAndScopeOverrideDetails: { accessTokenGeneration: { claimsToAddOrOverride: { claims } } } };
  return event;
};`;

test("functions of a SAM template run where they lie beside it without keys of AWS, and the others are named", async () => {
  for (const name of ["AWS_ACCESS_KEY_ID", "AWS_SESSION_TOKEN"]) vi.stubEnv(name, "real");
  onTestFinished(() => void vi.unstubAllEnvs());
  const { pool, warnings, said, edit } = await startTemplate({
    "template.yaml": sam,
    "claims/package.json": '{ "type": "module" }',
    "claims/src/app.js": claims,
    "claims/beside.txt": "a file",
    "node_modules/@aws-sdk/near/index.js": "exports.yes = true;",
    "noted/app.ts": "throw new Error('This is not built.');",
    ".aws-sam/build/Noted/app.js":
      "exports.handlers = { noted: async (event) => { console.log = () => {}; return event; } };",
  });
  expect(warnings.filter((warning) => !warning.includes("UserPoolDomain"))).toEqual([
    expect.stringMatching(
      /^Resources\.Claims: has no AWS::Lambda::Permission here for cognito-idp/,
    ),
    "Resources.Claims.Properties.Environment.Variables.LEFT_OUT: the function goes without it: Missing is given no value. --parameter Missing=VALUE gives it one.",
    "Resources.Claims.Properties.Environment.Variables.TABLE.Ref: only AWS knows Table; stand-in-for-Table stands for it. --parameter 'Table=VALUE' gives a better one.",
    "not simulated: Resources.Claims.Properties.Layers",
  ]);
  const nothing = "so nothing is called.";
  expect(said).toEqual([
    `PostConfirmation: there is no local function elsewhere, ${nothing} The template does not have it. Name one with --triggers.`,
    `CustomMessage: there is no local function Texts, ${nothing} Its runtime is python3.13; functions run here in Node alone. Name one with --triggers.`,
    expect.stringMatching(
      /^DefineAuthChallenge: .* None of its files is there: .*challenge\/app\.js, .*\.aws-sam\/build\/Challenge\/app\.js, .*challenge\/app\.cts\. Name one/,
    ),
    `VerifyAuthChallengeResponse: there is no local function Verify, ${nothing} Its Handler is app.handler, and inline code is index.js: name index.handler. Name one with --triggers.`,
  ]);

  expect(pool.triggers).toContain("PreSignUp (inline code)");

  const Username = "mira";
  const UserAttributes = [{ Name: "email", Value: "mira@example.org" }];
  const signUp = { ClientId: pool.clientId, Username, Password: PASSWORD, UserAttributes };
  expect(await call(pool, "SignUp", signUp)).toMatchObject({ UserConfirmed: true });
  const { AccessToken } = await tokensOf(pool, Username);
  expect(claimsOf(AccessToken).claims).toEqual([
    "acme",
    "live",
    "stand-in-for-Table",
    "none",
    "Claims",
    "local",
    "no session",
    "a file",
  ]);
  const [signIn, signedUp] = await requestsOf(pool);
  expect(signIn?.triggers).toEqual([
    "PreAuthentication_Authentication was called.",
    "PostAuthentication_Authentication was called.",
    "TokenGeneration_Authentication was called.",
  ]);
  expect(signedUp?.triggers).toEqual([
    "PreSignUp_SignUp was called.",
    "PostConfirmation_ConfirmSignUp would have been called here. The template does not have it.",
  ]);

  await edit("claims/src/app.js", claims.replace('"utf8")', '"utf8").toUpperCase()'));
  const edited = claimsOf((await tokensOf(pool, Username)).AccessToken).claims;
  expect(edited).toContain("A FILE");
});

const cdk = {
  Resources: {
    Pool: {
      Type: "AWS::Cognito::UserPool",
      Properties: {
        AutoVerifiedAttributes: ["email"],
        LambdaConfig: {
          PreTokenGeneration: { "Fn::GetAtt": ["Claims9A1B", "Arn"] },
          PreAuthentication: { "Fn::GetAtt": ["Guard7C2D", "Arn"] },
        },
      },
    },
    Client: {
      Type: "AWS::Cognito::UserPoolClient",
      Properties: {
        UserPoolId: { Ref: "Pool" },
        ExplicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH"],
      },
    },
    Claims9A1B: {
      Type: "AWS::Lambda::Function",
      Properties: {
        FunctionName: "claims",
        Runtime: "nodejs22.x",
        Handler: "index.handler",
        Code: { S3Bucket: "cdk-assets", S3Key: "3f2a.zip" },
      },
      Metadata: { "aws:asset:path": "asset.3f2a", "aws:asset:property": "Code" },
    },
    Guard7C2D: {
      Type: "AWS::Lambda::Function",
      Properties: {
        Runtime: "nodejs22.x",
        Handler: "index.handler",
        Code: { S3Bucket: "cdk-assets", S3Key: "77.zip" },
      },
    },
  },
};

test("a function that the CDK has bundled runs from its assets, and ends where another build moves it", async () => {
  const { pool, said, move } = await startTemplate(
    {
      "Stack.template.json": JSON.stringify(cdk),
      "asset.3f2a/index.js": `exports.handler = async (event, { functionName }) => ({
        ...event,
        response: { claimsOverrideDetails: { claimsToAddOrOverride: { functionName, pid: process.pid } } },
      });`,
    },
    "Stack.template.json",
  );
  expect(said).toEqual([
    expect.stringMatching(
      /^PreAuthentication: .* Its code lies at AWS, and not beside the template/,
    ),
  ]);

  await addUser(pool, "mira");
  const claimsNow = async () => claimsOf((await tokensOf(pool, "mira")).IdToken);
  const { functionName, pid } = await claimsNow();
  expect(functionName).toBe("claims");

  await move("asset.3f2a/index.js", "asset.3f2a/index.cjs");
  expect((await claimsNow()).functionName).toBe("claims");
  await expect.poll(() => isRunning(Number(pid)), { timeout: 50_000 }).toBe(false);
});

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
