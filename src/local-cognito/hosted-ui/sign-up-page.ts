import { randomUUID } from "node:crypto";
import type { Request, RequestHandler, Response } from "express";
import { assumptions } from "../assumptions.ts";
import { PageError } from "../errors.ts";
import { addProblems, type Message } from "../messages.ts";
import { readAuthorizationRequest } from "../oauth/authorization-request.ts";
import type { Pool } from "../pool.ts";
import { makeConfirmationCode } from "../users/confirmation-code.ts";
import { passwordHint, passwordPolicyProblem } from "../users/password-policy.ts";
import { newUser } from "../users/user.ts";
import {
  asUsername,
  attributesIn,
  attributesProblem,
  usernameProblem,
} from "../users/user-attributes.ts";
import { attributeFields, signUpAttributes } from "./attribute-fields.ts";
import { queryOf, readForm } from "./hosted-forms.ts";

interface SignUpForm {
  /** Undefined where the address takes its place. */
  username: string | undefined;
  attributes: Record<string, string>;
  password: string;
}

/** GET /signup: the form. */
export function showSignUp(pool: Pool): RequestHandler {
  return (req, res) => {
    readAuthorizationRequest(req.query, pool.clients);
    assertAllowed(pool, req);
    renderSignUp(req, res, pool);
  };
}

/** POST /signup: an unconfirmed user, a code in the inbox, and on to the page that asks for it. */
export function signUp(pool: Pool): RequestHandler {
  return async (req, res) => {
    readAuthorizationRequest(req.query, pool.clients);
    assertAllowed(pool, req);
    const form = readSignUpForm(req, pool);
    const problem = problemOf(pool, form) ?? (await register(pool, form, res));
    if (problem) renderSignUp(req, res.status(400), pool, form, problem);
    else res.redirect(302, `/confirm${queryOf(req)}`);
  };
}

function assertAllowed({ settings }: Pool, req: Request): void {
  if (settings.allowsSignUp) return;
  const startAgainAt = `/oauth2/authorize${queryOf(req)}`;
  throw new PageError(403, "signUpRefused", "signUpRefusedExplanation", startAgainAt);
}

function readSignUpForm(req: Request, pool: Pool): SignUpForm {
  const fields = readForm(req, pool, assumptions.otherFormsLifetimeMs);
  return {
    username: pool.settings.signInWith === "email" ? undefined : asUsername(fields.username),
    attributes: attributesIn(fields, signUpAttributes(pool.settings)),
    password: fields.password ?? "",
  };
}

function problemOf({ settings }: Pool, form: SignUpForm): Message | undefined {
  const { username, attributes, password } = form;
  const required = signUpAttributes(settings).filter((name) => !name.startsWith("custom:"));
  return (
    (username === undefined ? undefined : usernameProblem(username, settings)) ??
    attributesProblem(attributes, required, settings) ??
    passwordPolicyProblem(password, settings.passwordPolicy)
  );
}

async function register(pool: Pool, form: SignUpForm, res: Response): Promise<Message | undefined> {
  const { attributes } = form;
  const { email = "" } = attributes;
  if (form.username === undefined) {
    if (pool.users.find(email)) return "emailExists";
  } else if (pool.users.get(form.username)) return "usernameExists";
  const sub = randomUUID();
  const username = form.username ?? sub;
  const password = await pool.passwords.hash(form.password, username);
  const confirmationCode = makeConfirmationCode(pool.now());
  const user = newUser({
    username,
    sub,
    status: "UNCONFIRMED",
    attributes,
    password,
    confirmationCode,
    createdAt: new Date(pool.now()).toISOString(),
  });
  return pool.inOneWrite(() => {
    const outcome = pool.users.add(user);
    if (outcome !== "added") return addProblems[outcome];
    pool.inbox.deliverVerificationCode(email, confirmationCode.code);
    pool.pendingConfirmations.start(res, { username: user.username, sub });
    return undefined;
  });
}

function renderSignUp(
  req: Request,
  res: Response,
  pool: Pool,
  typed?: SignUpForm,
  problem?: Message,
): void {
  res.render("sign-up", {
    query: queryOf(req),
    formToken: pool.formTokens.issue(req, res),
    hasUsername: pool.settings.signInWith !== "email",
    username: typed?.username,
    fields: attributeFields(signUpAttributes(pool.settings), typed?.attributes),
    problem,
    passwordHint: passwordHint(pool.settings.passwordPolicy),
  });
}
