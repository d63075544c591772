import type { Request, RequestHandler, Response } from "express";
import { authenticate } from "./authentication.ts";
import { type AuthorizationRequest, readAuthorizationRequest } from "./authorization-request.ts";
import { codeResponse } from "./authorization-response.ts";
import { newConfirmationCode } from "./confirmation-code.ts";
import { queryOf, readForm, SIGN_IN_PAGE_LIFETIME_MS } from "./hosted-forms.ts";
import { continueRecovery } from "./password-recovery.ts";
import type { Pool } from "./pool.ts";
import { keyOf, type User } from "./user.ts";

/** GET /login: the form, and for a browser that is signed in the choice to go on as that user. */
export function showSignIn(pool: Pool): RequestHandler {
  return (req, res) => {
    const request = readAuthorizationRequest(req.query, pool.client);
    const mustSignInAgain = request.prompts.includes("login");
    const signedIn = mustSignInAgain ? undefined : pool.sessions.find(req);
    renderSignIn(req, res, pool, {
      username: request.loginHint,
      signedInAs: signedIn?.user.username,
    });
  };
}

/**
 * POST /login: on the right password a hosted session and a code for the app, or the page that the user's status
 * asks for first; otherwise the form again, 400.
 */
export function signIn(pool: Pool): RequestHandler {
  return async (req, res) => {
    const request = readAuthorizationRequest(req.query, pool.client);
    const { username = "", password = "" } = readForm(req, pool, SIGN_IN_PAGE_LIFETIME_MS);
    const { user, problem } = await authenticate(pool, username.trim(), password);
    const next = user ? nextStep(req, res, pool, request, user) : { problem };
    if (next.problem === undefined) res.redirect(303, next.address);
    else renderSignIn(req, res.status(400), pool, { username, problem: next.problem });
  };
}

type NextStep = { address: string; problem?: undefined } | { problem: string };

function nextStep(
  req: Request,
  res: Response,
  pool: Pool,
  request: AuthorizationRequest,
  user: User,
): NextStep {
  const query = queryOf(req);
  switch (user.status) {
    case "CONFIRMED":
      return { address: codeResponse(pool, request, pool.sessions.start(req, res, user)) };
    case "UNCONFIRMED":
      continueSignUp(pool, user, res);
      return { address: `/confirm${query}` };
    case "FORCE_CHANGE_PASSWORD":
      pool.pendingNewPasswords.start(res, { username: user.username, sub: user.sub });
      return { address: `/changePassword${query}` };
    case "RESET_REQUIRED": {
      const problem = continueRecovery(pool, res, user);
      return problem ? { problem } : { address: `/confirmForgotPassword${query}` };
    }
  }
}

function continueSignUp(pool: Pool, user: User, res: Response): void {
  pool.pendingConfirmations.start(res, { username: user.username, sub: user.sub });
  // Beyond the hourly limit no mail goes out; the code sent last still works.
  if (!pool.resendLimit.spend(keyOf(user.username))) return;
  newConfirmationCode(pool, user);
}

interface SignInPage {
  username?: string | undefined;
  signedInAs?: string | undefined;
  problem?: string | undefined;
}

/** Shows the form of `/login`, also where another page has to lead back to it with a word of explanation. */
export function renderSignIn(req: Request, res: Response, pool: Pool, page: SignInPage): void {
  res.render("sign-in", {
    query: queryOf(req),
    formToken: pool.formTokens.issue(req, res),
    username: page.username,
    signedInAs: page.signedInAs,
    problem: page.problem,
  });
}
