import type { Request, Response } from "express";
import { clearCookie, readCookie, setCookie } from "../browser/cookies.ts";
import type { MessageKey } from "../messages.ts";

const cookie = "page-notice";
const lifetimeMs = 60 * 1000;

/** What one page has to say on the next. A cookie can choose among these, and say nothing else. */
const notices = ["passwordChanged"] as const satisfies MessageKey[];
export type Notice = (typeof notices)[number];

/** Has the next sign-in page say so, once, if it is opened within a minute. */
export function leaveNotice(res: Response, notice: Notice): void {
  setCookie(res, cookie, notice, lifetimeMs);
}

/** Returns what the page before has left to be said, and forgets it. */
export function takeNotice(req: Request, res: Response): Notice | undefined {
  const left = readCookie(req, cookie);
  if (left !== undefined) clearCookie(res, cookie);
  return notices.find((notice) => notice === left);
}
