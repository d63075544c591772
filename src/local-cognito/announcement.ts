import type { LocalCognito } from "./local-cognito.ts";
import type { PoolSettings } from "./pool/pool-settings.ts";

/** What the command says once the pool runs: where everything is, and how others are pointed at it. */
export function announcement(
  { origin, issuer, clients, triggers, ...ids }: LocalCognito,
  settings: PoolSettings,
): string {
  const { callbackUrls } = settings.clients[0];
  return `
Local Cognito is running at ${origin}
  its users:     ${origin}/_local/users
  its inbox:     ${origin}/_local/inbox
  its requests:  ${origin}/_local/requests
  its metadata:  ${issuer}/.well-known/openid-configuration
  it answers to: ${callbackUrls.join(", ") || "no callback URL"}
${triggers.length > 0 ? `  its triggers:  ${triggers.join(", ")}\n` : ""}
${waysToPoint(origin, ids.userPoolId, settings.region, clientForAmplify(clients))}

COGNITO_DOMAIN=${origin}
COGNITO_ISSUER=${issuer}
COGNITO_USER_POOL_ID=${ids.userPoolId}
CLIENT_ID=${ids.clientId}
${ids.clientSecret && `CLIENT_SECRET=${ids.clientSecret}\n`}${otherClients(clients)}
`;
}

function otherClients([, ...others]: LocalCognito["clients"]): string {
  const lines = others.map(({ name, clientId, clientSecret }) => {
    return `  ${name}: id ${clientId}, ${clientSecret ? `secret ${clientSecret}` : "no secret"}\n`;
  });
  return lines.length > 0 ? `\nIts other clients:\n${lines.join("")}` : "";
}

function waysToPoint(origin: string, pool: string, region: string, client: string): string {
  const keys = "AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local";
  return `Point others at it; any access key will do (${keys}):
  AWS SDK:  new CognitoIdentityProviderClient({ region: "${region}", endpoint: "${origin}" })
  AWS CLI:  aws cognito-idp list-users --user-pool-id ${pool} --region ${region} --endpoint-url ${origin}
  boto3:    boto3.client("cognito-idp", region_name="${region}", endpoint_url="${origin}")
  Amplify:  Amplify.configure({ Auth: { Cognito: { userPoolId: "${pool}", userPoolClientId: "${client}", userPoolEndpoint: "${origin}" } } })
  Cypress:  cy.origin("${origin}", () => { … }) around what a test does on the sign-in page
  Playwright: await page.waitForURL("${origin}/login?*")`;
}

/** Amplify keeps no secret. */
function clientForAmplify(clients: LocalCognito["clients"]): string {
  const open = clients.find(({ clientSecret }) => clientSecret === undefined);
  return open?.clientId ?? "of a client without a secret";
}
