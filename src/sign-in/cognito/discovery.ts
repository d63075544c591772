import { z } from "zod";
import { printable } from "../printable.ts";
import type { CognitoHttp } from "./calls/cognito-http.ts";
import { parseJsonAnswer } from "./calls/json-answer.ts";
import type { UserPool } from "./user-pool.ts";

const discoverySchema = z.object({
  issuer: z.string(),
  jwks_uri: z.string(),
  authorization_endpoint: z.string(),
  token_endpoint: z.string(),
});

/**
 * How the pool's own description differs from what the settings lead to, in sentences for the log; empty where it
 * agrees. The settings stay in force: an answer from outside never redirects the app. Throws as `CognitoHttp` does.
 */
export async function compareWithDiscovery(
  http: CognitoHttp,
  userPool: UserPool,
): Promise<string[]> {
  const answer = await http.get(userPool.discoveryUri);
  const parsed = discoverySchema.safeParse(parseJsonAnswer(answer));
  if (answer.status !== 200 || !parsed.success) {
    return [
      `The pool's description at ${userPool.discoveryUri} is not one (status ${answer.status}). Check COGNITO_USER_POOL_ID or COGNITO_ISSUER.`,
    ];
  }
  const { data } = parsed;
  const pairs = [
    ["issuer", data.issuer, userPool.issuer],
    ["jwks_uri", data.jwks_uri, userPool.jwksUri],
    ["authorization_endpoint", data.authorization_endpoint, userPool.authorizationEndpoint],
    ["token_endpoint", data.token_endpoint, userPool.tokenEndpoint],
  ] as const;
  return pairs
    .filter(([, actual, expected]) => actual !== expected)
    .map(
      ([name, actual, expected]) =>
        `The pool's ${name} is ${printable(actual.slice(0, 300))}, the settings lead to ${expected}. Check COGNITO_DOMAIN and COGNITO_USER_POOL_ID.`,
    );
}
