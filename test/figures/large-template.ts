import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readTemplateFile } from "../../src/local-cognito/template/file.ts";
import type { Findings } from "./figure.ts";

const bytes = 500_000;
const mostMs = 1_000;

const pool = `
Resources:
  Pool: { Type: AWS::Cognito::UserPool, Properties: { AutoVerifiedAttributes: [email] } }
  Client:
    Type: AWS::Cognito::UserPoolClient
    Properties: { UserPoolId: !Ref Pool, SupportedIdentityProviders: [COGNITO] }
`;

/** What else a company has in such a file. */
const service = (i: number) => `
  Function${i}:
    Type: AWS::Lambda::Function
    Properties:
      FunctionName: !Sub "\${AWS::StackName}-${i}"
      Role: !GetAtt Role${i}.Arn
      Code: { S3Bucket: builds, S3Key: !ImportValue key-${i} }
      Environment: { Variables: { USERS: !Ref Pool, STAGE: !Ref AWS::Region } }
  Role${i}:
    Type: AWS::IAM::Role
    Properties: { AssumeRolePolicyDocument: { Statement: [{ Effect: Allow, Action: "sts:AssumeRole" }] } }
`;

/** What reading a large template costs, in milliseconds of CPU; loading the reader is part of a start, and not of this. */
export async function measureLargeTemplate(): Promise<Findings> {
  const folder = await mkdtemp(join(tmpdir(), "large-template-"));
  const [small, large] = [join(folder, "small.yaml"), join(folder, "large.yaml")];
  let text = pool;
  for (let i = 0; text.length < bytes; i++) text += service(i);
  await writeFile(small, pool);
  await writeFile(large, text);
  await readTemplateFile(small);
  const before = process.cpuUsage();
  await readTemplateFile(large);
  const { user, system } = process.cpuUsage(before);
  await rm(folder, { recursive: true });
  const ms = Math.round((user + system) / 1000);
  const what = "A template of 500 KB: CPU to read it";
  return {
    figures: [{ what, target: "under 1 s", measured: `${ms} ms`, isMet: ms < mostMs }],
  };
}
