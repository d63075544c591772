import type { Request, RequestHandler, Response } from "express";
import { assumptions } from "../assumptions.ts";
import { isSameSecret } from "../constant-time.ts";
import type { Message } from "../messages.ts";
import { readAuthorizationRequest } from "../oauth/authorization-request.ts";
import type { Pool } from "../pool.ts";
import { asTypedCode, newConfirmationCode } from "../users/confirmation-code.ts";
import { maskEmail, type User } from "../users/user.ts";
import { queryOf, readForm } from "./hosted-forms.ts";
import { addressToGoOnAt, afterFirstFactor } from "./second-factor.ts";

/**
 * GET /confirm: asks for the code; only for a browser that has just signed up, or tried to sign in too early.
 * Any other goes on where it is by now, so that a second click on the button loses nothing.
 */
export function showConfirm(pool: Pool): RequestHandler {
  return (req, res) => {
    readAuthorizationRequest(req.query, pool.clients);
    const user = userToConfirm(pool, req);
    if (user) renderConfirm(req, res, pool, user);
    else res.redirect(302, addressToGoOnAt(pool, req));
  };
}

/** POST /confirm: with the right code the user is confirmed, signed in and sent to the app, or sets up a second factor first. */
export function confirm(pool: Pool): RequestHandler {
  return async (req, res) => {
    const request = readAuthorizationRequest(req.query, pool.clients);
    const { code = "" } = readForm(req, pool, assumptions.otherFormsLifetimeMs);
    const user = userToConfirm(pool, req);
    if (!user) {
      res.redirect(302, addressToGoOnAt(pool, req));
      return;
    }
    const problem = confirmUser(pool, user, asTypedCode(code));
    if (problem) {
      renderConfirm(req, res.status(400), pool, user, problem);
      return;
    }
    pool.pendingConfirmations.end(req, res);
    res.redirect(302, await afterFirstFactor(req, res, pool, request, user));
  };
}

/** POST /resendcode: a new code, after which the earlier one no longer works. */
export function resendCode(pool: Pool): RequestHandler {
  return (req, res) => {
    readAuthorizationRequest(req.query, pool.clients);
    readForm(req, pool, assumptions.otherFormsLifetimeMs);
    const user = userToConfirm(pool, req);
    if (user && !pool.resendLimit.spend(pool.users.keyOf(user.username))) {
      renderConfirm(req, res.status(400), pool, user, "attemptLimitExceeded");
      return;
    }
    if (user) newConfirmationCode(pool, user);
    res.redirect(302, `/confirm${queryOf(req)}`);
  };
}

function userToConfirm(pool: Pool, req: Request): User | undefined {
  const pending = pool.pendingConfirmations.find(req);
  const user = pending && pool.users.get(pending.username, pending.sub);
  return user?.status === "UNCONFIRMED" ? user : undefined;
}

function confirmUser(pool: Pool, user: User, code: string): Message | undefined {
  if (!pool.confirmLimit.spend(pool.users.keyOf(user.username))) return "attemptLimitExceeded";
  if (!user.enabled) return "disabled";
  const sent = user.confirmationCode;
  if (!sent || sent.expiresAt <= pool.now()) return "codeExpired";
  if (!isSameSecret(code, sent.code)) return "codeMismatch";
  const outcome = pool.users.confirm(user);
  return outcome === "email-taken" ? "emailExists" : undefined;
}

function renderConfirm(
  req: Request,
  res: Response,
  pool: Pool,
  user: User,
  problem?: Message,
): void {
  const sentAt = user.confirmationCode && new Date(user.confirmationCode.sentAt);
  res.render("confirm", {
    query: queryOf(req),
    formToken: pool.formTokens.issue(req, res),
    allowsSignUp: pool.settings.allowsSignUp,
    destination: maskEmail(user.attributes.email),
    sentAt: sentAt && `${sentAt.toISOString().slice(11, 19)} UTC`,
    problem,
  });
}
