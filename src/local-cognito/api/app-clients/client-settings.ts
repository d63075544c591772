import type { ClientSettings, PoolSettings } from "../../pool/pool-settings.ts";
import { isOnThisMachine, registrationProblem } from "../../pool/registered-urls.ts";
import { ApiException } from "../exceptions.ts";
import type { ClientInput } from "./client-input.ts";

const seconds = { seconds: 1, minutes: 60, hours: 60 * 60, days: 24 * 60 * 60 };
const standardScopes = ["openid", "email", "phone", "profile", "aws.cognito.signin.user.admin"];

/** What a client is set to by this input, with the API's defaults, and what of it is not done here. */
export function clientSettings(
  input: ClientInput,
  pool: PoolSettings,
  { name, hasSecret }: { name: string; hasSecret: boolean },
): { settings: ClientSettings; remarks: string[] } {
  const remarks: string[] = [];
  const { CallbackURLs = [], LogoutURLs = [], DefaultRedirectURI } = input;
  const defaultRedirectUrl = DefaultRedirectURI && staying([DefaultRedirectURI], remarks)[0];
  if (DefaultRedirectURI && !CallbackURLs.includes(DefaultRedirectURI)) {
    throw invalid("DefaultRedirectURI has to be one of the CallbackURLs.");
  }
  const settings: ClientSettings = {
    name,
    hasSecret,
    callbackUrls: staying(CallbackURLs, remarks),
    ...(defaultRedirectUrl && { defaultRedirectUrl }),
    signOutUrls: staying(LogoutURLs, remarks),
    scopes: scopesIn(input, pool),
    grants: grantsIn(input, hasSecret),
    authFlows: authFlowsIn(input),
    identityProviders: providersIn(input, pool),
    ...lifetimesIn(input),
    authSessionMinutes: input.AuthSessionValidity ?? 3,
    refreshTokenRotation: rotationIn(input),
    hidesUserExistence: input.PreventUserExistenceErrors === "ENABLED",
    ...(input.ReadAttributes && { readAttributes: input.ReadAttributes }),
    ...(input.WriteAttributes && { writeAttributes: input.WriteAttributes }),
    revokesTokens: input.EnableTokenRevocation ?? true,
  };
  return { settings, remarks };
}

/** A client may be deployed as well, with addresses of public sites; from here nobody is sent to them. */
function staying(urls: string[], remarks: string[]): string[] {
  for (const url of urls) {
    const problem = registrationProblem(url);
    if (problem) throw invalid(`A URL cannot be registered: it ${problem}`);
  }
  const kept = urls.filter(isOnThisMachine);
  if (kept.length < urls.length) {
    remarks.push(
      "URLs that are not on this machine were left out: local Cognito sends nobody there.",
    );
  }
  return kept;
}

function scopesIn({ AllowedOAuthScopes = [] }: ClientInput, { resourceServers }: PoolSettings) {
  const custom = resourceServers.flatMap(({ identifier, scopes }) =>
    scopes.map(({ name }) => `${identifier}/${name}`),
  );
  const unknown = AllowedOAuthScopes.find(
    (scope) => ![...standardScopes, ...custom].includes(scope),
  );
  if (unknown === undefined) return AllowedOAuthScopes;
  throw new ApiException("ScopeDoesNotExistException", `Invalid scope requested: ${unknown}`);
}

function grantsIn(
  { AllowedOAuthFlows = [], AllowedOAuthFlowsUserPoolClient = false }: ClientInput,
  hasSecret: boolean,
) {
  if (AllowedOAuthFlows.includes("client_credentials")) {
    if (AllowedOAuthFlows.length > 1) {
      throw new ApiException(
        "InvalidOAuthFlowException",
        "client_credentials flow can not be selected along with code flow or implicit flow.",
      );
    }
    if (!hasSecret) {
      throw new ApiException(
        "InvalidOAuthFlowException",
        "client_credentials flow can not be selected if client does not have a client secret.",
      );
    }
  }
  return AllowedOAuthFlowsUserPoolClient ? AllowedOAuthFlows : [];
}

function authFlowsIn({ ExplicitAuthFlows = [] }: ClientInput): ClientSettings["authFlows"] {
  if (ExplicitAuthFlows.length === 0) {
    return ["ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_CUSTOM_AUTH"];
  }
  const current = ExplicitAuthFlows.filter((flow) => flow.startsWith("ALLOW_"));
  if (current.length > 0 && current.length < ExplicitAuthFlows.length) {
    throw invalid("Names that begin with ALLOW_ cannot stand beside those of before 2019.");
  }
  return ExplicitAuthFlows;
}

function providersIn(
  { SupportedIdentityProviders = [] }: ClientInput,
  pool: PoolSettings,
): string[] {
  const known = ["COGNITO", ...pool.identityProviders.map(({ name }) => name)];
  const unknown = SupportedIdentityProviders.find((name) => !known.includes(name));
  if (unknown === undefined) return SupportedIdentityProviders;
  throw invalid(`The provider ${unknown} does not exist in this pool.`);
}

function lifetimesIn(input: ClientInput) {
  const { TokenValidityUnits: units = {} } = input;
  const shortest = 5 * seconds.minutes;
  return {
    idTokenSeconds: lifetime(input.IdTokenValidity, units.IdToken ?? "hours", {
      usual: seconds.hours,
      least: shortest,
      most: seconds.days,
    }),
    accessTokenSeconds: lifetime(input.AccessTokenValidity, units.AccessToken ?? "hours", {
      usual: seconds.hours,
      least: shortest,
      most: seconds.days,
    }),
    refreshTokenSeconds: lifetime(input.RefreshTokenValidity, units.RefreshToken ?? "days", {
      usual: 30 * seconds.days,
      least: seconds.hours,
      most: 3650 * seconds.days,
    }),
  };
}

function lifetime(
  given: number | undefined,
  unit: keyof typeof seconds,
  { usual, least, most }: { usual: number; least: number; most: number },
): number {
  if (!given) return usual;
  const result = given * seconds[unit];
  if (result >= least && result <= most) return result;
  throw invalid("Invalid range for token validity.");
}

function rotationIn({ RefreshTokenRotation: rotation }: ClientInput) {
  if (rotation?.Feature !== "ENABLED") return undefined;
  return { graceSeconds: rotation.RetryGracePeriodSeconds ?? 0 };
}

function invalid(message: string): ApiException {
  return new ApiException("InvalidParameterException", message);
}
