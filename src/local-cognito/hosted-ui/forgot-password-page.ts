import type { Request, RequestHandler, Response } from "express";
import { assertValid } from "../accounts/exceptions.ts";
import { forgotPassword, type Recovery } from "../accounts/password-recovery.ts";
import { assumptions } from "../assumptions.ts";
import { queryOf, readForm } from "../browser/forms.ts";
import { PageError } from "../errors.ts";
import type { Message } from "../messages.ts";
import { readAuthorizationRequest } from "../oauth/authorization-request.ts";
import { identifierField } from "../users/identifier.ts";
import { longestIdentifier } from "../users/user-attributes.ts";
import { attempt } from "./attempt.ts";
import type { HostedUi } from "./hosted-ui.ts";

/** Answers that nobody recovers a password here, where the pool leaves that to its administrators. */
export function requireRecovery({ settings }: HostedUi): RequestHandler {
  return (req, _res, next) => {
    if (settings.recoveryBy.length > 0) return next();
    const startAgainAt = `/oauth2/authorize${queryOf(req)}`;
    throw new PageError(403, "recoveryOff", "recoveryOffExplanation", startAgainAt);
  };
}

/** GET /forgotPassword: asks whose password it is. */
export function showForgotPassword(pool: HostedUi): RequestHandler {
  return (req, res) => {
    const { loginHint } = readAuthorizationRequest(req.query, pool.clients);
    renderForgotPassword(req, res, pool, { username: loginHint });
  };
}

/** POST /forgotPassword: a code by mail, and on to the page that asks for it, whether there is such a user or not. */
export function askForCode(pool: HostedUi): RequestHandler {
  return async (req, res) => {
    const { client } = readAuthorizationRequest(req.query, pool.clients);
    const { username = "" } = readForm(req, pool, assumptions.otherFormsLifetimeMs);
    const typedName = username.trim();
    const { problem } = await attempt(res, () => {
      assertValid(nameProblem(typedName));
      const whoeverCannotRecover = assumptions.recoveryWithoutVerifiedAddress;
      const andKeep = expectCode(res, pool, typedName);
      return forgotPassword(pool, { client, username: typedName, whoeverCannotRecover, andKeep });
    });
    if (problem) renderForgotPassword(req, res.status(400), pool, { username, problem });
    else res.redirect(302, `/confirmForgotPassword${queryOf(req)}`);
  };
}

/** Lets this browser, and no other, go on to the page that asks for the code. */
export function expectCode(
  res: Response,
  { pendingRecoveries }: HostedUi,
  typedName: string,
): (recovery: Recovery) => void {
  return ({ delivery: { destination }, codeExpiresAt }) =>
    pendingRecoveries.start(res, { typedName, destination, codeExpiresAt });
}

function nameProblem(typedName: string): Message | undefined {
  if (typedName === "") return "usernameMissing";
  return typedName.length > longestIdentifier ? "usernameInvalid" : undefined;
}

interface ForgotPasswordPage {
  username: string | undefined;
  problem?: Message;
}

function renderForgotPassword(
  req: Request,
  res: Response,
  pool: HostedUi,
  { username, problem }: ForgotPasswordPage,
): void {
  res.render("forgot-password", {
    query: queryOf(req),
    formToken: pool.formTokens.issue(req, res),
    identifier: identifierField(pool.settings),
    username,
    problem,
  });
}
