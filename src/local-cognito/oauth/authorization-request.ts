import { z } from "zod";
import { assumptions } from "../assumptions.ts";
import type { Refusal } from "../errors.ts";
import type { AppClient, Clients } from "../pool/clients.ts";
import { refusalOf } from "./authorization-checks.ts";
import { errorPage, errorResponse } from "./authorization-response.ts";
import { idReason } from "./client-refusals.ts";
import { defaultCallbackUrl, noDefaultReason } from "./default-callback-url.ts";
import { redirectReason } from "./redirect-differences.ts";
import { assertStaysHere } from "./staying-here.ts";

/** A sign-in that the app has asked for; client and callback URL have been checked. */
export interface AuthorizationRequest {
  /** The app that asks. */
  client: AppClient;
  /** `token` is the implicit grant. */
  responseType: "code" | "token";
  redirectUri: string;
  scopes: string[];
  state: string | undefined;
  nonce: string | undefined;
  codeChallenge: string | undefined;
  loginHint: string | undefined;
  prompts: string[];
  /** What the access token is to be for, and has as its audience (RFC 8707). */
  resource: string | undefined;
  /** Where the app wants its visitor to come from: a provider of the client's, or `COGNITO` for the pool's own users. */
  identityProvider: string | undefined;
}

const { longestParameter, unknownClientError: unknownClient } = assumptions;

/** What is told of a request that names no address to return to. */
export function redirectUriMissing(reason: string): Refusal {
  return { error: "Required String parameter 'redirect_uri' is not present", reason };
}

const parameter = z.string().max(longestParameter).optional();
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
  resource: parameter,
});
type Parameters = z.infer<typeof parametersShape>;

/**
 * Reads the query of authorize and of the hosted pages. Throws RedirectInstead. It leads to our own
 * error page until client and redirect_uri are known to be good, and then to the app with an OAuth error.
 */
export function readAuthorizationRequest(
  query: Record<string, unknown>,
  clients: Clients,
): AuthorizationRequest {
  const client = clientNamed(query.client_id, clients);
  const redirectUri = readRedirectUri(query, client);
  const state = parameter.safeParse(query.state).data;
  const parsed = parametersShape.safeParse(query);
  if (!parsed.success) throw errorResponse({ redirectUri, state }, unreadable(query, parsed.error));
  const parameters = parsed.data;
  const scopes = scopesOf(parameters, client);
  const prompts = wordsOf(parameters.prompt);
  const refusal = refusalOf(parameters, scopes, prompts, client);
  if (refusal) throw errorResponse({ redirectUri, state }, refusal);
  return {
    client,
    responseType: parameters.response_type === "token" ? "token" : "code",
    redirectUri,
    state,
    scopes,
    nonce: parameters.nonce,
    codeChallenge: parameters.code_challenge,
    // Where a provider is named, the hint is for that provider.
    loginHint: namesProvider(parameters) ? undefined : parameters.login_hint,
    prompts,
    resource: parameters.resource,
    identityProvider: parameters.identity_provider,
  };
}

function readRedirectUri(query: Record<string, unknown>, client: AppClient): string {
  const { redirect_uri: redirectUri = defaultCallbackUrl(client) } = query;
  if (redirectUri === undefined) throw errorPage(redirectUriMissing(noDefaultReason(client)));
  // Exactly one of the registered strings: no normalising, no prefixes, and not a repeated parameter.
  const registered = client.callbackUrls.find((url) => url === redirectUri);
  if (registered === undefined) {
    const reason = redirectReason("redirect_uri", redirectUri, client.callbackUrls);
    throw errorPage({ error: "redirect_mismatch", reason }, client.clientId);
  }
  assertStaysHere("redirect_uri", registered, client.clientId);
  return registered;
}

/** Returns the client of that id; throws the redirect to the error page where the pool has none. */
export function clientNamed(clientId: unknown, clients: Clients): AppClient {
  const client = clients.find(clientId);
  if (client) return client;
  const error = clientId === undefined ? "Required parameters missing" : unknownClient;
  throw errorPage({ error, reason: idReason(clientId, clients) });
}

function unreadable(query: Record<string, unknown>, { issues }: z.ZodError): Refusal {
  const name = String(issues[0]?.path[0]);
  const isRepeated = Array.isArray(query[name]);
  const problem = isRepeated ? "was sent more than once" : `is longer than ${longestParameter}`;
  return { error: "invalid_request", reason: `${name} ${problem}.` };
}

function namesProvider({ identity_provider, idp_identifier }: Parameters): boolean {
  return identity_provider !== undefined || idp_identifier !== undefined;
}

function scopesOf({ scope }: Parameters, client: AppClient): string[] {
  const asked = [...new Set(wordsOf(scope))];
  return asked.length > 0 ? asked : client.scopes;
}

function wordsOf(value = ""): string[] {
  return value.split(" ").filter((word) => word !== "");
}
