import type { Request, RequestHandler, Response } from "express";
import { authenticate, nextChallenge } from "../accounts/authentication.ts";
import { CognitoException } from "../accounts/exceptions.ts";
import { continueRecovery } from "../accounts/password-recovery.ts";
import { resendConfirmationCode } from "../accounts/sign-up.ts";
import { queryOf, readForm, signInPageLifetimeMs } from "../browser/forms.ts";
import {
  findProvider,
  hasLocalUsers,
  labelOf,
  offeredProviders,
} from "../identity-providers/identity-providers.ts";
import type { Message } from "../messages.ts";
import {
  type AuthorizationRequest,
  clientNamed,
  readAuthorizationRequest,
} from "../oauth/authorization-request.ts";
import { silentSignIn } from "../oauth/silent-sign-in.ts";
import type { AppClient } from "../pool/clients.ts";
import { identifierField, nameShown } from "../users/identifier.ts";
import type { User } from "../users/user.ts";
import { attempt } from "./attempt.ts";
import { expectCode } from "./forgot-password-page.ts";
import type { HostedUi } from "./hosted-ui.ts";
import { type Notice, takeNotice } from "./notice.ts";
import { addressToGoOnAt, afterFirstFactor, isAtSecondFactor } from "./second-factor.ts";

/**
 * GET /login: the form and a button for each provider, and for a browser that is signed in the choice to go on as that
 * user. An address that names a provider leads there.
 */
export function showSignIn(pool: HostedUi): RequestHandler {
  return (req, res) => {
    const request = readAuthorizationRequest(req.query, pool.clients);
    if (findProvider(pool.settings, request.client, request.identityProvider)) {
      res.redirect(302, `/oauth2/authorize${queryOf(req)}`);
      return;
    }
    const signedIn = silentSignIn(pool, req, request);
    renderSignIn(req, res, pool, {
      username: request.loginHint,
      notice: takeNotice(req, res),
      signedInAs: signedIn && nameShown(signedIn.user, pool.settings),
    });
  };
}

/** Leads back to the buttons of `/login` where everybody comes in through a provider. */
export function requireLocalUsers(pool: HostedUi): RequestHandler {
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
export function signIn(pool: HostedUi): RequestHandler {
  return async (req, res) => {
    const request = readAuthorizationRequest(req.query, pool.clients);
    const { username = "", password } = readForm(req, pool, signInPageLifetimeMs);
    const asksNameFirst = isNameFirst(pool, request.client);
    if (asksNameFirst && password === undefined) {
      renderPassword(req, res, pool, { username });
      return;
    }
    const { result, problem } = await attempt(res, async () => {
      const { client } = request;
      const user = await authenticate(pool, {
        client,
        username: username.trim(),
        password: password ?? "",
      });
      return nextAddress(req, res, pool, request, user);
    });
    if (problem === undefined) res.redirect(302, result);
    else if (asksNameFirst) renderPassword(req, res.status(400), pool, { username, problem });
    else renderSignIn(req, res.status(400), pool, { username, problem });
  };
}

/** Returns where to go on for somebody who has proven a password; throws where that is nowhere. */
async function nextAddress(
  req: Request,
  res: Response,
  pool: HostedUi,
  request: AuthorizationRequest,
  user: User,
): Promise<string> {
  const query = queryOf(req);
  const { username, sub } = user;
  switch (nextChallenge(pool, user)) {
    case "UNCONFIRMED":
      await continueSignUp(pool, request.client, user, res);
      return `/confirm${query}`;
    case "NEW_PASSWORD_REQUIRED":
      pool.pendingNewPasswords.start(res, { username, sub });
      return `/changePassword${query}`;
    case "RESET_REQUIRED":
      await continueRecovery(pool, {
        client: request.client,
        user,
        andKeep: expectCode(res, pool, username),
      });
      return `/confirmForgotPassword${query}`;
    default:
      return afterFirstFactor(req, res, pool, request, user);
  }
}

async function continueSignUp(
  pool: HostedUi,
  client: AppClient,
  { username, sub }: User,
  res: Response,
): Promise<void> {
  pool.pendingConfirmations.start(res, { username, sub });
  try {
    await resendConfirmationCode(pool, { client, username });
  } catch (error) {
    // Beyond the hourly limit no mail goes out; the code sent last still works.
    const isLimit = error instanceof CognitoException;
    if (!isLimit || error.exception !== "LimitExceededException") throw error;
  }
}

/** Managed login asks for the name alone where the client lets people choose how to prove themselves (ALLOW_USER_AUTH). */
function isNameFirst({ settings }: HostedUi, { authFlows }: AppClient): boolean {
  return settings.managedLoginVersion === 2 && authFlows.includes("ALLOW_USER_AUTH");
}

/**
 * Asks for the password of the name that was typed. The name travels in the form: nothing is trusted that it says, and
 * two tabs can be at two names.
 */
function renderPassword(req: Request, res: Response, pool: HostedUi, page: SignInPage): void {
  res.render("sign-in-password", {
    query: queryOf(req),
    formToken: pool.formTokens.issue(req, res),
    identifier: identifierField(pool.settings),
    allowsRecovery: allowsRecovery(pool),
    ...page,
  });
}

interface SignInPage {
  username?: string | undefined;
  signedInAs?: string | undefined;
  problem?: Message | undefined;
  notice?: Notice | undefined;
}

/**
 * Answers a form whose step is over. After a second click on its button the browser is a step further, and goes on.
 * Otherwise the step took too long, and the form of `/login` says so.
 */
export function leadBackToSignIn(req: Request, res: Response, pool: HostedUi): void {
  const isFurther = pool.sessions.find(req) || isAtSecondFactor(pool, req);
  if (isFurther) res.redirect(302, addressToGoOnAt(pool, req));
  else renderSignIn(req, res.status(400), pool, { problem: "sessionExpired" });
}

/** Shows the form of `/login`, also where another page has to lead back to it with a word of explanation. */
export function renderSignIn(req: Request, res: Response, pool: HostedUi, page: SignInPage): void {
  const client = clientNamed(req.query.client_id, pool.clients);
  res.render("sign-in", {
    query: queryOf(req),
    formToken: pool.formTokens.issue(req, res),
    identifier: identifierField(pool.settings),
    username: page.username,
    signedInAs: page.signedInAs,
    problem: page.problem,
    notice: page.notice,
    hasLocalUsers: hasLocalUsers(client),
    asksNameFirst: isNameFirst(pool, client),
    allowsSignUp: pool.settings.allowsSignUp,
    allowsRecovery: allowsRecovery(pool),
    providers: offeredProviders(pool.settings, client).map((provider) => ({
      label: labelOf(provider),
      isSocial: !["SAML", "OIDC"].includes(provider.type),
      address: addressThrough(provider.name, req),
    })),
  });
}

function allowsRecovery({ settings }: HostedUi): boolean {
  return settings.recoveryBy.length > 0;
}

function addressThrough(provider: string, req: Request): string {
  const parameters = new URLSearchParams(queryOf(req));
  parameters.set("identity_provider", provider);
  return `/oauth2/authorize?${parameters}`;
}
