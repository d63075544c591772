import type { Request, Response } from "express";
import type { Services } from "../services.ts";
import { needsRenewal, type Session } from "../session/session.ts";

/** What it takes to know who is there. */
export type SessionReading = Pick<
  Services,
  "sessionCookie" | "sessions" | "renewals" | "pendingSignIns" | "now"
>;

/**
 * The session of a request, renewed where its ID token has run out, or undefined; a cookie that leads to none is
 * taken back. A visitor without the cookie costs nothing. Rejects with AppError `store_unavailable`, and then leaves
 * the cookie alone.
 */
export async function currentSession(
  { sessionCookie, sessions, renewals, pendingSignIns, now }: SessionReading,
  req: Request,
  res: Response,
): Promise<Session | undefined> {
  const { cookie } = req.headers;
  const id = sessionCookie.read(cookie);
  if (id === undefined && !sessionCookie.isPresent(cookie)) return undefined;
  const session = id === undefined ? undefined : await upToDate(id);
  // A sign-in that ends in another tab meanwhile sets its cookie under the same name: that one must stay (CC-1).
  if (!session && pendingSignIns.read(cookie).every(({ isLate }) => isLate)) {
    res.clearCookie(sessionCookie.name, sessionCookie.options);
  }
  return session;

  async function upToDate(id: string): Promise<Session | undefined> {
    const visited = await sessions.visit(id);
    return visited && needsRenewal(visited, now()) ? await renewals.renew(id, req.id) : visited;
  }
}

/** The session of a request as it is stored: whoever is about to end it need not have it renewed. */
export async function storedSession(
  { sessionCookie, sessions }: Pick<Services, "sessionCookie" | "sessions">,
  req: Request,
): Promise<Session | undefined> {
  const id = sessionCookie.read(req.headers.cookie);
  return id === undefined ? undefined : await sessions.read(id);
}
