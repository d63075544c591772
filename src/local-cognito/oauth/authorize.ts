import type { RequestHandler } from "express";
import { queryOf } from "../browser/forms.ts";
import type { Federation } from "../identity-providers/federation.ts";
import { findProvider } from "../identity-providers/identity-providers.ts";
import { addressAtProvider } from "../identity-providers/provider-sign-in.ts";
import { readAuthorizationRequest } from "./authorization-request.ts";
import { errorResponse } from "./authorization-response.ts";
import { grantResponse } from "./grant-response.ts";
import { silentSignIn } from "./silent-sign-in.ts";

/**
 * GET /oauth2/authorize: a code at once for a browser that is signed in here. Another one goes on to the provider that
 * the app names, or to the sign-in page.
 */
export function authorize(pool: Federation, origin: string): RequestHandler {
  return async (req, res) => {
    const request = readAuthorizationRequest(req.query, pool.clients);
    const signedIn = silentSignIn(pool, req, request);
    if (signedIn) {
      res.redirect(302, await grantResponse(pool, request, signedIn));
      return;
    }
    if (request.prompts.includes("none")) {
      const reason = "prompt=none was asked for, and nobody is signed in at the hosted pages.";
      throw errorResponse(request, { error: "login_required", reason });
    }
    const provider = findProvider(pool.settings, request.client, request.identityProvider);
    if (provider) res.redirect(302, addressAtProvider(req, res, pool, request, provider));
    else {
      pool.formTokens.greet(req, res);
      res.redirect(302, `${origin}/login${queryOf(req)}`);
    }
  };
}
