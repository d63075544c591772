import type { AuthFlow, ClientSettings } from "../../pool/pool-settings.ts";
import { type Findings, pathOf } from "../findings.ts";
import { isStandInText } from "../language/stand-in.ts";
import type { PropertiesOf } from "../resources/shapes.ts";

type Client = PropertiesOf<"AWS::Cognito::UserPoolClient">;
type Grants = Pick<ClientSettings, "grants" | "scopes" | "authFlows" | "refreshTokenRotation">;

const defaultAuthFlows: AuthFlow[] = [
  "ALLOW_REFRESH_TOKEN_AUTH",
  "ALLOW_USER_SRP_AUTH",
  "ALLOW_CUSTOM_AUTH",
];

const ownScopes = ["openid", "email", "phone", "profile", "aws.cognito.signin.user.admin"];

/**
 * What a client may ask for, on the pages and by the API; notes what AWS would refuse. Undefined custom scopes are those
 * of a pool that is elsewhere.
 */
export function grantsOf(
  client: Client,
  customScopes: string[] | undefined,
  path: string,
  findings: Findings,
): Grants {
  const { AllowedOAuthScopes = [], ExplicitAuthFlows } = client;
  findWrongFlows(client, path, findings);
  if (customScopes) findWrongScopes(AllowedOAuthScopes, customScopes, path, findings);
  findMixedAuthFlows(ExplicitAuthFlows ?? [], path, findings);
  return {
    grants: client.AllowedOAuthFlowsUserPoolClient ? (client.AllowedOAuthFlows ?? []) : [],
    scopes: AllowedOAuthScopes,
    authFlows: ExplicitAuthFlows ?? defaultAuthFlows,
    refreshTokenRotation: rotationOf(client, path, findings),
  };
}

function findWrongFlows(client: Client, path: string, findings: Findings): void {
  const { AllowedOAuthFlows = [], AllowedOAuthScopes = [] } = client;
  const at = AllowedOAuthFlows.indexOf("client_credentials");
  if (at >= 0 && AllowedOAuthFlows.length > 1) {
    findings.problem(
      pathOf(path, "AllowedOAuthFlows", at),
      "client_credentials cannot stand beside code or implicit: give it a client of its own.",
    );
  }
  if (at >= 0 && !client.GenerateSecret) {
    findings.problem(
      pathOf(path, "AllowedOAuthFlows", at),
      "client_credentials needs a client with a secret (GenerateSecret: true).",
    );
  }
  if (client.AllowedOAuthFlowsUserPoolClient) {
    for (const [name, values] of Object.entries({ AllowedOAuthFlows, AllowedOAuthScopes })) {
      if (values.length > 0) continue;
      findings.problem(
        `${path}.${name}`,
        "is required where AllowedOAuthFlowsUserPoolClient is true.",
      );
    }
  } else if (AllowedOAuthFlows.length > 0) {
    findings.warn(
      `${path}.AllowedOAuthFlowsUserPoolClient`,
      "is not true, so the sign-in pages refuse this client, as they do at AWS.",
    );
  }
}

function findWrongScopes(
  scopes: string[],
  customScopes: string[],
  path: string,
  findings: Findings,
): void {
  scopes.forEach((scope, index) => {
    if (ownScopes.includes(scope) || customScopes.includes(scope) || isStandInText(scope)) return;
    const what = scope.includes("/")
      ? `no resource server of this pool has the scope ${scope}.`
      : `there is no scope ${scope}.`;
    findings.problem(pathOf(path, "AllowedOAuthScopes", index), what);
  });
}

function findMixedAuthFlows(flows: AuthFlow[], path: string, findings: Findings): void {
  const isNew = (flow: AuthFlow) => flow.startsWith("ALLOW_");
  if (!flows.some(isNew)) return;
  flows.forEach((flow, index) => {
    if (isNew(flow)) return;
    const at = pathOf(path, "ExplicitAuthFlows", index);
    findings.problem(
      at,
      `${flow} is an old name, which cannot stand beside those that begin with ALLOW_.`,
    );
  });
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
    findings.warn(
      at,
      "has no effect beside RefreshTokenRotation: at AWS a client that rotates does not refresh by InitiateAuth. It calls GetTokensFromRefreshToken or the token endpoint.",
    );
  }
  return { graceSeconds: RefreshTokenRotation.RetryGracePeriodSeconds ?? 0 };
}
