import type { RequestHandler } from "express";
import { assumptions } from "../assumptions.ts";
import type { AppClient, Clients } from "../pool/clients.ts";
import { clientNamed, redirectUriMissing } from "./authorization-request.ts";
import { errorPage } from "./authorization-response.ts";
import type { AuthorizationServer } from "./authorization-server.ts";
import { redirectReason } from "./redirect-differences.ts";
import { assertStaysHere } from "./staying-here.ts";

const passedOn = ["client_id", "redirect_uri", "response_type", "state", "nonce"];

/**
 * GET /logout: ends the hosted session, then leads to a registered sign-out URL, or to the sign-in page for
 * somebody else. Whatever is wrong with the address, the session is over. Tokens live on.
 */
export function logout(pool: AuthorizationServer, origin: string): RequestHandler {
  return (req, res) => {
    pool.sessions.end(req, res);
    res.redirect(302, destination(req.query, pool.clients, origin));
  };
}

function destination(query: Record<string, unknown>, clients: Clients, origin: string): string {
  const client = clientNamed(query.client_id, clients);
  if (query.logout_uri !== undefined) return signOutUrl(query.logout_uri, client);
  if (query.redirect_uri === undefined) {
    const reason = "Both logout_uri and redirect_uri are missing; Cognito needs one of them.";
    throw errorPage(redirectUriMissing(reason));
  }
  if (!client.callbackUrls.some((url) => url === query.redirect_uri)) {
    throw mismatch("redirect_uri", query.redirect_uri, client.callbackUrls, client);
  }
  return `${origin}${signInAddress(query, client)}`;
}

function signOutUrl(logoutUri: unknown, client: AppClient): string {
  const registered = client.signOutUrls.find((url) => url === logoutUri);
  if (registered === undefined) throw mismatch("logout_uri", logoutUri, client.signOutUrls, client);
  assertStaysHere("logout_uri", registered, client.clientId);
  return registered;
}

function mismatch(name: string, given: unknown, registered: string[], { clientId }: AppClient) {
  const reason = redirectReason(name, given, registered);
  const isSignOut = name === "logout_uri";
  const error = isSignOut ? assumptions.unregisteredSignOutError : "redirect_mismatch";
  return errorPage({ error, reason }, clientId);
}

function signInAddress(query: Record<string, unknown>, client: AppClient): string {
  const { scope = client.scopes.join(" ") } = query;
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries({ ...query, scope })) {
    const isPassedOn = passedOn.includes(name) || name === "scope";
    if (isPassedOn && typeof value === "string") parameters.append(name, value);
  }
  return `/login?${parameters}`;
}
