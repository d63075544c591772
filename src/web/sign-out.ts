import { type Request, type RequestHandler, type Response, Router } from "express";
import { AppError } from "../errors.ts";
import type { Session } from "../session/session.ts";
import { reportSignOut } from "./auth-log.ts";
import { storedSession } from "./current-session.ts";
import { methodNotAllowed, refusePrefetch } from "./methods.ts";
import { redirect } from "./redirect.ts";
import { isCrossSite, opensInWindow } from "./request-kind.ts";
import type { Services } from "./services.ts";
import type { SessionChanges } from "./session-changes.ts";

/** `/logout`: POST signs out; GET is also the sign-out URL that Cognito sends everybody back to. */
export function signOutRoutes(services: Services, sessionChanges: SessionChanges): Router {
  const { relyingParty, sessionCookie, config, log } = services;

  /** Session first, then the refresh token, then Cognito's own session: what fails last matters least. */
  const signOut: RequestHandler = async (req, res) => {
    res.clearCookie(sessionCookie.name, sessionCookie.options);
    if (config.usesHttps) res.set("Clear-Site-Data", '"cache"');
    const session = await endSession(req, res);
    if (session) await revokeRefreshToken(req, session);
    redirect(res, 303, relyingParty.signOutLocation());
  };

  async function endSession(req: Request, res: Response): Promise<Session | undefined> {
    try {
      return await sessionChanges.end(req, res);
    } catch (cause) {
      throw new AppError("sign_out_unconfirmed", { cause, retryAfterSeconds: 5 });
    }
  }

  /** Best effort: without the session nobody holds the token, so a silent Cognito does not keep the visitor waiting. */
  async function revokeRefreshToken(req: Request, { user, refreshToken }: Session): Promise<void> {
    let revoked = false;
    try {
      if (refreshToken) {
        await relyingParty.revoke(refreshToken);
        revoked = true;
      }
    } catch (error) {
      log.warn({ requestId: req.id, err: error }, "the refresh token was not revoked");
    }
    reportSignOut(log, req, { sub: user.sub, revoked });
  }

  const signedOutPage: RequestHandler = async (req, res, next) => {
    const session = await storedSession(services, req);
    if (!session) return res.render("loggedOut");
    if (isCrossSite(req)) return res.render("confirmSignOut", { user: session.user });
    // An image or a script that points at the sign-out URL signs nobody out.
    if (!opensInWindow(req)) throw new AppError("cross_site_request", { reason: "no navigation" });
    await signOut(req, res, next);
  };

  const router = Router({ caseSensitive: true, strict: true });
  router
    .route("/logout")
    .head(methodNotAllowed("GET, POST"))
    .get(refusePrefetch, signedOutPage)
    .post(signOut)
    .all(methodNotAllowed("GET, POST"));
  return router;
}
