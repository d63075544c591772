import type { Request, RequestHandler, Response } from "express";
import type { User } from "../cognito/user.ts";
import { AppError } from "../errors.ts";
import { localPath } from "../request/local-path.ts";
import { redirect } from "../request/redirect.ts";
import { isFetch } from "../request/request-kind.ts";
import type { Services } from "../services.ts";
import { currentSession, type SessionReading } from "./current-session.ts";

declare global {
  namespace Express {
    interface Request {
      /** Set by the guards. */
      user?: User;
    }
  }
}

/** Stand on the routes that they protect, so that an unknown path stays a 404. */
export interface Guards {
  /** Lets signed-in visitors through; others go to sign in and come back, and a fetch gets a 401 in JSON. */
  requireUser: RequestHandler;
  /** Lets members of a group through; other signed-in visitors get a 403 page. */
  requireGroup(group: string): RequestHandler;
}

/** The guards of one app; each of them reads the session anew. */
export function createGuards(services: SessionReading & Pick<Services, "config">): Guards {
  const { appUrl } = services.config;

  /** True for a signed-in visitor; everybody else has been answered. */
  async function admit(req: Request, res: Response): Promise<boolean> {
    const session = await currentSession(services, req, res);
    if (session) {
      req.user = session.user;
      return true;
    }
    if (isFetch(req)) throw new AppError("sign_in_required");
    redirect(res, 303, `/login?${new URLSearchParams({ returnTo: pageOf(req, appUrl) })}`);
    return false;
  }

  return {
    requireUser: async (req, res, next) => {
      if (await admit(req, res)) next();
    },
    requireGroup: (group) => async (req, res, next) => {
      if (!(await admit(req, res))) return;
      if (!userOf(req).groups.includes(group)) throw new AppError("forbidden", { reason: group });
      next();
    },
  };
}

/** The signed-in visitor of a route behind a guard; throws where no guard stands. */
export function userOf(req: Request): User {
  if (!req.user) throw new Error("This route asks for the user but has no guard.");
  return req.user;
}

/** The page to come back to: this one, or for a form that was sent too late the page that holds the form. */
function pageOf(req: Request, appUrl: string): string {
  if (req.method === "GET") return localPath(req.originalUrl, appUrl) ?? "/";
  const referer = req.get("Referer") ?? "";
  return (
    (referer.startsWith(`${appUrl}/`) && localPath(referer.slice(appUrl.length), appUrl)) || "/"
  );
}
