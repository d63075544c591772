import type { Request, Response } from "express";
import { AppError } from "../errors.ts";
import type { OwnPages } from "../pages/own-pages.ts";
import { redirect } from "../request/redirect.ts";
import { requestIdOf } from "../request/request-id.ts";
import { assertOpensInWindow, isCrossSite, isPrefetch } from "../request/request-kind.ts";
import type { Session } from "../session/session.ts";
import { reportSignOut } from "../visitor/auth-log.ts";
import { revokeTokens } from "../visitor/ended-sessions.ts";
import type { Services } from "../visitor/services.ts";
import { type SessionChanges, SessionLeftError } from "../visitor/session-changes.ts";
import { storedSession } from "../visitor/visit.ts";
import { continueReauthentication } from "./login.ts";
import type { Route } from "./route.ts";

/** Signs the visitor out and sends them on to Cognito's own sign-out, once `meanwhile` is over as well. */
export type SignOut = (req: Request, res: Response, meanwhile?: Promise<unknown>) => Promise<void>;

/** The one way to sign out, whichever button led to it. */
export function createSignOut(services: Services, sessionChanges: SessionChanges): SignOut {
  const { relyingParty, sessionCookie, settings } = services;

  /** Session first, then the refresh token, then Cognito's own session: what fails last matters least. */
  const signOut: SignOut = async (req, res, meanwhile) => {
    res.clearCookie(sessionCookie.name, sessionCookie.options);
    if (settings.usesHttps) res.set("Clear-Site-Data", '"cache"');
    const session = await endSession(req);
    await Promise.all([session && revokeAndReport(req, session), meanwhile]);
    redirect(res, 303, relyingParty.signOutLocation());
  };

  async function endSession(req: Request): Promise<Session | undefined> {
    try {
      return await sessionChanges.end(req);
    } catch (error) {
      const isLeft = error instanceof SessionLeftError;
      // Whether or not the row is gone: where it stays, Cognito ends the session at its next renewal.
      if (isLeft) await revokeTokenOf(req, error.session);
      const cause = isLeft ? error.cause : error;
      throw new AppError("sign_out_unconfirmed", { cause });
    }
  }

  async function revokeAndReport(req: Request, session: Session): Promise<void> {
    const revoked = await revokeTokenOf(req, session);
    reportSignOut(services, req, { sub: session.user.sub, revoked });
  }

  async function revokeTokenOf(req: Request, { refreshToken }: Session): Promise<boolean> {
    const held = refreshToken === undefined ? [] : [refreshToken];
    const { size } = await revokeTokens(services, held, requestIdOf(req));
    return size > 0;
  }

  return signOut;
}

/** `/logout`: POST signs out; GET is also the sign-out URL that Cognito sends everybody back to. */
export function logoutRoute(services: Services, signOut: SignOut, pages: OwnPages): Route {
  const { noticeCookie } = services;
  return {
    async GET(req, res) {
      if (isPrefetch(req)) return void res.status(204).end();
      const onward = continueReauthentication(services, req, res);
      if (onward) return redirect(res, 302, onward);
      const session = await storedSession(services, req);
      if (!session) {
        const isDeleted = noticeCookie.take(req, res) === "deleted";
        return void (await pages.signedOut(req, res, isDeleted));
      }
      if (isCrossSite(req)) return void (await pages.confirmSignOut(req, res, session.user));
      // An image or a script that points at the sign-out URL signs nobody out.
      assertOpensInWindow(req);
      await signOut(req, res);
    },
    POST: (req, res) => signOut(req, res),
  };
}
