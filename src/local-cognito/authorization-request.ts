import { z } from "zod";
import type { AppClient } from "./app-client.ts";
import { assumptions } from "./assumptions.ts";
import { errorPage, errorResponse } from "./authorization-response.ts";

/** A sign-in that the app has asked for; client and callback URL have been checked. */
export interface AuthorizationRequest {
  redirectUri: string;
  scopes: string[];
  state: string | undefined;
  nonce: string | undefined;
  codeChallenge: string | undefined;
  loginHint: string | undefined;
  prompts: string[];
}

const parameter = z.string().max(assumptions.longestParameter).optional();
const parametersShape = z.object({
  response_type: parameter,
  scope: parameter,
  state: parameter,
  nonce: parameter,
  code_challenge: parameter,
  code_challenge_method: parameter,
  identity_provider: parameter,
  idp_identifier: parameter,
  login_hint: parameter,
  prompt: parameter,
});
type Parameters = z.infer<typeof parametersShape>;

const CODE_CHALLENGE = /^[A-Za-z0-9_-]{43}$/; // base64url of 32 bytes, RFC 7636 §4.2
const PROMPTS = ["none", "login", "select_account", "consent"];

/**
 * Reads the query of authorize and of the hosted pages. Throws RedirectInstead: to our own error page
 * while client and redirect_uri are not known to be good, and to the app with an OAuth error from then on.
 */
export function readAuthorizationRequest(
  query: Record<string, unknown>,
  client: AppClient,
): AuthorizationRequest {
  const redirectUri = readRedirectUri(query, client);
  const parsed = parametersShape.safeParse(query);
  const state = parameter.safeParse(query.state).data;
  const problem = parsed.success ? problemOf(parsed.data, client) : "invalid_request";
  if (problem || !parsed.success) throw errorResponse({ redirectUri, state }, problem ?? "");
  const parameters = parsed.data;
  return {
    redirectUri,
    state,
    scopes: scopesOf(parameters, client),
    nonce: parameters.nonce,
    codeChallenge: parameters.code_challenge,
    loginHint: parameters.login_hint,
    prompts: wordsOf(parameters.prompt),
  };
}

function readRedirectUri(query: Record<string, unknown>, client: AppClient): string {
  const [onlyCallbackUrl, ...others] = client.callbackUrls;
  const fallback = others.length === 0 ? onlyCallbackUrl : undefined;
  const { client_id: clientId, redirect_uri: redirectUri = fallback } = query;
  if (clientId === undefined) throw errorPage("Required parameters missing");
  if (clientId !== client.clientId) throw errorPage(assumptions.unknownClientError);
  if (redirectUri === undefined) {
    throw errorPage("Required String parameter 'redirect_uri' is not present");
  }
  // Exactly one of the registered strings: no normalising, no prefixes, and not a repeated parameter.
  const registered = client.callbackUrls.find((url) => url === redirectUri);
  if (registered === undefined) throw errorPage("redirect_mismatch", client.clientId);
  return registered;
}

function problemOf(parameters: Parameters, client: AppClient): string | undefined {
  return (
    responseTypeProblem(parameters.response_type) ??
    codeChallengeProblem(parameters.code_challenge, parameters.code_challenge_method) ??
    scopeProblem(scopesOf(parameters, client), client) ??
    providerProblem(parameters) ??
    promptProblem(wordsOf(parameters.prompt))
  );
}

function responseTypeProblem(responseType: string | undefined): string | undefined {
  if (responseType === "code") return undefined;
  return responseType === "token" ? "unauthorized_client" : "invalid_request";
}

function codeChallengeProblem(challenge?: string, method?: string): string | undefined {
  if (challenge === undefined && method === undefined) return undefined;
  const isGood = method === "S256" && CODE_CHALLENGE.test(challenge ?? "");
  return isGood ? undefined : "invalid_request";
}

function scopeProblem(scopes: string[], client: AppClient): string | undefined {
  // email, phone and profile mean something only beside openid.
  const isGood = scopes.includes("openid") && scopes.every((s) => client.scopes.includes(s));
  return isGood ? undefined : assumptions.scopeErrorCode;
}

function providerProblem({ identity_provider, idp_identifier }: Parameters): string | undefined {
  const isOurs = identity_provider === undefined || identity_provider === "COGNITO";
  return isOurs && idp_identifier === undefined ? undefined : assumptions.unknownProviderErrorCode;
}

function promptProblem(prompts: string[]): string | undefined {
  const isGood = prompts.every((prompt) => PROMPTS.includes(prompt));
  const isContradiction = prompts.includes("none") && prompts.length > 1;
  return isGood && !isContradiction ? undefined : "invalid_request";
}

function scopesOf({ scope }: Parameters, client: AppClient): string[] {
  const asked = [...new Set(wordsOf(scope))];
  return asked.length > 0 ? asked : client.scopes;
}

function wordsOf(value = ""): string[] {
  return value.split(" ").filter((word) => word !== "");
}
