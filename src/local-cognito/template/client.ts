import type { ClientSettings } from "../pool/pool-settings.ts";
import { registrationProblem } from "../pool/registered-urls.ts";
import { type Findings, pathOf } from "./problems.ts";
import type { PropertiesOf } from "./properties.ts";
import type { Resource } from "./resources.ts";

type Client = PropertiesOf<"AWS::Cognito::UserPoolClient">;
type Token = "IdToken" | "AccessToken" | "RefreshToken";

const seconds = { seconds: 1, minutes: 60, hours: 60 * 60, days: 24 * 60 * 60 };

const lifetimes = {
  IdToken: { unit: "hours", fallback: seconds.hours, least: 5 * 60, most: seconds.days },
  AccessToken: { unit: "hours", fallback: seconds.hours, least: 5 * 60, most: seconds.days },
  RefreshToken: {
    unit: "days",
    fallback: 30 * seconds.days,
    least: seconds.hours,
    most: 3650 * seconds.days,
  },
} as const;

/** The app client's settings, with AWS's defaults for what is not named; those are not the console's. */
export function clientSettings(
  { name, path, properties }: Resource<"AWS::Cognito::UserPoolClient">,
  providers: (string | undefined)[],
  findings: Findings,
): ClientSettings {
  const { SupportedIdentityProviders = ["COGNITO"], ReadAttributes } = properties;
  SupportedIdentityProviders.forEach((name, index) => {
    if (providers.includes(name)) return;
    const at = pathOf(path, "SupportedIdentityProviders", index);
    findings.problem(at, `there is no identity provider ${name} in this pool.`);
  });
  findBadUrls(properties, path, findings);
  warnOfWhatIsNotSimulated(properties, path, findings);
  const lifetime = (token: Token) => lifetimeSeconds(token, properties, path, findings);
  return {
    name,
    hasSecret: true,
    callbackUrls: properties.CallbackURLs ?? [],
    defaultRedirectUrl: properties.DefaultRedirectURI,
    signOutUrls: properties.LogoutURLs ?? [],
    scopes: properties.AllowedOAuthScopes ?? [],
    grants: ["code"],
    authFlows: ["ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_CUSTOM_AUTH"],
    identityProviders: SupportedIdentityProviders,
    idTokenSeconds: lifetime("IdToken"),
    accessTokenSeconds: lifetime("AccessToken"),
    refreshTokenSeconds: lifetime("RefreshToken"),
    authSessionMinutes: 3,
    refreshTokenRotation: rotationOf(properties, path, findings),
    hidesUserExistence: properties.PreventUserExistenceErrors === "ENABLED",
    readAttributes: ReadAttributes,
    revokesTokens: true,
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

function lifetimeSeconds(token: Token, client: Client, path: string, findings: Findings): number {
  const { fallback, least, most, unit } = lifetimes[token];
  const given = client[`${token}Validity`];
  if (!given) return fallback;
  const lifetime = given * seconds[client.TokenValidityUnits?.[token] ?? unit];
  if (lifetime < least || lifetime > most) {
    const limits = `from ${least / 60} minutes to ${most / seconds.days} days`;
    findings.problem(
      `${path}.${token}Validity`,
      `makes ${lifetime / 60} minutes; AWS allows ${limits}.`,
    );
  }
  return lifetime;
}

function rotationOf(
  { RefreshTokenRotation, ExplicitAuthFlows = [] }: Client,
  path: string,
  findings: Findings,
): ClientSettings["refreshTokenRotation"] {
  if (RefreshTokenRotation?.Feature !== "ENABLED") return undefined;
  const index = ExplicitAuthFlows.indexOf("ALLOW_REFRESH_TOKEN_AUTH");
  if (index >= 0) {
    const at = pathOf(path, "ExplicitAuthFlows", index);
    findings.problem(at, "ALLOW_REFRESH_TOKEN_AUTH cannot stand beside RefreshTokenRotation.");
  }
  return { graceSeconds: RefreshTokenRotation.RetryGracePeriodSeconds ?? 0 };
}

function warnOfWhatIsNotSimulated(client: Client, path: string, findings: Findings): void {
  const { AllowedOAuthFlows = [], AllowedOAuthScopes = [] } = client;
  const warn = (name: string, what: string) => findings.warn(`${path}.${name}`, what);
  if (!client.AllowedOAuthFlowsUserPoolClient) {
    warn(
      "AllowedOAuthFlowsUserPoolClient",
      "is not true: at AWS the sign-in pages refuse this client.",
    );
  }
  if (!AllowedOAuthFlows.includes("code")) {
    warn("AllowedOAuthFlows", "does not name code, which is the only flow of local Cognito.");
  }
  if (!AllowedOAuthScopes.includes("openid")) {
    warn("AllowedOAuthScopes", "does not name openid: nobody can sign in to an app like this one.");
  }
  if (!client.GenerateSecret) {
    warn("GenerateSecret", "is not true. Local Cognito's client has a secret all the same.");
  }
  if (client.EnableTokenRevocation === false) {
    warn("EnableTokenRevocation", "is false. Local Cognito revokes all the same.");
  }
}
