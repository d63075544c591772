import { readFile } from "node:fs/promises";
import { parseDocument } from "../../../src/local-cognito/template/document.ts";
import { resolve } from "../../../src/local-cognito/template/functions.ts";
import { Findings } from "../../../src/local-cognito/template/problems.ts";
import {
  asTemplate,
  openScope,
  type TemplateDocument,
} from "../../../src/local-cognito/template/scope.ts";
import { templatePath } from "../../../src/user-pool/template-path.ts";

export interface ResolvedResource {
  name: string;
  type: string;
  properties: Record<string, unknown>;
}

/** With these parameters every condition of the template is the other way round. */
export const everythingOn = {
  AppUrl: "https://www.example.com",
  DomainPrefix: "mira-sign-in",
  Mfa: "ON",
  SelfRegistration: "false",
  SesSender: "no-reply@example.com",
  RefreshTokenRotation: "ENABLED",
  DeletionProtection: "INACTIVE",
  ManagedLogin: "true",
  GoogleClientId: "google",
  FacebookAppId: "facebook",
  AmazonClientId: "amazon",
};

/** What is wrong with these parameters, as CloudFormation would say before it makes anything. */
export async function parameterProblems(parameters: Record<string, string>): Promise<string[]> {
  const findings = new Findings();
  openScope(await template(), parameters, findings);
  return findings.problems;
}

/** Every resource of the template that its conditions let be there, as AWS would make it with these parameters. */
export async function resolvedTemplate(
  parameters: Record<string, string>,
): Promise<ResolvedResource[]> {
  const { Resources } = await template();
  const findings = new Findings();
  const scope = openScope(await template(), parameters, findings);
  const resources = Object.entries(Resources).flatMap(([name, resource]) => {
    const { Type: type, Condition, Properties = {} } = resource;
    if (Condition && !scope.isTrue(Condition, name)) return [];
    const properties = resolve(Properties, scope, name) as Record<string, unknown>;
    return [{ name, type, properties }];
  });
  findings.assertNoProblems();
  return resources;
}

let parsed: Promise<TemplateDocument> | undefined;

function template(): Promise<TemplateDocument> {
  parsed ??= readFile(templatePath, "utf8").then(parseDocument).then(asTemplate);
  return parsed;
}
