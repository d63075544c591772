import type { Findings } from "../findings.ts";
import type { Resource } from "../resources/read-resources.ts";

type Pool = Resource<"AWS::Cognito::UserPool">;
type Client = Resource<"AWS::Cognito::UserPoolClient">;

/** Notes what AWS would refuse of a pool's domains, and where there would be no pages. */
export function findDomainProblems(
  pool: Pool,
  clients: Client[],
  domains: Resource<"AWS::Cognito::UserPoolDomain">[],
  stylings: Resource<"AWS::Cognito::ManagedLoginBranding">[],
  findings: Findings,
): void {
  if (domains.length === 0) {
    findings.warn(
      `Resources.${pool.name}`,
      "has no AWS::Cognito::UserPoolDomain, without which a pool has no sign-in pages at AWS. It has them here.",
    );
  }
  for (const { path, properties, findings: own } of domains) {
    const { Domain = "", CustomDomainConfig, ManagedLoginVersion } = properties;
    const problem = CustomDomainConfig ? customDomainProblem(Domain) : prefixProblem(Domain);
    if (Domain && problem) own.problem(`${path}.Domain`, problem);
    if (ManagedLoginVersion !== 2) continue;
    if (pool.properties.UserPoolTier === "LITE") {
      own.problem(
        `${path}.ManagedLoginVersion`,
        "needs UserPoolTier ESSENTIALS or PLUS; it is LITE.",
      );
    }
    for (const client of clients) warnOfMissingStyle(client, path, own);
  }

  /** Without a client, a style is for the whole pool. */
  function warnOfMissingStyle({ name }: Client, path: string, own: Findings): void {
    const has = stylings.some(
      ({ properties: { ClientId } }) => ClientId === undefined || ClientId === name,
    );
    if (has) return;
    own.warn(
      `${path}.ManagedLoginVersion`,
      `is 2, and ${name} has no AWS::Cognito::ManagedLoginBranding: at AWS it gets “Login pages unavailable”.`,
    );
  }
}

function prefixProblem(prefix: string): string | undefined {
  if (!/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(prefix)) {
    return "must be 1 to 63 lower-case letters, digits and hyphens, with no hyphen at either end; a domain of your own needs CustomDomainConfig.";
  }
  const word = /aws|amazon|cognito/.exec(prefix)?.[0];
  return word && `must not contain ${word}.`;
}

function customDomainProblem(domain: string): string | undefined {
  const isDomain = /^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z0-9-]+$/.test(domain);
  return isDomain ? undefined : "must be a domain such as auth.example.com.";
}
