import type { Request, Response } from "express";
import { errorDescription } from "../cognito/error-description.ts";
import { AppError } from "../errors.ts";
import { describeBrowser } from "../pages/browser-description.ts";
import {
  type AuthorizationResponse,
  isAuthorizationResponse,
  readAuthorizationResponse,
} from "../request/authorization-response.ts";
import { queryOf } from "../request/query.ts";
import { redirect } from "../request/redirect.ts";
import { isPrefetch } from "../request/request-kind.ts";
import { sessionVersion } from "../session/session.ts";
import { refusedSignIn, reportSignIn } from "../visitor/auth-log.ts";
import { pathWith } from "../visitor/login-url.ts";
import type { FoundPendingSignIn } from "../visitor/pending-sign-in.ts";
import type { Services } from "../visitor/services.ts";
import type { SessionChanges } from "../visitor/session-changes.ts";
import { currentSession } from "../visitor/visit.ts";
import type { Route } from "./route.ts";

/** The clocks of Cognito and of this machine may differ so much (milliseconds). */
const clockToleranceMs = 60_000;

/** `GET /logged-in` with an authorization response: completes the sign-in that this browser began, once. */
export function callbackRoute(services: Services, sessionChanges: SessionChanges): Route {
  const { relyingParty, pendingSignIns, callbackClaims, settings } = services;

  return {
    isOurs: (req) => ["GET", "HEAD"].includes(req.method) && isAuthorizationResponse(queryOf(req)),
    async GET(req, res) {
      if (isPrefetch(req)) return void res.status(204).end();
      const returnTo = await answerCallback(req, res).catch((error: unknown) => {
        throw refusedSignIn(services, error);
      });
      if (returnTo === undefined) throw new AppError("link_forgotten");
      redirect(res, 303, returnTo);
    },
  };

  /** Resolves to where to go on; undefined where that is forgotten. */
  async function answerCallback(req: Request, res: Response): Promise<string | undefined> {
    const response = readAuthorizationResponse(queryOf(req), relyingParty.issuer);
    const begun = pendingSignIns.read(req.headers.cookie);
    const pending = begun.find(({ state }) => state === response.state);
    if (!pending) return await answerStranger(req, res, begun.length > 0);
    if (pending.isLate && "code" in response) return beginAgain(res, pending);
    let isSpent = false;
    const begin = (code: string) => {
      isSpent = true;
      return beginSession(req, res, code, pending);
    };
    try {
      await completeSignIn(req, res, response, pending, begin);
    } catch (error) {
      // Where the store could not even be asked, the visitor may try this very address again.
      if (isSpent || !isStoreUnavailable(error)) forget(res, pending);
      if (error instanceof AppError) error.returnTo = pending.returnTo;
      throw error;
    }
    forget(res, pending);
    return pending.returnTo;
  }

  /** The code of a sign-in that took long is not redeemed: Cognito gives another one, and asks nothing while its hour lasts. */
  function beginAgain(res: Response, pending: FoundPendingSignIn): string {
    forget(res, pending);
    return pathWith(settings.paths.login, { returnTo: pending.returnTo });
  }

  /** A spent callback, by the Back button for instance: whoever is signed in stays so (CB-8). */
  async function answerStranger(req: Request, res: Response, hasBegun: boolean): Promise<string> {
    if (await currentSession(services, req, res)) return settings.paths.signedIn;
    throw new AppError(hasBegun ? "state_mismatch" : "no_pending_sign_in");
  }

  async function completeSignIn(
    req: Request,
    res: Response,
    response: AuthorizationResponse,
    pending: FoundPendingSignIn,
    begin: (code: string) => Promise<string>,
  ): Promise<void> {
    if ("error" in response) {
      if (isSilentRefusal(response.error, pending)) return;
      throw refusalOf(response);
    }
    const { sessionId, isFirst } = await callbackClaims.once(pending.state, () =>
      begin(response.code),
    );
    if (isFirst || (await sessionChanges.adopt(req, res, sessionId))) return;
    throw new AppError("no_pending_sign_in", { reason: "the session has ended since" });
  }

  async function beginSession(
    req: Request,
    res: Response,
    code: string,
    { codeVerifier, nonce, isReauthentication, startedAt }: FoundPendingSignIn,
  ): Promise<string> {
    const { discard } = services;
    const request = { code, codeVerifier, nonce, discard };
    const { completed, accessToken } = await relyingParty.completeSignIn(request);
    if (isReauthentication && !isSince(completed.authenticatedAt, startedAt)) {
      discard(completed.refreshToken);
      throw new AppError("sign_in_not_recent", { reason: "auth_time" });
    }
    const browser = await describeBrowser(req.get("User-Agent"));
    const now = services.now();
    const begun = sessionChanges.begin(req, res, {
      version: sessionVersion,
      issuer: relyingParty.issuer,
      ...completed,
      createdAt: now,
      latestEnd: now + settings.sessionMaxSeconds * 1000,
      lastSeenAt: now,
      browser,
    });
    begun.catch(() => discard(completed.refreshToken));
    const sessionId = await begun;
    services.accessTokens.keep(sessionId, accessToken);
    reportSignIn(services, req, completed.user.sub);
    return sessionId;
  }

  function forget(res: Response, { cookieNames }: FoundPendingSignIn): void {
    for (const name of cookieNames) res.clearCookie(name, pendingSignIns.cookieOptions);
  }
}

/** What Cognito answers where it was to ask nothing (OpenID Connect Core §3.1.2.6): the visitor comes back as they are. */
function isSilentRefusal(error: string, { isSilent }: FoundPendingSignIn): boolean {
  const silent = ["login_required", "interaction_required", "consent_required"];
  return isSilent === true && [...silent, "account_selection_required"].includes(error);
}

/** OpenID Connect Core §3.1.3.7, of `auth_time`: the sign-in that was asked for, and not an earlier one. */
function isSince(authenticatedAt: number | undefined, startedAt: number): boolean {
  return authenticatedAt !== undefined && authenticatedAt >= startedAt - clockToleranceMs;
}

/** Our own words by a known code; the description that came with it is for the operator alone (CB-5). */
function refusalOf(response: Extract<AuthorizationResponse, { error: string }>): AppError {
  const { error } = response;
  const code = error === "access_denied" ? "sign_in_declined" : "sign_in_refused";
  const description = errorDescription(response.description);
  const reason = /^[\w.-]{1,64}$/.test(error) ? error : "unreadable error";
  return new AppError(code, { reason, ...(description && { details: { description } }) });
}

function isStoreUnavailable(error: unknown): boolean {
  return error instanceof AppError && error.code === "store_unavailable";
}
