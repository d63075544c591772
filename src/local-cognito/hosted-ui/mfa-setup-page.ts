import type { Request, RequestHandler, Response } from "express";
import { enrol } from "../accounts/authenticator-app.ts";
import { assumptions } from "../assumptions.ts";
import type { PendingEnrolment } from "../browser/browser-state.ts";
import { queryOf, readForm } from "../browser/forms.ts";
import type { Message } from "../messages.ts";
import { readAuthorizationRequest } from "../oauth/authorization-request.ts";
import { attempt } from "./attempt.ts";
import { grantedSignIn } from "./granted-sign-in.ts";
import type { HostedUi } from "./hosted-ui.ts";
import { inGroups, sendQrCode } from "./qr-code.ts";
import { enrolmentUnderWay } from "./second-factor.ts";
import { leadBackToSignIn } from "./sign-in-page.ts";

/** GET /mfaSetup: shows the secret that an authenticator app needs, in a browser that has just proven the first factor. */
export function showMfaSetup(pool: HostedUi): RequestHandler {
  return (req, res) => {
    readAuthorizationRequest(req.query, pool.clients);
    const pending = enrolmentUnderWay(pool, req);
    if (pending) renderMfaSetup(req, res, pool, pending);
    else res.redirect(302, `/oauth2/authorize${queryOf(req)}`);
  };
}

/** GET /mfaSetup/qr-code.svg: the same secret for the app's camera. */
export function showMfaSetupQrCode(pool: HostedUi): RequestHandler {
  return async (req, res, next) => {
    const pending = enrolmentUnderWay(pool, req);
    if (pending) await sendQrCode(res, pool, pending.username, pending.secret);
    else next();
  };
}

/** POST /mfaSetup: with a code of the app it belongs to the user, who is signed in and sent to the app. */
export function setUpMfa(pool: HostedUi): RequestHandler {
  return async (req, res) => {
    const request = readAuthorizationRequest(req.query, pool.clients);
    const fields = readForm(req, pool, assumptions.otherFormsLifetimeMs);
    const { code = "", deviceName = "" } = fields;
    const pending = enrolmentUnderWay(pool, req);
    if (!pending) {
      leadBackToSignIn(req, res, pool);
      return;
    }
    const { result, problem } = await attempt(res, () =>
      enrol(pool, pending, { secret: pending.secret, code, deviceName }),
    );
    if (problem) {
      renderMfaSetup(req, res.status(400), pool, pending, { deviceName, problem });
      return;
    }
    pool.pendingEnrolments.end(req, res);
    res.redirect(302, await grantedSignIn(req, res, pool, request, result));
  };
}

function renderMfaSetup(
  req: Request,
  res: Response,
  pool: HostedUi,
  { secret }: PendingEnrolment,
  { deviceName, problem }: { deviceName?: string; problem?: Message } = {},
): void {
  res.render("mfa-setup", {
    query: queryOf(req),
    formToken: pool.formTokens.issue(req, res),
    secret: inGroups(secret),
    deviceName,
    problem,
  });
}
