import type { Request, RequestHandler, Response } from "express";
import { assumptions } from "./assumptions.ts";
import { readAuthorizationRequest } from "./authorization-request.ts";
import { makeConfirmationCode } from "./confirmation-code.ts";
import { queryOf, readForm } from "./hosted-forms.ts";
import { addProblems, messages } from "./messages.ts";
import { PASSWORD_HINT, passwordPolicyProblem } from "./password-policy.ts";
import type { Pool } from "./pool.ts";
import { newUser } from "./user.ts";
import { asUsername, emailProblem, usernameProblem } from "./user-attributes.ts";

interface SignUpForm {
  username: string;
  email: string;
  password: string;
}

/** GET /signup: the form. */
export function showSignUp(pool: Pool): RequestHandler {
  return (req, res) => {
    readAuthorizationRequest(req.query, pool.client);
    renderSignUp(req, res, pool, {});
  };
}

/** POST /signup: an unconfirmed user, a code in the inbox, and on to the page that asks for it. */
export function signUp(pool: Pool): RequestHandler {
  return async (req, res) => {
    readAuthorizationRequest(req.query, pool.client);
    const form = readSignUpForm(req, pool);
    const problem = problemOf(form) ?? (await register(pool, form, res));
    if (problem) {
      renderSignUp(req, res.status(400), pool, { ...form, problem });
      return;
    }
    res.redirect(303, `/confirm${queryOf(req)}`);
  };
}

function readSignUpForm(req: Request, pool: Pool): SignUpForm {
  const fields = readForm(req, pool, assumptions.otherFormsLifetimeMs);
  const { username = "", email = "", password = "" } = fields;
  return { username: asUsername(username), email: email.trim(), password };
}

function problemOf({ username, email, password }: SignUpForm): string | undefined {
  return usernameProblem(username) ?? emailProblem(email) ?? passwordPolicyProblem(password);
}

async function register(pool: Pool, form: SignUpForm, res: Response): Promise<string | undefined> {
  const { username, email } = form;
  if (pool.users.get(username)) return messages.usernameExists;
  const password = await pool.passwords.hash(form.password);
  const confirmationCode = makeConfirmationCode(pool.now());
  const user = newUser({
    username,
    status: "UNCONFIRMED",
    attributes: { email },
    password,
    confirmationCode,
    createdAt: new Date(pool.now()).toISOString(),
  });
  return pool.inOneWrite(() => {
    const outcome = pool.users.add(user);
    if (outcome !== "added") return addProblems[outcome];
    pool.inbox.deliverVerificationCode(email, confirmationCode.code);
    pool.pendingConfirmations.start(res, { username, sub: user.sub });
    return undefined;
  });
}

interface SignUpPage {
  username?: string;
  email?: string;
  problem?: string;
}

function renderSignUp(req: Request, res: Response, pool: Pool, page: SignUpPage): void {
  res.render("sign-up", {
    query: queryOf(req),
    formToken: pool.formTokens.issue(req, res),
    username: page.username,
    email: page.email,
    problem: page.problem,
    passwordHint: PASSWORD_HINT,
  });
}
