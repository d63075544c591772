import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { PoolFileError } from "../../../../src/local-cognito/pool/pool-file.ts";
import type {
  TemplateOptions,
  TemplateResult,
} from "../../../../src/local-cognito/template/file.ts";
import { readTemplateFile } from "../../../../src/local-cognito/template/file.ts";
import { temporaryDirectory } from "../../../support/temporary-directory.ts";

/** What a small template has beside its pool and client, and what these are set to. */
export interface Parts {
  top?: string;
  pool?: string;
  client?: string;
  more?: string;
}

/** A small template; the parts are put where they belong, each line indented as it has to be. */
export function yamlOf({
  top = "",
  pool = quietPool,
  client = quietClient,
  more = "",
}: Parts): string {
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
      ${indented(`UserPoolId: !Ref Pool\n${client}`)}
  Domain:
    Type: AWS::Cognito::UserPoolDomain
    Properties: { UserPoolId: !Ref Pool, Domain: people }
${more}`;
}

/** A pool and a client that nothing is said of. */
export const quietPool = "AutoVerifiedAttributes: [email]";
export const quietClient = `
GenerateSecret: true
AllowedOAuthFlowsUserPoolClient: true
AllowedOAuthFlows: [code]
AllowedOAuthScopes: [openid]
SupportedIdentityProviders: [COGNITO]`;

export const poolPath = "Resources.Pool.Properties";
export const clientPath = "Resources.Client.Properties";

export async function read(
  parts: Parts | string,
  options: TemplateOptions = {},
): Promise<TemplateResult> {
  return readAll([parts], options);
}

export async function readAll(
  templates: (Parts | string)[],
  options: TemplateOptions = {},
): Promise<TemplateResult> {
  const folder = await temporaryDirectory();
  const paths = templates.map((_, index) => join(folder, index === 0 ? "template" : `${index}`));
  for (const [index, parts] of templates.entries()) {
    await writeFile(paths[index] ?? "", typeof parts === "string" ? parts : yamlOf(parts));
  }
  return readTemplateFile(paths, options);
}

/** What makes reading fail. */
export async function problemsOf(
  parts: Parts | string,
  options: TemplateOptions = {},
): Promise<string[]> {
  const error = await read(parts, options).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(PoolFileError);
  return (error as PoolFileError).problems;
}

export async function warningsOf(
  parts: Parts | string,
  options: TemplateOptions = {},
): Promise<string[]> {
  return (await read(parts, options)).warnings;
}
