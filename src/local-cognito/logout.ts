import type { RequestHandler } from "express";
import type { AppClient } from "./app-client.ts";
import { assumptions } from "./assumptions.ts";
import { errorPage } from "./authorization-response.ts";
import type { Pool } from "./pool.ts";

const PASSED_ON = ["client_id", "redirect_uri", "response_type", "state", "nonce"];

/**
 * GET /logout: ends the hosted session, then leads to a registered sign-out URL, or to the sign-in page for
 * somebody else. Whatever is wrong with the address, the session is over. Tokens live on.
 */
export function logout(pool: Pool): RequestHandler {
  return (req, res) => {
    pool.sessions.end(req, res);
    res.redirect(302, destination(req.query, pool.client));
  };
}

function destination(query: Record<string, unknown>, client: AppClient): string {
  if (query.client_id === undefined) throw errorPage("Required parameters missing");
  if (query.client_id !== client.clientId) throw errorPage(assumptions.unknownClientError);
  if (query.logout_uri !== undefined) return signOutUrl(query.logout_uri, client);
  if (query.redirect_uri === undefined) {
    throw errorPage("Required String parameter 'redirect_uri' is not present");
  }
  if (!client.callbackUrls.some((url) => url === query.redirect_uri)) {
    throw errorPage("redirect_mismatch", client.clientId);
  }
  return signInAddress(query, client);
}

function signOutUrl(logoutUri: unknown, client: AppClient): string {
  const registered = client.signOutUrls.find((url) => url === logoutUri);
  if (registered === undefined) throw errorPage("redirect_mismatch", client.clientId);
  return registered;
}

function signInAddress(query: Record<string, unknown>, client: AppClient): string {
  const { scope = client.scopes.join(" ") } = query;
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries({ ...query, scope })) {
    const isPassedOn = PASSED_ON.includes(name) || name === "scope";
    if (isPassedOn && typeof value === "string") parameters.append(name, value);
  }
  return `/login?${parameters}`;
}
