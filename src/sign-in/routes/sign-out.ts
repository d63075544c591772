import type { Express, Request, RequestHandler, Response } from "express";
import { AppError } from "../errors.ts";
import { methodNotAllowed, refusePrefetch } from "../request/methods.ts";
import { redirect } from "../request/redirect.ts";
import { assertOpensInWindow, isCrossSite } from "../request/request-kind.ts";
import type { Services } from "../services.ts";
import type { Session } from "../session/session.ts";
import { reportSignOut } from "../visitor/auth-log.ts";
import { storedSession } from "../visitor/current-session.ts";
import { revokeTokens } from "../visitor/ended-sessions.ts";
import { type SessionChanges, SessionLeftError } from "../visitor/session-changes.ts";

/** Signs the visitor out and sends them on to Cognito's own sign-out, once `meanwhile` is over as well. */
export type SignOut = (req: Request, res: Response, meanwhile?: Promise<unknown>) => Promise<void>;

/** The one way to sign out, whichever button led to it. */
export function createSignOut(services: Services, sessionChanges: SessionChanges): SignOut {
  const { relyingParty, sessionCookie, config } = services;

  /** Session first, then the refresh token, then Cognito's own session: what fails last matters least. */
  const signOut: SignOut = async (req, res, meanwhile) => {
    res.clearCookie(sessionCookie.name, sessionCookie.options);
    if (config.usesHttps) res.set("Clear-Site-Data", '"cache"');
    const session = await endSession(req, res);
    await Promise.all([session && revokeAndReport(req, session), meanwhile]);
    redirect(res, 303, relyingParty.signOutLocation());
  };

  async function endSession(req: Request, res: Response): Promise<Session | undefined> {
    try {
      return await sessionChanges.end(req, res);
    } catch (error) {
      const isLeft = error instanceof SessionLeftError;
      // Whether or not the row is gone: where it stays, Cognito ends the session at its next renewal.
      if (isLeft) await revokeTokenOf(req, error.session);
      const cause = isLeft ? error.cause : error;
      throw new AppError("sign_out_unconfirmed", { cause, retryAfterSeconds: 5 });
    }
  }

  async function revokeAndReport(req: Request, session: Session): Promise<void> {
    const revoked = await revokeTokenOf(req, session);
    reportSignOut(services, req, { sub: session.user.sub, revoked });
  }

  async function revokeTokenOf(req: Request, { refreshToken }: Session): Promise<boolean> {
    const held = refreshToken === undefined ? [] : [refreshToken];
    const { size } = await revokeTokens(services, held, req.id);
    return size > 0;
  }

  return signOut;
}

/** `/logout`: POST signs out; GET is also the sign-out URL that Cognito sends everybody back to. */
export function addSignOut(app: Express, services: Services, signOut: SignOut): void {
  const signedOutPage: RequestHandler = async (req, res) => {
    const session = await storedSession(services, req);
    if (!session) return res.render("loggedOut");
    if (isCrossSite(req)) return res.render("confirmSignOut", { user: session.user });
    // An image or a script that points at the sign-out URL signs nobody out.
    assertOpensInWindow(req);
    await signOut(req, res);
  };

  app
    .route("/logout")
    .head(methodNotAllowed("GET, POST"))
    .get(refusePrefetch, signedOutPage)
    .post((req, res) => signOut(req, res))
    .all(methodNotAllowed("GET, POST"));
}
