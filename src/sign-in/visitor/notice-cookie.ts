import type { Request, Response } from "express";
import { cookieName, cookieOptions, cookieValues } from "../request/cookies.ts";
import { isPrefetch } from "../request/request-kind.ts";

/** A visitor who has not come to the next page by then has closed it. */
const maxAgeMs = 60_000;

/** Carries a word for what was done from a form to the page that says so. A reload does not say it again. */
export interface NoticeCookie {
  leave(res: Response, done: string): void;
  /** Undefined where nothing was done just now. */
  take(req: Request, res: Response): string | undefined;
}

export function createNoticeCookie(appUrl: string): NoticeCookie {
  const name = cookieName("notice", appUrl);
  const options = cookieOptions(appUrl);
  return {
    leave: (res, done) => void res.cookie(name, done, { ...options, maxAge: maxAgeMs }),
    take(req, res) {
      if (req.method !== "GET" || isPrefetch(req)) return undefined;
      const [done] = cookieValues(req.headers.cookie, name);
      if (done !== undefined) res.clearCookie(name, options);
      return done;
    },
  };
}
