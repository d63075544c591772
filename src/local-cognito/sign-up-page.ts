import type { Request, RequestHandler, Response } from "express";
import { z } from "zod";
import { assumptions } from "./assumptions.ts";
import { readAuthorizationRequest } from "./authorization-request.ts";
import { makeConfirmationCode } from "./confirmation-code.ts";
import { queryOf, readForm } from "./hosted-forms.ts";
import { messages } from "./messages.ts";
import { PASSWORD_HINT, passwordPolicyProblem } from "./password-policy.ts";
import type { Pool } from "./pool.ts";

const USERNAME = /^[\p{L}\p{M}\p{S}\p{N}\p{P}]{1,128}$/u;
const EMAIL_LIKE = /^[^@]+@[^@]+$/;
const emailShape = z.email().max(254);

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
  // One spelling for names that look the same, whatever keyboard they were typed on.
  return { username: username.trim().normalize("NFC"), email: email.trim(), password };
}

function problemOf({ username, email, password }: SignUpForm): string | undefined {
  if (username === "") return messages.usernameMissing;
  if (EMAIL_LIKE.test(username)) return messages.usernameLooksLikeEmail;
  if (!USERNAME.test(username)) return messages.usernameInvalid;
  if (email === "") return messages.emailMissing;
  if (!emailShape.safeParse(email).success) return messages.emailInvalid;
  return passwordPolicyProblem(password);
}

async function register(pool: Pool, form: SignUpForm, res: Response): Promise<string | undefined> {
  const { username, email } = form;
  if (pool.users.get(username)) return messages.usernameExists;
  const password = await pool.passwords.hash(form.password);
  const confirmationCode = makeConfirmationCode(pool.now());
  const createdAt = new Date(pool.now()).toISOString();
  return pool.inOneWrite(() => {
    const isAdded = pool.users.add({ username, email, password, confirmationCode, createdAt });
    if (!isAdded) return messages.usernameExists;
    pool.inbox.deliverVerificationCode(email, confirmationCode.code);
    pool.pendingConfirmations.start(res, username);
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
