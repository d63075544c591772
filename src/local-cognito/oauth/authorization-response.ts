import { assumptions } from "../assumptions.ts";
import { RedirectInstead, type Refusal } from "../errors.ts";

/** A request that can be answered at the app. */
export interface Answerable {
  redirectUri: string;
  state: string | undefined;
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
export function callbackAddress(
  { redirectUri, state }: Answerable,
  answer: Record<string, string>,
) {
  const query = new URLSearchParams({ ...answer, ...(state !== undefined && { state }) });
  return `${redirectUri}${redirectUri.includes("?") ? "&" : "?"}${query}`;
}
