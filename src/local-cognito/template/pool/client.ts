import type { ClientSettings } from "../../pool/pool-settings.ts";
import { registrationProblem } from "../../pool/registered-urls.ts";
import { type Findings, pathOf } from "../findings.ts";
import { isStandInText } from "../language/stand-in.ts";
import type { Resource } from "../resources/read-resources.ts";
import type { PropertiesOf } from "../resources/shapes.ts";
import { attributePermissions, type PoolOfClient } from "./attributes.ts";
import { grantsOf } from "./grants.ts";
import { lifetimesOf } from "./lifetimes.ts";

type Client = PropertiesOf<"AWS::Cognito::UserPoolClient">;

/** The app client's settings, with AWS's defaults for what is not named; those are not the console's. */
export function clientSettings(
  { name, path, properties, findings }: Resource<"AWS::Cognito::UserPoolClient">,
  pool: PoolOfClient,
): ClientSettings {
  findBadUrls(properties, path, findings);
  const customScopes = pool.resourceServers.flatMap(({ identifier, scopes }) =>
    scopes.map((scope) => `${identifier}/${scope.name}`),
  );
  return {
    name: properties.ClientName ?? name,
    hasSecret: properties.GenerateSecret ?? false,
    callbackUrls: properties.CallbackURLs ?? [],
    defaultRedirectUrl: properties.DefaultRedirectURI,
    signOutUrls: properties.LogoutURLs ?? [],
    ...grantsOf(properties, pool.isHere ? customScopes : undefined, path, findings),
    ...lifetimesOf(properties, path, findings),
    authSessionMinutes: properties.AuthSessionValidity ?? 3,
    identityProviders: providersOf(properties, pool, path, findings),
    hidesUserExistence: properties.PreventUserExistenceErrors === "ENABLED",
    ...attributePermissions(properties, pool, path, findings),
    revokesTokens: properties.EnableTokenRevocation ?? true,
  };
}

function findBadUrls(
  { CallbackURLs = [], LogoutURLs = [], DefaultRedirectURI }: Client,
  path: string,
  findings: Findings,
): void {
  for (const [name, urls] of Object.entries({ CallbackURLs, LogoutURLs })) {
    urls.forEach((url, index) => {
      const problem = registrationProblem(url);
      if (problem) findings.problem(pathOf(path, name, index), problem);
    });
  }
  if (DefaultRedirectURI === undefined || CallbackURLs.includes(DefaultRedirectURI)) return;
  findings.problem(`${path}.DefaultRedirectURI`, "must be one of the CallbackURLs.");
}

/** At AWS a client without SupportedIdentityProviders offers nobody a way in on the pages. */
function providersOf(
  { SupportedIdentityProviders, AllowedOAuthFlowsUserPoolClient, AllowedOAuthFlows = [] }: Client,
  { providers, isHere }: PoolOfClient,
  path: string,
  findings: Findings,
): string[] {
  const usesPages =
    AllowedOAuthFlowsUserPoolClient &&
    AllowedOAuthFlows.some((flow) => flow !== "client_credentials");
  if (!SupportedIdentityProviders && usesPages) {
    findings.warn(
      `${path}.SupportedIdentityProviders`,
      "is left out, so the sign-in pages have no way in for this client, as at AWS. Name COGNITO for the pool's own users.",
    );
  }
  return (SupportedIdentityProviders ?? []).filter((name, index) => {
    const isThere = providers.includes(name);
    const at = pathOf(path, "SupportedIdentityProviders", index);
    if (isHere && !isThere && !isStandInText(name)) {
      findings.problem(at, `there is no identity provider ${name} in this pool.`);
    }
    return isThere;
  });
}
