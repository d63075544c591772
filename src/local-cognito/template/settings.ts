import { naming, PoolFileError } from "../pool/pool-file.ts";
import type {
  GroupSettings,
  IdentityProviderSettings,
  PoolSettings,
} from "../pool/pool-settings.ts";
import { clientSettings } from "./client.ts";
import { parseDocument } from "./document.ts";
import type { TemplateResult } from "./file.ts";
import { poolSettings } from "./pool.ts";
import { Findings } from "./problems.ts";
import type { ResourceType } from "./properties.ts";
import { type Resource, resourcesOf, warnOfUnknownTypes } from "./resources.ts";
import { asTemplate, openScope, type TemplateDocument } from "./scope.ts";

/** Reads a template that is at hand as text; the path is for its errors alone. */
export async function readTemplate(
  path: string,
  text: string,
  given: { parameters: Record<string, string>; appUrl: string | undefined },
): Promise<TemplateResult> {
  return naming(path, settingsIn(text, given));
}

async function settingsIn(
  text: string,
  { parameters, appUrl }: { parameters: Record<string, string>; appUrl: string | undefined },
): Promise<TemplateResult> {
  const template = asTemplate(await parseDocument(text));
  const findings = new Findings();
  const hasAppUrl = appUrl !== undefined && Object.hasOwn(template.Parameters, "AppUrl");
  const values = { ...(hasAppUrl && { AppUrl: appUrl }), ...parameters };
  return { settings: settingsOf(template, values, findings), warnings: findings.warnings };
}

function settingsOf(
  template: TemplateDocument,
  given: Record<string, string>,
  findings: Findings,
): PoolSettings {
  const scope = openScope(template, given, findings);
  const all = <Type extends ResourceType>(type: Type) =>
    resourcesOf(type, template, scope, findings);
  const pools = all("AWS::Cognito::UserPool");
  const clients = all("AWS::Cognito::UserPoolClient");
  const providers = all("AWS::Cognito::UserPoolIdentityProvider");
  const groups = all("AWS::Cognito::UserPoolGroup");
  warnOfUnknownTypes(template, findings);
  findings.assertNoProblems();
  const settings = {
    ...poolSettings(only("AWS::Cognito::UserPool", pools, findings), findings),
    resourceServers: [],
    identityProviders: identityProviders(providers, findings),
    groups: groups.map(groupSettings),
    clients: [
      clientSettings(
        only("AWS::Cognito::UserPoolClient", clients, findings),
        ["COGNITO", ...providers.map(({ properties }) => properties.ProviderName)],
        findings,
      ),
    ] satisfies PoolSettings["clients"],
  };
  findings.assertNoProblems();
  return settings;
}

function only<Type extends ResourceType>(
  type: string,
  [first, ...others]: Resource<Type>[],
  findings: Findings,
): Resource<Type> {
  if (!first) throw new PoolFileError([`Resources: there is no ${type}.`]);
  for (const { name } of others) {
    findings.warn(`Resources.${name}`, `local Cognito has one ${type}, which is ${first.name}.`);
  }
  return first;
}

const simulatedProviders = ["Google", "Facebook", "LoginWithAmazon"] as const;

function identityProviders(
  resources: Resource<"AWS::Cognito::UserPoolIdentityProvider">[],
  findings: Findings,
): IdentityProviderSettings[] {
  return resources.flatMap(({ path, properties }) => {
    const {
      ProviderName: name,
      ProviderType,
      AttributeMapping: attributeMapping = {},
    } = properties;
    const type = simulatedProviders.find((simulated) => simulated === ProviderType);
    if (!type) findings.warn(`${path}.ProviderType`, `${ProviderType} is not simulated.`);
    else if (!name) findings.problem(`${path}.ProviderName`, "is missing.");
    return type && name ? [{ name, type, attributeMapping }] : [];
  });
}

function groupSettings({
  name,
  properties: { GroupName = name, Description, Precedence },
}: Resource<"AWS::Cognito::UserPoolGroup">): GroupSettings {
  return {
    name: GroupName,
    ...(Description !== undefined && { description: Description }),
    ...(Precedence !== undefined && { precedence: Precedence }),
  };
}
