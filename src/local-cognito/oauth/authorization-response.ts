import { randomBytes } from "node:crypto";
import { assumptions } from "../assumptions.ts";
import { RedirectInstead, type Refusal } from "../errors.ts";
import type { SignedIn } from "../hosted-ui/hosted-session.ts";
import type { Pool } from "../pool.ts";
import type { AuthorizationRequest } from "./authorization-request.ts";

type Answerable = Pick<AuthorizationRequest, "redirectUri" | "state">;

/** Issues a code for the signed-in user and returns the callback address that carries it. */
export function codeResponse(
  pool: Pool,
  request: AuthorizationRequest,
  { user, authTimeSeconds }: SignedIn,
): string {
  const code = pool.codes.issue({
    clientId: request.client.clientId,
    redirectUri: request.redirectUri,
    scopes: request.scopes,
    // Cognito gives a provider's user a nonce that nobody has asked for.
    nonce: request.nonce ?? (user.identity && randomBytes(32).toString("base64url")),
    codeChallenge: request.codeChallenge,
    resource: request.resource,
    username: user.username,
    sub: user.sub,
    authTimeSeconds,
  });
  return callbackAddress(request, { code });
}

/** Returns the error to throw so that the browser takes an OAuth error back to the app. */
export function errorResponse(request: Answerable, refusal: Refusal): RedirectInstead {
  const { error, description } = refusal;
  const details = { ...(description !== undefined && { error_description: description }), error };
  const carriesState = assumptions.errorsCarryState || error === "login_required";
  const state = carriesState ? request.state : undefined;
  return new RedirectInstead(callbackAddress({ ...request, state }, details), refusal);
}

/** Returns the error to throw so that the browser stays here, on the error page. */
export function errorPage(refusal: Refusal, clientId?: string): RedirectInstead {
  const { error } = refusal;
  const query = new URLSearchParams({ error, ...(clientId && { client_id: clientId }) });
  return new RedirectInstead(`/error?${query}`, refusal);
}

/** The registered address stays as it is, letter by letter; a query that it has is kept. */
function callbackAddress({ redirectUri, state }: Answerable, answer: Record<string, string>) {
  const query = new URLSearchParams({ ...answer, ...(state !== undefined && { state }) });
  return `${redirectUri}${redirectUri.includes("?") ? "&" : "?"}${query}`;
}
