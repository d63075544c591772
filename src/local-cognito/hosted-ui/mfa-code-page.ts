import type { Request, RequestHandler, Response } from "express";
import { spendCode } from "../accounts/authenticator-app.ts";
import { assumptions } from "../assumptions.ts";
import { queryOf, readForm } from "../browser/forms.ts";
import type { Message } from "../messages.ts";
import { readAuthorizationRequest } from "../oauth/authorization-request.ts";
import { attempt } from "./attempt.ts";
import { grantedSignIn } from "./granted-sign-in.ts";
import type { HostedUi } from "./hosted-ui.ts";
import { userToGiveCode } from "./second-factor.ts";
import { leadBackToSignIn } from "./sign-in-page.ts";

/** GET /mfa: asks for a code, in a browser that has just proven the password; any other begins anew. */
export function showMfa(pool: HostedUi): RequestHandler {
  return (req, res) => {
    readAuthorizationRequest(req.query, pool.clients);
    if (userToGiveCode(pool, req)) renderMfa(req, res, pool);
    else res.redirect(302, `/oauth2/authorize${queryOf(req)}`);
  };
}

/** POST /mfa: with the right code a hosted session and a code for the app. */
export function answerMfa(pool: HostedUi): RequestHandler {
  return async (req, res) => {
    const request = readAuthorizationRequest(req.query, pool.clients);
    const { code = "" } = readForm(req, pool, assumptions.otherFormsLifetimeMs);
    const user = userToGiveCode(pool, req);
    if (!user) {
      leadBackToSignIn(req, res, pool);
      return;
    }
    const { problem } = await attempt(res, () => spendCode(pool, user, code));
    if (problem) {
      renderMfa(req, res.status(400), pool, problem);
      return;
    }
    pool.pendingCodes.end(req, res);
    res.redirect(302, await grantedSignIn(req, res, pool, request, user));
  };
}

function renderMfa(req: Request, res: Response, pool: HostedUi, problem?: Message): void {
  res.render("mfa", { query: queryOf(req), formToken: pool.formTokens.issue(req, res), problem });
}
