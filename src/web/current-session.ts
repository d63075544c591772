import type { Request, Response } from "express";
import type { Session } from "../session/session.ts";
import type { Services } from "./services.ts";

/**
 * The session of a request, or undefined; a cookie that leads to none is taken back. A visitor without the cookie
 * costs nothing. Rejects with AppError `store_unavailable`, and then leaves the cookie alone.
 */
export async function currentSession(
  { sessionCookie, sessions }: Pick<Services, "sessionCookie" | "sessions">,
  req: Request,
  res: Response,
): Promise<Session | undefined> {
  const { cookie } = req.headers;
  if (cookie === undefined || !sessionCookie.isPresent(cookie)) return undefined;
  const id = sessionCookie.read(cookie);
  const session = id === undefined ? undefined : await sessions.visit(id);
  if (!session) res.clearCookie(sessionCookie.name, sessionCookie.options);
  return session;
}
