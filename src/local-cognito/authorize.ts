import type { RequestHandler } from "express";
import { readAuthorizationRequest } from "./authorization-request.ts";
import { codeResponse, errorResponse } from "./authorization-response.ts";
import { queryOf } from "./hosted-forms.ts";
import type { Pool } from "./pool.ts";

/** GET /oauth2/authorize: a code at once for a browser that is signed in here, otherwise on to the sign-in page. */
export function authorize(pool: Pool): RequestHandler {
  return (req, res) => {
    const request = readAuthorizationRequest(req.query, pool.client);
    const signedIn = pool.sessions.find(req);
    if (signedIn && !request.prompts.includes("login")) {
      res.redirect(302, codeResponse(pool, request, signedIn));
      return;
    }
    if (request.prompts.includes("none")) throw errorResponse(request, "login_required");
    res.redirect(302, `/login${queryOf(req)}`);
  };
}
