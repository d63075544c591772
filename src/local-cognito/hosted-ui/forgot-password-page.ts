import type { Request, RequestHandler, Response } from "express";
import { assumptions } from "../assumptions.ts";
import type { Message } from "../messages.ts";
import { readAuthorizationRequest } from "../oauth/authorization-request.ts";
import type { Pool } from "../pool.ts";
import { identifierField } from "../users/identifier.ts";
import { requestRecovery } from "../users/password-recovery.ts";
import { longestIdentifier } from "../users/user-attributes.ts";
import { queryOf, readForm } from "./hosted-forms.ts";

/** GET /forgotPassword: asks whose password it is. */
export function showForgotPassword(pool: Pool): RequestHandler {
  return (req, res) => {
    const { loginHint } = readAuthorizationRequest(req.query, pool.clients);
    renderForgotPassword(req, res, pool, { username: loginHint });
  };
}

/** POST /forgotPassword: a code by mail, and on to the page that asks for it, whether there is such a user or not. */
export function forgotPassword(pool: Pool): RequestHandler {
  return (req, res) => {
    const { client } = readAuthorizationRequest(req.query, pool.clients);
    const { username = "" } = readForm(req, pool, assumptions.otherFormsLifetimeMs);
    const typedName = username.trim();
    const problem = nameProblem(typedName) ?? requestRecovery(pool, client, res, typedName);
    if (problem) renderForgotPassword(req, res.status(400), pool, { username, problem });
    else res.redirect(302, `/confirmForgotPassword${queryOf(req)}`);
  };
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
  pool: Pool,
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
