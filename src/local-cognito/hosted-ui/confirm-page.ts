import type { Request, RequestHandler, Response } from "express";
import { confirmSignUp, resendConfirmationCode } from "../accounts/sign-up.ts";
import { assumptions } from "../assumptions.ts";
import { queryOf, readForm } from "../browser/forms.ts";
import type { Message } from "../messages.ts";
import { readAuthorizationRequest } from "../oauth/authorization-request.ts";
import { maskEmail, type User } from "../users/user.ts";
import { attempt } from "./attempt.ts";
import type { HostedUi } from "./hosted-ui.ts";
import { addressToGoOnAt, afterFirstFactor } from "./second-factor.ts";

/**
 * GET /confirm: asks for the code; only for a browser that has just signed up, or tried to sign in too early.
 * Any other goes on where it is by now, so that a second click on the button loses nothing.
 */
export function showConfirm(pool: HostedUi): RequestHandler {
  return (req, res) => {
    readAuthorizationRequest(req.query, pool.clients);
    const user = userToConfirm(pool, req);
    if (user) renderConfirm(req, res, pool, user);
    else res.redirect(302, addressToGoOnAt(pool, req));
  };
}

/** POST /confirm: with the right code the user is confirmed, signed in and sent to the app, or sets up a second factor first. */
export function confirm(pool: HostedUi): RequestHandler {
  return async (req, res) => {
    const request = readAuthorizationRequest(req.query, pool.clients);
    const { code = "" } = readForm(req, pool, assumptions.otherFormsLifetimeMs);
    const user = userToConfirm(pool, req);
    if (!user) {
      res.redirect(302, addressToGoOnAt(pool, req));
      return;
    }
    const { username } = user;
    const { result, problem } = await attempt(res, () =>
      confirmSignUp(pool, { client: request.client, username, code }),
    );
    if (problem) {
      renderConfirm(req, res.status(400), pool, user, problem);
      return;
    }
    pool.pendingConfirmations.end(req, res);
    res.redirect(302, await afterFirstFactor(req, res, pool, request, result));
  };
}

/** POST /resendcode: a new code, after which the earlier one no longer works. */
export function resendCode(pool: HostedUi): RequestHandler {
  return async (req, res) => {
    const { client } = readAuthorizationRequest(req.query, pool.clients);
    readForm(req, pool, assumptions.otherFormsLifetimeMs);
    const user = userToConfirm(pool, req);
    const { problem } = await attempt(
      res,
      async () => user && resendConfirmationCode(pool, { client, username: user.username }),
    );
    if (user && problem) renderConfirm(req, res.status(400), pool, user, problem);
    else res.redirect(302, `/confirm${queryOf(req)}`);
  };
}

function userToConfirm(pool: HostedUi, req: Request): User | undefined {
  const pending = pool.pendingConfirmations.find(req);
  const user = pending && pool.users.get(pending.username, pending.sub);
  return user?.status === "UNCONFIRMED" ? user : undefined;
}

function renderConfirm(
  req: Request,
  res: Response,
  pool: HostedUi,
  user: User,
  problem?: Message,
): void {
  const sentAt = user.confirmationCode && new Date(user.confirmationCode.sentAt);
  res.render("confirm", {
    query: queryOf(req),
    formToken: pool.formTokens.issue(req, res),
    allowsSignUp: pool.settings.allowsSignUp,
    destination: maskEmail(user.attributes.email),
    // A message to a telephone has the code itself.
    isByLink: pool.settings.messages.link !== undefined && user.attributes.email !== undefined,
    sentAt: sentAt && `${sentAt.toISOString().slice(11, 19)} UTC`,
    problem,
  });
}
