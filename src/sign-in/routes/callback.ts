import type { Request, RequestHandler, Response } from "express";
import { errorDescription } from "../cognito/error-description.ts";
import { AppError } from "../errors.ts";
import { describeBrowser } from "../pages/browser-description.ts";
import {
  type AuthorizationResponse,
  isAuthorizationResponse,
  readAuthorizationResponse,
} from "../request/authorization-response.ts";
import { redirect } from "../request/redirect.ts";
import type { Services } from "../services.ts";
import { sessionVersion } from "../session/session.ts";
import { refusedSignIn, reportSignIn } from "../visitor/auth-log.ts";
import { currentSession } from "../visitor/current-session.ts";
import type { FoundPendingSignIn } from "../visitor/pending-sign-in.ts";
import type { SessionChanges } from "../visitor/session-changes.ts";

/** `GET /logged-in` with an authorization response: completes the sign-in that this browser began, once. */
export function callback(services: Services, sessionChanges: SessionChanges): RequestHandler {
  const { relyingParty, pendingSignIns, callbackClaims } = services;

  return async (req, res, next) => {
    if (!isAuthorizationResponse(req.query)) return next();
    const returnTo = await answerCallback(req, res).catch((error: unknown) => {
      throw refusedSignIn(services, error);
    });
    if (returnTo === undefined) throw new AppError("link_forgotten");
    redirect(res, 303, returnTo);
  };

  /** Resolves to where to go on; undefined where that is forgotten. */
  async function answerCallback(req: Request, res: Response): Promise<string | undefined> {
    const response = readAuthorizationResponse(req.query, relyingParty.issuer);
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
    const { returnTo = "/logged-in" } = pending;
    return `/login?${new URLSearchParams({ returnTo })}`;
  }

  /** A spent callback, by the Back button for instance: whoever is signed in stays so (CB-8). */
  async function answerStranger(req: Request, res: Response, hasBegun: boolean): Promise<string> {
    if (await currentSession(services, req, res)) return "/logged-in";
    throw new AppError(hasBegun ? "state_mismatch" : "no_pending_sign_in");
  }

  async function completeSignIn(
    req: Request,
    res: Response,
    response: AuthorizationResponse,
    pending: FoundPendingSignIn,
    begin: (code: string) => Promise<string>,
  ): Promise<void> {
    if ("error" in response) throw refusalOf(response);
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
    { codeVerifier, nonce }: FoundPendingSignIn,
  ): Promise<string> {
    const { discard } = services;
    const completed = await relyingParty.completeSignIn({ code, codeVerifier, nonce, discard });
    const now = services.now();
    const begun = sessionChanges.begin(req, res, {
      version: sessionVersion,
      issuer: relyingParty.issuer,
      ...completed,
      createdAt: now,
      latestEnd: now + services.config.sessionMaxSeconds * 1000,
      lastSeenAt: now,
      browser: describeBrowser(req.get("User-Agent")),
    });
    begun.catch(() => discard(completed.refreshToken));
    const sessionId = await begun;
    reportSignIn(services, req, completed.user.sub);
    return sessionId;
  }

  function forget(res: Response, { cookieNames }: FoundPendingSignIn): void {
    for (const name of cookieNames) res.clearCookie(name, pendingSignIns.cookieOptions);
  }
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
