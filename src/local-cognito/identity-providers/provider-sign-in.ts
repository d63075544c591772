import type { Request, RequestHandler, Response } from "express";
import { admitFederatedUser } from "../accounts/federated-user.ts";
import { assumptions } from "../assumptions.ts";
import { queryOf } from "../browser/forms.ts";
import { PageError } from "../errors.ts";
import type { AuthorizationRequest } from "../oauth/authorization-request.ts";
import { errorResponse } from "../oauth/authorization-response.ts";
import { grantResponse } from "../oauth/grant-response.ts";
import { refusedToApp } from "../oauth/refused-to-app.ts";
import type { IdentityProviderSettings } from "../pool/pool-settings.ts";
import { postAuthentication } from "../triggers/authentication-triggers.ts";
import type { User } from "../users/user.ts";
import type { Federation } from "./federation.ts";
import { findProvider, type ProviderClaims, providerProfiles } from "./identity-providers.ts";

const errorCodePattern = /^\w{1,50}$/;

/** Returns the address at the provider that a browser goes to; what the app has asked for waits until it is back. */
export function addressAtProvider(
  req: Request,
  res: Response,
  pool: Federation,
  request: AuthorizationRequest,
  { name }: IdentityProviderSettings,
): string {
  const begun = { providerName: name, request, query: queryOf(req) };
  const state = pool.providerRequests.begin(req, res, begun);
  const prompt = request.prompts.join(" ");
  const query = new URLSearchParams({ state, ...(prompt && { prompt }) });
  return `/_providers/${encodeURIComponent(name)}/authorize?${query}`;
}

/**
 * GET /oauth2/idpresponse: the browser comes back from the provider, with a code, which is redeemed for the provider's
 * claims, or with an error. Either ends at the app; what was not begun in this browser stays here, on an error page.
 */
export function idpResponse(pool: Federation): RequestHandler {
  return async (req, res) => {
    const { state, code } = req.query;
    const answered =
      typeof state === "string" ? pool.providerRequests.answer(req, state) : undefined;
    if (!answered) throw new PageError(400, "somethingWentWrong", "providerAnswerUnknown");
    const { request, providerName, query, isFirst } = answered;
    if (!isFirst) {
      // After a second click the browser is signed in, and otherwise asked again: the answer counts once.
      res.redirect(302, `/oauth2/authorize${query}`);
      return;
    }
    const provider = findProvider(pool.settings, request.client, providerName);
    if (typeof code !== "string") throw providerError(request, providerName, req.query.error);
    const claims = provider && pool.providerAccounts.redeem(provider, code);
    if (!claims) throw providerError(request, providerName, "invalid_grant");
    const user = await admit(pool, request, provider, claims);
    res.redirect(302, await grantResponse(pool, request, pool.sessions.start(req, res, user)));
  };
}

/** Lets in whom the provider vouches for; a refusal ends at the app. */
function admit(
  pool: Federation,
  request: AuthorizationRequest,
  provider: IdentityProviderSettings,
  claims: ProviderClaims,
): Promise<User> {
  const userId = claims[providerProfiles[provider.type].idClaim] ?? "";
  const { client } = request;
  return refusedToApp(request, async () => {
    const { user, isNew } = await admitFederatedUser(pool, client, provider, { userId, claims });
    if (!isNew) await postAuthentication(pool, user, { client });
    return user;
  });
}

function providerError(request: AuthorizationRequest, providerName: string, told: unknown) {
  const code = typeof told === "string" && errorCodePattern.test(told) ? told : "invalid_request";
  return errorResponse(request, {
    error: assumptions.providerFailureErrorCode,
    description: `${providerName} Error - ${code}`,
    reason: `${providerName} has not vouched for anybody: ${code}.`,
  });
}
