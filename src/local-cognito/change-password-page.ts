import type { Request, RequestHandler, Response } from "express";
import { assumptions } from "./assumptions.ts";
import { readAuthorizationRequest } from "./authorization-request.ts";
import { codeResponse } from "./authorization-response.ts";
import { queryOf, readForm } from "./hosted-forms.ts";
import { messages } from "./messages.ts";
import { newPasswordProblem, PASSWORD_HINT } from "./password-policy.ts";
import type { Pool } from "./pool.ts";
import { renderSignIn } from "./sign-in-page.ts";
import type { User } from "./user.ts";
import { emailProblem } from "./user-attributes.ts";

/** GET /changePassword: asks for a password in place of the temporary one, and for required attributes that are missing. */
export function showChangePassword(pool: Pool): RequestHandler {
  return (req, res) => {
    readAuthorizationRequest(req.query, pool.client);
    const user = userWithTemporaryPassword(pool, req);
    if (user) renderPage(req, res, pool, user);
    else res.redirect(303, `/oauth2/authorize${queryOf(req)}`);
  };
}

/** POST /changePassword: with a good password the user is confirmed, signed in and sent to the app. */
export function changePassword(pool: Pool): RequestHandler {
  return async (req, res) => {
    const request = readAuthorizationRequest(req.query, pool.client);
    const fields = readForm(req, pool, assumptions.otherFormsLifetimeMs);
    const { email = "", password = "", passwordAgain = "" } = fields;
    const user = userWithTemporaryPassword(pool, req);
    if (!user) {
      leadBack(req, res, pool);
      return;
    }
    const attributes = { email: email.trim(), ...user.attributes };
    const problem = emailProblem(attributes.email) ?? newPasswordProblem(password, passwordAgain);
    if (problem) {
      renderPage(req, res.status(400), pool, user, { email, problem });
      return;
    }
    const confirmed = await confirmWith(pool, user, attributes, password);
    pool.pendingNewPasswords.end(req, res);
    if (!confirmed) {
      leadBack(req, res, pool);
      return;
    }
    const signedIn = pool.sessions.start(req, res, confirmed);
    res.redirect(303, codeResponse(pool, request, signedIn));
  };
}

function userWithTemporaryPassword(pool: Pool, req: Request): User | undefined {
  const pending = pool.pendingNewPasswords.find(req);
  const user = pending && pool.users.get(pending.username, pending.sub);
  return user?.enabled && user.status === "FORCE_CHANGE_PASSWORD" ? user : undefined;
}

// After a second click on the button the browser is signed in; otherwise the step took too long.
function leadBack(req: Request, res: Response, pool: Pool): void {
  if (pool.sessions.find(req)) res.redirect(303, `/oauth2/authorize${queryOf(req)}`);
  else renderSignIn(req, res.status(400), pool, { problem: messages.sessionExpired });
}

// An address that is given here has proven nothing, so it stays unverified.
async function confirmWith(
  pool: Pool,
  user: User,
  attributes: Record<string, string>,
  newPassword: string,
): Promise<User | undefined> {
  const password = await pool.passwords.hash(newPassword);
  return pool.users.update(user, ({ temporaryPasswordExpiresAt: _spent, ...stored }) => {
    // Hashing takes a while: another request may have changed the password meanwhile.
    if (!stored.enabled || stored.status !== "FORCE_CHANGE_PASSWORD") return undefined;
    return { ...stored, attributes, password, status: "CONFIRMED" };
  });
}

function renderPage(
  req: Request,
  res: Response,
  pool: Pool,
  user: User,
  { email, problem }: { email?: string; problem?: string } = {},
): void {
  res.render("change-password", {
    query: queryOf(req),
    formToken: pool.formTokens.issue(req, res),
    username: user.username,
    isEmailMissing: user.attributes.email === undefined,
    email,
    problem,
    passwordHint: PASSWORD_HINT,
  });
}
