import type { Request, RequestHandler, Response } from "express";
import { assumptions } from "./assumptions.ts";
import { readAuthorizationRequest } from "./authorization-request.ts";
import { codeResponse } from "./authorization-response.ts";
import { newConfirmationCode } from "./confirmation-code.ts";
import { isSameSecret } from "./constant-time.ts";
import { queryOf, readForm } from "./hosted-forms.ts";
import { messages } from "./messages.ts";
import type { Pool } from "./pool.ts";
import { keyOf, maskEmail, type User } from "./user.ts";

/**
 * GET /confirm: asks for the code; only for a browser that has just signed up, or tried to sign in too early.
 * Any other goes back to authorize, which finishes what a second click on the button would have lost.
 */
export function showConfirm(pool: Pool): RequestHandler {
  return (req, res) => {
    readAuthorizationRequest(req.query, pool.client);
    const user = userToConfirm(pool, req);
    if (user) renderConfirm(req, res, pool, user);
    else res.redirect(303, `/oauth2/authorize${queryOf(req)}`);
  };
}

/** POST /confirm: with the right code the user is confirmed, signed in and sent to the app. */
export function confirm(pool: Pool): RequestHandler {
  return (req, res) => {
    const request = readAuthorizationRequest(req.query, pool.client);
    const { code = "" } = readForm(req, pool, assumptions.otherFormsLifetimeMs);
    const user = userToConfirm(pool, req);
    if (!user) {
      res.redirect(303, `/oauth2/authorize${queryOf(req)}`);
      return;
    }
    const problem = confirmUser(pool, user, code.replace(/\s/g, ""));
    if (problem) {
      renderConfirm(req, res.status(400), pool, user, problem);
      return;
    }
    pool.pendingConfirmations.end(req, res);
    const signedIn = pool.sessions.start(req, res, user);
    res.redirect(303, codeResponse(pool, request, signedIn));
  };
}

/** POST /resendcode: a new code, after which the earlier one no longer works. */
export function resendCode(pool: Pool): RequestHandler {
  return (req, res) => {
    readAuthorizationRequest(req.query, pool.client);
    readForm(req, pool, assumptions.otherFormsLifetimeMs);
    const user = userToConfirm(pool, req);
    if (user && !pool.resendLimit.spend(keyOf(user.username))) {
      renderConfirm(req, res.status(400), pool, user, messages.attemptLimitExceeded);
      return;
    }
    if (user) newConfirmationCode(pool, user);
    res.redirect(303, `/confirm${queryOf(req)}`);
  };
}

function userToConfirm(pool: Pool, req: Request): User | undefined {
  const pending = pool.pendingConfirmations.find(req);
  const user = pending && pool.users.get(pending.username, pending.sub);
  return user?.status === "UNCONFIRMED" ? user : undefined;
}

function confirmUser(pool: Pool, user: User, code: string): string | undefined {
  if (!pool.confirmLimit.spend(keyOf(user.username))) return messages.attemptLimitExceeded;
  if (!user.enabled) return messages.disabled;
  const sent = user.confirmationCode;
  if (!sent || sent.expiresAt <= pool.now()) return messages.codeExpired;
  if (!isSameSecret(code, sent.code)) return messages.codeMismatch;
  const outcome = pool.users.confirm(user);
  return outcome === "email-taken" ? messages.emailExists : undefined;
}

function renderConfirm(
  req: Request,
  res: Response,
  pool: Pool,
  user: User,
  problem?: string,
): void {
  const sentAt = user.confirmationCode && new Date(user.confirmationCode.sentAt);
  res.render("confirm", {
    query: queryOf(req),
    formToken: pool.formTokens.issue(req, res),
    destination: maskEmail(user.attributes.email),
    sentAt: sentAt && `${sentAt.toISOString().slice(11, 19)} UTC`,
    problem,
  });
}
