import { readFile } from "node:fs/promises";
import { Findings } from "../../../src/local-cognito/template/findings.ts";
import { StandIn } from "../../../src/local-cognito/template/language/stand-in.ts";
import { openTemplates } from "../../../src/local-cognito/template/open-templates.ts";
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
  await openTemplate(parameters, findings);
  return findings.problems;
}

/** Every resource of the template that its conditions let be there, as AWS would make it with these parameters. */
export async function resolvedTemplate(
  parameters: Record<string, string>,
): Promise<ResolvedResource[]> {
  const findings = new Findings();
  const template = await openTemplate(parameters, findings);
  const resources = Object.entries(template.resources).flatMap(([name, resource]) => {
    const { Type: type, Condition, Properties } = resource;
    if (Condition && !template.isTrue(Condition, name)) return [];
    const properties = asDeployed(template.resolve(Properties ?? {}, name, findings));
    return [{ name, type, properties }];
  });
  findings.assertNoProblems();
  return resources;
}

/** With a text for what only AWS knows, such as the id of the pool. */
function asDeployed(value: unknown): Record<string, unknown> {
  const text = JSON.stringify(value, (_name, part) =>
    part instanceof StandIn ? part.asText() : part,
  );
  return JSON.parse(text);
}

async function openTemplate(parameters: Record<string, string>, findings: Findings) {
  const text = await readFile(templatePath, "utf8");
  const texts = [{ path: templatePath, text }];
  const { templates } = await openTemplates(texts, { parameters }, findings);
  const [template] = templates;
  if (!template) throw new Error("There is no template.");
  return template;
}
