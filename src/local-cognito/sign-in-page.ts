import type { Request, RequestHandler, Response } from "express";
import { assumptions } from "./assumptions.ts";
import { readAuthorizationRequest } from "./authorization-request.ts";
import { codeResponse } from "./authorization-response.ts";
import { newConfirmationCode } from "./confirmation-code.ts";
import { queryOf, readForm, SIGN_IN_PAGE_LIFETIME_MS } from "./hosted-forms.ts";
import { messages } from "./messages.ts";
import { LONGEST_PASSWORD } from "./password-policy.ts";
import type { Pool } from "./pool.ts";
import { keyOf, type User } from "./user-directory.ts";

const LONGEST_IDENTIFIER = 320; // the longest e-mail address

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

/** POST /login: on the right password a hosted session and a code for the app; otherwise the form again, 400. */
export function signIn(pool: Pool): RequestHandler {
  return async (req, res) => {
    const request = readAuthorizationRequest(req.query, pool.client);
    const { username = "", password = "" } = readForm(req, pool, SIGN_IN_PAGE_LIFETIME_MS);
    const { user, problem } = await authenticate(pool, username.trim(), password);
    if (problem || !user) {
      renderSignIn(req, res.status(400), pool, { username, problem });
    } else if (user.status === "UNCONFIRMED") {
      continueSignUp(pool, user, res);
      res.redirect(303, `/confirm${queryOf(req)}`);
    } else {
      const signedIn = pool.sessions.start(req, res, user);
      res.redirect(303, codeResponse(pool, request, signedIn));
    }
  };
}

interface Authentication {
  user?: User;
  problem?: string;
}

// A name that does not exist costs the same time, is locked the same way and gets the same answers.
async function authenticate(
  pool: Pool,
  usernameOrEmail: string,
  password: string,
): Promise<Authentication> {
  if (usernameOrEmail.length > LONGEST_IDENTIFIER || password.length > LONGEST_PASSWORD) {
    return { problem: messages.incorrectUsernameOrPassword };
  }
  const user = pool.users.find(usernameOrEmail);
  const typedName = keyOf(usernameOrEmail);
  const account = user ? keyOf(user.username) : typedName;
  const outcome = await pool.lockOut.attempt({ typedName, account }, () =>
    pool.passwords.verify(password, user?.password),
  );
  if (outcome === "locked") return { problem: messages.passwordAttemptsExceeded };
  if (outcome === "wrong" || !user) return { problem: messages.incorrectUsernameOrPassword };
  if (!user.enabled) return { problem: messages.disabled };
  const isRefused = user.status === "UNCONFIRMED" && assumptions.unconfirmedSignIn === "refuse";
  return isRefused ? { problem: messages.notConfirmed } : { user };
}

function continueSignUp(pool: Pool, user: User, res: Response): void {
  pool.pendingConfirmations.start(res, user.username);
  // Beyond the hourly limit no mail goes out; the code sent last still works.
  if (!pool.resendLimit.spend(keyOf(user.username))) return;
  newConfirmationCode(pool, user);
}

interface SignInPage {
  username: string | undefined;
  signedInAs?: string | undefined;
  problem?: string | undefined;
}

function renderSignIn(req: Request, res: Response, pool: Pool, page: SignInPage): void {
  res.render("sign-in", {
    query: queryOf(req),
    formToken: pool.formTokens.issue(req, res),
    username: page.username,
    signedInAs: page.signedInAs,
    problem: page.problem,
  });
}
