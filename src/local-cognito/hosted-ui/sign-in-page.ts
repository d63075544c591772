import type { Request, RequestHandler, Response } from "express";
import {
  findProvider,
  hasLocalUsers,
  offeredProviders,
  providerProfiles,
} from "../identity-providers/identity-providers.ts";
import type { Message } from "../messages.ts";
import {
  type AuthorizationRequest,
  clientNamed,
  readAuthorizationRequest,
} from "../oauth/authorization-request.ts";
import { silentSignIn } from "../oauth/silent-sign-in.ts";
import type { Pool } from "../pool.ts";
import { authenticate } from "../users/authentication.ts";
import { newConfirmationCode } from "../users/confirmation-code.ts";
import { identifierField, nameShown } from "../users/identifier.ts";
import { continueRecovery } from "../users/password-recovery.ts";
import type { User } from "../users/user.ts";
import { queryOf, readForm, signInPageLifetimeMs } from "./hosted-forms.ts";
import { addressToGoOnAt, afterFirstFactor, isAtSecondFactor } from "./second-factor.ts";

/**
 * GET /login: the form and a button for each provider, and for a browser that is signed in the choice to go on as that
 * user. An address that names a provider leads there.
 */
export function showSignIn(pool: Pool): RequestHandler {
  return (req, res) => {
    const request = readAuthorizationRequest(req.query, pool.clients);
    if (findProvider(pool.settings, request.client, request.identityProvider)) {
      res.redirect(302, `/oauth2/authorize${queryOf(req)}`);
      return;
    }
    const signedIn = silentSignIn(pool, req, request);
    renderSignIn(req, res, pool, {
      username: request.loginHint,
      signedInAs: signedIn && nameShown(signedIn.user, pool.settings),
    });
  };
}

/** Leads back to the buttons of `/login` where everybody comes in through a provider. */
export function requireLocalUsers(pool: Pool): RequestHandler {
  return (req, res, next) => {
    const client = clientNamed(req.query.client_id, pool.clients);
    if (hasLocalUsers(client)) next();
    else res.redirect(302, `/login${queryOf(req)}`);
  };
}

/**
 * POST /login: on the right password a hosted session and a code for the app, or the page that the user's status
 * asks for first; otherwise the form again, 400.
 */
export function signIn(pool: Pool): RequestHandler {
  return async (req, res) => {
    const request = readAuthorizationRequest(req.query, pool.clients);
    const { username = "", password = "" } = readForm(req, pool, signInPageLifetimeMs);
    const { user, problem } = await authenticate(pool, request.client, username.trim(), password);
    const next = user ? await nextStep(req, res, pool, request, user) : { problem };
    if (next.problem === undefined) res.redirect(302, next.address);
    else renderSignIn(req, res.status(400), pool, { username, problem: next.problem });
  };
}

type NextStep = { address: string; problem?: undefined } | { problem: Message };

async function nextStep(
  req: Request,
  res: Response,
  pool: Pool,
  request: AuthorizationRequest,
  user: User,
): Promise<NextStep> {
  const query = queryOf(req);
  switch (user.status) {
    case "CONFIRMED":
      return { address: await afterFirstFactor(req, res, pool, request, user) };
    case "UNCONFIRMED":
      continueSignUp(pool, user, res);
      return { address: `/confirm${query}` };
    case "FORCE_CHANGE_PASSWORD":
      pool.pendingNewPasswords.start(res, { username: user.username, sub: user.sub });
      return { address: `/changePassword${query}` };
    case "RESET_REQUIRED": {
      const problem = continueRecovery(pool, request.client, res, user);
      return problem ? { problem } : { address: `/confirmForgotPassword${query}` };
    }
    case "EXTERNAL_PROVIDER":
      return { problem: "incorrectUsernameOrPassword" };
  }
}

function continueSignUp(pool: Pool, user: User, res: Response): void {
  pool.pendingConfirmations.start(res, { username: user.username, sub: user.sub });
  // Beyond the hourly limit no mail goes out; the code sent last still works.
  if (!pool.resendLimit.spend(pool.users.keyOf(user.username))) return;
  newConfirmationCode(pool, user);
}

interface SignInPage {
  username?: string | undefined;
  signedInAs?: string | undefined;
  problem?: Message | undefined;
}

/**
 * Answers a form whose step is over: after a second click on its button the browser is a step further and goes on;
 * otherwise the step took too long, which the form of `/login` says.
 */
export function leadBackToSignIn(req: Request, res: Response, pool: Pool): void {
  const isFurther = pool.sessions.find(req) || isAtSecondFactor(pool, req);
  if (isFurther) res.redirect(302, addressToGoOnAt(pool, req));
  else renderSignIn(req, res.status(400), pool, { problem: "sessionExpired" });
}

/** Shows the form of `/login`, also where another page has to lead back to it with a word of explanation. */
export function renderSignIn(req: Request, res: Response, pool: Pool, page: SignInPage): void {
  const client = clientNamed(req.query.client_id, pool.clients);
  res.render("sign-in", {
    query: queryOf(req),
    formToken: pool.formTokens.issue(req, res),
    identifier: identifierField(pool.settings),
    username: page.username,
    signedInAs: page.signedInAs,
    problem: page.problem,
    hasLocalUsers: hasLocalUsers(client),
    allowsSignUp: pool.settings.allowsSignUp,
    providers: offeredProviders(pool.settings, client).map(({ name, type }) => ({
      label: providerProfiles[type].label,
      address: addressThrough(name, req),
    })),
  });
}

function addressThrough(provider: string, req: Request): string {
  const parameters = new URLSearchParams(queryOf(req));
  parameters.set("identity_provider", provider);
  return `/oauth2/authorize?${parameters}`;
}
