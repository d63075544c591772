import type { Request, RequestHandler, Response } from "express";
import { confirmForgotPassword } from "../accounts/password-recovery.ts";
import { assumptions } from "../assumptions.ts";
import type { PendingRecovery } from "../browser/browser-state.ts";
import { queryOf, readForm } from "../browser/forms.ts";
import type { Message } from "../messages.ts";
import { readAuthorizationRequest } from "../oauth/authorization-request.ts";
import { passwordHint } from "../users/password-policy.ts";
import { attempt } from "./attempt.ts";
import type { HostedUi } from "./hosted-ui.ts";
import { leaveNotice } from "./notice.ts";

/** GET /confirmForgotPassword: asks for the code and a new password; only for a browser that has asked for a code. */
export function showConfirmForgotPassword(pool: HostedUi): RequestHandler {
  return (req, res) => {
    readAuthorizationRequest(req.query, pool.clients);
    const pending = pool.pendingRecoveries.find(req);
    if (pending) renderPage(req, res, pool, pending);
    else res.redirect(302, `/forgotPassword${queryOf(req)}`);
  };
}

/** POST /confirmForgotPassword: with the right code the new password counts; `/login` says so, and asks for it. */
export function chooseForgottenPassword(pool: HostedUi): RequestHandler {
  return async (req, res) => {
    const { client } = readAuthorizationRequest(req.query, pool.clients);
    const fields = readForm(req, pool, assumptions.otherFormsLifetimeMs);
    const { code = "", password = "", passwordAgain = "" } = fields;
    const pending = pool.pendingRecoveries.find(req);
    if (!pending) {
      // A second click on the button, most likely: the first has done what was asked for.
      res.redirect(302, `/login${queryOf(req)}`);
      return;
    }
    const { typedName: username, codeExpiresAt } = pending;
    const chosen = { code, password, passwordAgain };
    const { problem } = await attempt(res, () =>
      confirmForgotPassword(pool, { client, username, codeExpiresAt, ...chosen }),
    );
    if (problem) {
      renderPage(req, res.status(400), pool, pending, { code, problem });
      return;
    }
    pool.pendingRecoveries.end(req, res);
    leaveNotice(res, "passwordChanged");
    res.redirect(302, `/login${queryOf(req)}`);
  };
}

function renderPage(
  req: Request,
  res: Response,
  pool: HostedUi,
  { destination }: PendingRecovery,
  { code, problem }: { code?: string; problem?: Message } = {},
): void {
  res.render("confirm-forgot-password", {
    query: queryOf(req),
    formToken: pool.formTokens.issue(req, res),
    destination,
    code,
    problem,
    passwordHint: passwordHint(pool.settings.passwordPolicy),
  });
}
