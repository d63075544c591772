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
import { type Session, sessionVersion } from "../session/session.ts";
import { createSessionId } from "../session/sessions.ts";
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
      let pending: FoundPendingSignIn | undefined;
      let returnTo: string | undefined;
      try {
        const response = readAuthorizationResponse(queryOf(req), relyingParty.issuer);
        const begun = pendingSignIns.read(req.headers.cookie);
        pending = begun.find(({ state }) => state === response.state);
        returnTo = pending
          ? await finish(req, res, response, pending)
          : await answerStranger(req, res, begun.length > 0);
      } catch (error) {
        throw refusedSignIn(services, error, pending?.returnTo);
      }
      if (returnTo === undefined) throw new AppError("link_forgotten");
      redirect(res, 303, returnTo);
    },
  };

  /** A spent callback, by the Back button for instance: whoever is signed in stays so (CB-8). */
  async function answerStranger(req: Request, res: Response, hasBegun: boolean): Promise<string> {
    if (await currentSession(services, req, res)) return settings.paths.signedIn;
    throw new AppError(hasBegun ? "state_mismatch" : "no_pending_sign_in");
  }

  /** Resolves to where to go on; undefined where that is forgotten. */
  async function finish(
    req: Request,
    res: Response,
    response: AuthorizationResponse,
    pending: FoundPendingSignIn,
  ): Promise<string | undefined> {
    const { state, isLate, returnTo } = pending;
    let isSpent = false;
    try {
      if ("error" in response) {
        if (!isSilentRefusal(response.error, pending)) throw refusalOf(response);
      } else if (isLate) {
        // The code is not redeemed: Cognito gives another one, and asks nothing while its hour lasts.
        forget(res, pending);
        return pathWith(settings.paths.login, { returnTo });
      } else {
        const signedIn = await callbackClaims.once(state, () => {
          isSpent = true;
          return beginSession(req, res, { ...pending, code: response.code });
        });
        if (!signedIn.isFirst) await adopt(req, res, signedIn.sessionId);
      }
    } catch (error) {
      // Where the store could not even be asked, the visitor may try this very address again.
      if (isSpent || !isStoreUnavailable(error)) forget(res, pending);
      throw error;
    }
    forget(res, pending);
    return returnTo;
  }

  async function adopt(req: Request, res: Response, sessionId: string): Promise<void> {
    if (await sessionChanges.adopt(req, res, sessionId)) return;
    throw new AppError("no_pending_sign_in", { reason: "the session has ended since" });
  }

  async function beginSession(
    req: Request,
    res: Response,
    pending: FoundPendingSignIn & { code: string },
  ): Promise<string> {
    const { code, codeVerifier, nonce, isReauthentication, startedAt } = pending;
    const { discard } = services;
    const request = { code, codeVerifier, nonce, discard };
    const { completed, accessToken } = await relyingParty.completeSignIn(request);
    if (isReauthentication && !isSince(completed.authenticatedAt, startedAt)) {
      discard(completed.refreshToken);
      throw new AppError("sign_in_not_recent", { reason: "auth_time" });
    }
    const browser = await describeBrowser(req.get("User-Agent"));
    const now = services.now();
    const sessionId = createSessionId();
    const session: Session = {
      version: sessionVersion,
      issuer: relyingParty.issuer,
      ...completed,
      createdAt: now,
      latestEnd: now + settings.sessionMaxSeconds * 1000,
      lastSeenAt: now,
      browser,
    };
    try {
      await sessionChanges.begin(req, res, sessionId, session);
    } catch (error) {
      discard(completed.refreshToken);
      throw error;
    }
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
