import type { NextFunction, Request, RequestHandler } from "express";
import type { User } from "../cognito/user.ts";
import { AppError } from "../errors.ts";
import { localPath, type Site } from "../request/local-path.ts";
import { redirect } from "../request/redirect.ts";
import { isFetch } from "../request/request-kind.ts";
import { assertSameOrigin } from "../request/same-origin.ts";
import type { Session } from "../session/session.ts";
import type { SignInSettings } from "../settings/settings.ts";
import { pathWith } from "./login-url.ts";
import { Visit } from "./visit.ts";

/**
 * Stand on the routes that they protect, so that an unknown path stays a 404. Visitors who may not pass go to sign in and
 * come back; a fetch gets a 401. Forms of other sites get a 403.
 */
export interface Guards {
  /** Lets signed-in visitors through. */
  requireUser: RequestHandler;
  /** Lets members of a group through; other signed-in visitors get a 403. */
  requireGroup(group: string): RequestHandler;
  /** Lets those through who have proved who they are to Cognito in the last minutes; others are asked again. */
  requireRecentSignIn(options: { minutes: number }): RequestHandler;
}

/** How guards and routes hand an error to the app. */
export type PassOn = (thrown: unknown, req: Request, next: NextFunction) => void;

/** The guards of one sign-in. */
export function createGuards(
  settings: Pick<SignInSettings, "appUrl" | "paths">,
  owner: object,
  now: () => number,
  passOn: PassOn,
): Guards {
  const { appUrl, paths } = settings;

  /** A guard that lets through whom `refusal` says nothing against. */
  function guard(refusal: (session: Session | undefined) => Refusal | undefined): RequestHandler {
    return async (req, res, next) => {
      try {
        assertSameOrigin(req, appUrl);
        const refused = refusal(await visitOf(req, owner).session());
        if (!refused) return next();
        if (refused.error.code === "forbidden" || isFetch(req)) throw refused.error;
        const returnTo = pageOf(req, settings);
        redirect(res, 303, pathWith(paths.login, { returnTo, max_age: refused.maxAge }));
      } catch (error) {
        passOn(error, req, next);
      }
    };
  }

  const requireUser = guard((session) => (session ? undefined : signInRequired()));

  return {
    requireUser,
    requireGroup(group) {
      if (typeof group !== "string" || group === "") {
        throw new TypeError('requireGroup needs the name of a group: requireGroup("editors").');
      }
      return guard((session) => {
        if (!session) return signInRequired();
        if (session.user.groups.includes(group)) return undefined;
        return { error: new AppError("forbidden", { reason: group }) };
      });
    },
    requireRecentSignIn(options) {
      const minutes = options?.minutes;
      if (typeof minutes !== "number" || !(minutes > 0)) {
        throw new TypeError("requireRecentSignIn needs a number: { minutes: 5 }.");
      }
      return guard((session) => {
        if (!session) return signInRequired();
        const { authenticatedAt = Number.NEGATIVE_INFINITY } = session;
        if (now() - authenticatedAt < minutes * 60_000) return undefined;
        const error = new AppError("recent_sign_in_required");
        return { error, maxAge: String(Math.round(minutes * 60)) };
      });
    },
  };
}

interface Refusal {
  error: AppError;
  /** Seconds. */
  maxAge?: string;
}

function signInRequired(): Refusal {
  return { error: new AppError("sign_in_required") };
}

/** The visit that `app.use(signIn)` has put on the request. */
function visitOf(req: Request, owner: object): Visit {
  const visit: unknown = req.signIn;
  if (visit instanceof Visit && visit.isOf(owner)) return visit;
  throw new AppError("unexpected", {
    cause: new Error(
      visit
        ? "A guard belongs to another sign-in than the one that app.use() was given. Make one with cognitoSignIn() and use its guards."
        : "A guard was reached before app.use(signIn). Put app.use(signIn) in front of the routes that it guards.",
    ),
  });
}

/** The signed-in visitor of a route behind a guard; throws where no guard stands. */
export function userOf(req: Request): User {
  if (!req.signIn.user) throw new Error("This route asks for the user but has no guard.");
  return req.signIn.user;
}

/** The page to come back to: this one, or for a form that was sent too late the page that holds the form. */
function pageOf(req: Request, site: Site): string {
  if (req.method === "GET") return localPath(req.originalUrl, site) ?? "/";
  const { appUrl } = site;
  const referer = req.get("Referer") ?? "";
  return (referer.startsWith(`${appUrl}/`) && localPath(referer.slice(appUrl.length), site)) || "/";
}
