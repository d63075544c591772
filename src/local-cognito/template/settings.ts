import { naming } from "../pool/pool-file.ts";
import {
  type ClientSettings,
  type GroupSettings,
  type PoolSettings,
  type ResourceServerSettings,
  tutorialSettings,
} from "../pool/pool-settings.ts";
import { type Choice, choose } from "./choose.ts";
import { Findings } from "./findings.ts";
import type { OpenTemplate } from "./language/open-scope.ts";
import type { Place } from "./language/pseudo-parameters.ts";
import { openTemplates } from "./open-templates.ts";
import type { TemplateOptions, TemplateResult, TemplateText } from "./options.ts";
import { clientSettings } from "./pool/client.ts";
import { findDomainProblems } from "./pool/domains.ts";
import { poolSettings } from "./pool/pool.ts";
import { identityProviders } from "./pool/providers.ts";
import { stylesOf } from "./pool/styles.ts";
import { triggerSettings } from "./pool/triggers.ts";
import { userSettings } from "./pool/users.ts";
import { ofType, type Resource, readResources } from "./resources/read-resources.ts";

/** Reads templates that are at hand as texts. */
export async function readTemplates(
  templates: TemplateText[],
  options: TemplateOptions,
): Promise<TemplateResult> {
  return naming(templates.map(({ path }) => path).join(" and "), read(templates, options));
}

async function read(texts: TemplateText[], options: TemplateOptions): Promise<TemplateResult> {
  const findings = new Findings();
  const { templates, place, report } = await openTemplates(texts, options, findings);
  const resources = templates.flatMap((template) => readResources(template, findings));
  const choice = choose(resources, options, findings);
  const settings = { ...settingsOf(choice, templates, findings), ...place };
  for (const resource of resources) {
    findings.add(resource.findings, !choice.others.includes(resource));
  }
  report();
  findings.assertNoProblems();
  return { settings, warnings: findings.warnings };
}

function settingsOf(
  { pool, clients, parts }: Choice,
  templates: OpenTemplate[],
  findings: Findings,
): Omit<PoolSettings, keyof Place> {
  const servers = ofType("AWS::Cognito::UserPoolResourceServer", parts);
  const resourceServers = servers.map(resourceServerSettings);
  const ofPool = pool ? poolSettings(pool) : tutorialSettings;
  const domains = ofType("AWS::Cognito::UserPoolDomain", parts);
  if (pool) {
    const stylings = ofType("AWS::Cognito::ManagedLoginBranding", parts);
    findDomainProblems(pool, clients, domains, stylings, findings);
  } else warnOfPoolElsewhere(clients, findings);
  const providers = ofType("AWS::Cognito::UserPoolIdentityProvider", parts);
  const isManaged = domains.some(({ properties }) => properties.ManagedLoginVersion === 2);
  const names = providers.flatMap(({ properties: { ProviderName } }) => ProviderName ?? []);
  const groups = ofType("AWS::Cognito::UserPoolGroup", parts).map(groupSettings);
  const found = {
    schema: ofPool.schema,
    resourceServers,
    providers: ["COGNITO", ...names],
    isHere: pool !== undefined,
  };
  const named = uniquelyNamed(clients.map((client) => clientSettings(client, found)));
  const [first, ...others] = named;
  return {
    ...ofPool,
    identityProviders: identityProviders(providers, ofPool.schema),
    groups,
    resourceServers,
    managedLoginVersion: isManaged ? 2 : 1,
    styles: stylesOf(
      ofType("AWS::Cognito::UserPoolUICustomizationAttachment", parts),
      clients,
      named.map(({ name }) => name),
      isManaged,
    ),
    triggers: pool ? triggerSettings(pool, templates) : [],
    users: userSettings(
      ofType("AWS::Cognito::UserPoolUser", parts),
      ofType("AWS::Cognito::UserPoolUserToGroupAttachment", parts),
      { schema: ofPool.schema, groups },
    ),
    clients: [first ?? ownClient(pool, findings), ...others],
  };
}

function warnOfPoolElsewhere([client]: Choice["clients"], findings: Findings): void {
  findings.warn(
    client?.path ?? "Resources",
    "has no AWS::Cognito::UserPool here. The pool is one of local Cognito's own; give the template that has yours with another --template.",
  );
}

/** In CDK, Serverless and nested stacks the clients are often in another file. */
function ownClient(pool: Choice["pool"], findings: Findings): ClientSettings {
  findings.warn(
    `Resources.${pool?.name}`,
    "has no AWS::Cognito::UserPoolClient here. The client is one of local Cognito's own; give the template that has yours with another --template.",
  );
  return tutorialSettings.clients[0];
}

/** Two clients of a pool may have one name at AWS; here it tells them apart. */
function uniquelyNamed(clients: ClientSettings[]): ClientSettings[] {
  const taken = new Map<string, number>();
  return clients.map((client) => {
    const count = (taken.get(client.name) ?? 0) + 1;
    taken.set(client.name, count);
    return count === 1 ? client : { ...client, name: `${client.name}-${count}` };
  });
}

function resourceServerSettings({
  name,
  properties: { Identifier = name, Name = name, Scopes = [] },
}: Resource<"AWS::Cognito::UserPoolResourceServer">): ResourceServerSettings {
  return {
    identifier: Identifier,
    name: Name,
    scopes: Scopes.map(({ ScopeName = "", ScopeDescription = "" }) => ({
      name: ScopeName,
      description: ScopeDescription,
    })),
  };
}

function groupSettings({
  name,
  properties: { GroupName = name, Description, Precedence, RoleArn },
}: Resource<"AWS::Cognito::UserPoolGroup">): GroupSettings {
  return {
    name: GroupName,
    ...(Description !== undefined && { description: Description }),
    ...(Precedence !== undefined && { precedence: Precedence }),
    ...(RoleArn !== undefined && { roleArn: RoleArn }),
  };
}
