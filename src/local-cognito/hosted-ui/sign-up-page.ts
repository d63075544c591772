import type { Request, RequestHandler, Response } from "express";
import { signUp } from "../accounts/sign-up.ts";
import { assumptions } from "../assumptions.ts";
import { queryOf, readForm } from "../browser/forms.ts";
import { PageError } from "../errors.ts";
import type { Message } from "../messages.ts";
import { readAuthorizationRequest } from "../oauth/authorization-request.ts";
import type { AppClient } from "../pool/clients.ts";
import { passwordHint } from "../users/password-policy.ts";
import type { User } from "../users/user.ts";
import { asUsername, attributesIn } from "../users/user-attributes.ts";
import { attempt } from "./attempt.ts";
import { attributeFields, signUpAttributes } from "./attribute-fields.ts";
import type { HostedUi } from "./hosted-ui.ts";
import { afterFirstFactor } from "./second-factor.ts";

interface SignUpForm {
  /** Undefined where the address takes its place. */
  username: string | undefined;
  attributes: Record<string, string>;
  password: string;
}

/** GET /signup: the form. */
export function showSignUp(pool: HostedUi): RequestHandler {
  return (req, res) => {
    const { client } = readAuthorizationRequest(req.query, pool.clients);
    assertAllowed(pool, req);
    renderSignUp(req, res, pool, client);
  };
}

/**
 * POST /signup: an unconfirmed user, a code in the inbox, and on to the page that asks for it; or on to the app, where
 * PreSignUp has confirmed the user.
 */
export function register(pool: HostedUi): RequestHandler {
  return async (req, res) => {
    const request = readAuthorizationRequest(req.query, pool.clients);
    const { client } = request;
    assertAllowed(pool, req);
    const form = readSignUpForm(req, pool, client);
    const { attributes, password } = form;
    const username = form.username ?? attributes.email ?? "";
    const required = ["email"]; // A code has to go somewhere.
    const andKeep = ({ username, sub, status }: User) => {
      if (status === "UNCONFIRMED") pool.pendingConfirmations.start(res, { username, sub });
    };
    const { result, problem } = await attempt(res, () =>
      signUp(pool, { client, username, password, attributes, required, andKeep }),
    );
    if (problem) renderSignUp(req, res.status(400), pool, client, form, problem);
    else if (result.user.status === "UNCONFIRMED") res.redirect(302, `/confirm${queryOf(req)}`);
    else res.redirect(302, await afterFirstFactor(req, res, pool, request, result.user));
  };
}

function assertAllowed({ settings }: HostedUi, req: Request): void {
  if (settings.allowsSignUp) return;
  const startAgainAt = `/oauth2/authorize${queryOf(req)}`;
  throw new PageError(403, "signUpRefused", "signUpRefusedExplanation", startAgainAt);
}

function readSignUpForm(req: Request, pool: HostedUi, client: AppClient): SignUpForm {
  const fields = readForm(req, pool, assumptions.otherFormsLifetimeMs);
  return {
    username: pool.settings.signInWith === "email" ? undefined : asUsername(fields.username),
    attributes: attributesIn(fields, signUpAttributes(pool.settings, client)),
    password: fields.password ?? "",
  };
}

function renderSignUp(
  req: Request,
  res: Response,
  pool: HostedUi,
  client: AppClient,
  typed?: SignUpForm,
  problem?: Message,
): void {
  res.render("sign-up", {
    query: queryOf(req),
    formToken: pool.formTokens.issue(req, res),
    hasUsername: pool.settings.signInWith !== "email",
    username: typed?.username,
    fields: attributeFields(signUpAttributes(pool.settings, client), typed?.attributes),
    problem,
    passwordHint: passwordHint(pool.settings.passwordPolicy),
  });
}
