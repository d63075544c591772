import type { AuthorizationRequest } from "./authorization-request.ts";
import { RedirectInstead } from "./errors.ts";
import type { SignedIn } from "./hosted-session.ts";
import type { Pool } from "./pool.ts";

type Answerable = Pick<AuthorizationRequest, "redirectUri" | "state">;

/** Issues a code for the signed-in user and returns the callback address that carries it. */
export function codeResponse(
  pool: Pool,
  request: AuthorizationRequest,
  { user, authTimeSeconds }: SignedIn,
): string {
  const code = pool.codes.issue({
    clientId: pool.client.clientId,
    redirectUri: request.redirectUri,
    scopes: request.scopes,
    nonce: request.nonce,
    codeChallenge: request.codeChallenge,
    username: user.username,
    sub: user.sub,
    authTimeSeconds,
  });
  return callbackAddress(request, { code });
}

/** Returns the error to throw so that the browser takes an OAuth error back to the app. */
export function errorResponse(request: Answerable, error: string): RedirectInstead {
  return new RedirectInstead(callbackAddress(request, { error }));
}

/** Returns the error to throw so that the browser stays here, on the error page. */
export function errorPage(error: string, clientId?: string): RedirectInstead {
  const query = new URLSearchParams({ error, ...(clientId && { client_id: clientId }) });
  return new RedirectInstead(`/error?${query}`);
}

// The registered address stays as it is, letter by letter; a query that it has is kept.
function callbackAddress({ redirectUri, state }: Answerable, answer: Record<string, string>) {
  const query = new URLSearchParams({ ...answer, ...(state !== undefined && { state }) });
  return `${redirectUri}${redirectUri.includes("?") ? "&" : "?"}${query}`;
}
