import { hash } from "node:crypto";
import type { Request } from "express";
import type { User } from "../cognito/user.ts";
import { AppError } from "../errors.ts";
import { describeMoment, howLongAgo } from "../pages/moments.ts";
import type { OwnPages, SessionsFacts } from "../pages/own-pages.ts";
import { formBody } from "../request/form-body.ts";
import { redirect } from "../request/redirect.ts";
import { requestIdOf } from "../request/request-id.ts";
import type { Session } from "../session/session.ts";
import { type ListedSession, SessionsLeftError } from "../session/user-sessions.ts";
import { revokeTokensOf } from "../visitor/ended-sessions.ts";
import { type Guards, type PassOn, userOf } from "../visitor/guards.ts";
import type { Services } from "../visitor/services.ts";
import type { SignOut } from "./logout.ts";
import { guarded, type Route, type RouteHandler } from "./route.ts";

/** What has been done, by the word for it in the cookie. */
const notices = new Map<unknown, string>([
  ["session-ended", "That browser is signed out."],
  ["others-ended", "You are signed out everywhere else."],
]);

/** `/sessions`: where the visitor is signed in, and a button for each session to end it. */
export function sessionsRoutes(
  path: string,
  services: Services,
  { requireUser }: Guards,
  signOut: SignOut,
  pages: OwnPages,
  passOn: PassOn,
): [path: string, route: Route][] {
  const { sessions, sessionCookie, noticeCookie } = services;

  const currentId = (req: Request) => sessionCookie.read(req.headers.cookie);

  const page: RouteHandler = async (req, res) => {
    const user = userOf(req);
    await pages.sessions(req, res, {
      user,
      ...(await sessionsOf(services, req, user)),
      notice: notices.get(noticeCookie.take(req, res)),
    });
  };

  /** By its handle among the visitor's own; one that is not there any more has ended already. */
  const endOne: RouteHandler = async (req, res) => {
    const { session: handle } = await formBody(req);
    if (typeof handle !== "string") throw new AppError("bad_request", { reason: "no session" });
    const listed = await sessions.ofUser(userOf(req).sub);
    const chosen = listed.find(({ id }) => handleOf(id) === handle);
    if (chosen?.id === currentId(req)) return await signOut(req, res);
    const ended = chosen && (await confirmed(sessions.destroy(chosen.id)));
    if (ended) await revokeEnded(services, req, [ended]);
    noticeCookie.leave(res, "session-ended");
    redirect(res, 303, path);
  };

  const endOthers: RouteHandler = async (req, res) => {
    await revokeEnded(services, req, await destroyOthers(services, req, userOf(req)));
    noticeCookie.leave(res, "others-ended");
    redirect(res, 303, path);
  };

  /** The others first: where the store fails on the way, the visitor is still here to try again. */
  const endAll: RouteHandler = async (req, res) => {
    const others = await destroyOthers(services, req, userOf(req));
    await signOut(req, res, revokeEnded(services, req, others));
  };

  const behindGuard = (handler: RouteHandler) => guarded(requireUser, handler, passOn);

  return [
    [path, { GET: behindGuard(page), takesHead: true }],
    [`${path}/end`, { POST: behindGuard(endOne) }],
    [`${path}/end-others`, { POST: behindGuard(endOthers) }],
    [`${path}/end-all`, { POST: behindGuard(endAll) }],
  ];
}

/** The visitor's sessions as pages show them: that of this browser, and the others, newest first. */
export async function sessionsOf(
  { sessions, sessionCookie, now }: Pick<Services, "sessions" | "sessionCookie" | "now">,
  req: Request,
  { sub }: User,
): Promise<Pick<SessionsFacts, "thisOne" | "others">> {
  const current = sessionCookie.read(req.headers.cookie);
  const listed = await sessions.ofUser(sub, current);
  const shown = listed.map((one) => ({ ...describe(one, now()), isThisOne: one.id === current }));
  return {
    thisOne: shown.find(({ isThisOne }) => isThisOne),
    others: shown.filter(({ isThisOne }) => !isThisOne).reverse(),
  };
}

/** Ends every other session of a visitor; rejects with AppError `sessions_not_ended` where the store fails on the way. */
export async function destroyOthers(
  services: Services,
  req: Request,
  { sub }: User,
): Promise<Session[]> {
  const { sessions, sessionCookie } = services;
  try {
    return await sessions.destroyAll(sub, sessionCookie.read(req.headers.cookie));
  } catch (error) {
    // Those that did end are over for good: nobody would revoke their refresh tokens later.
    if (error instanceof SessionsLeftError) await revokeEnded(services, req, error.ended);
    throw notEnded(error);
  }
}

/** Revokes the refresh tokens of sessions that the visitor has ended, best effort. */
export function revokeEnded(services: Services, req: Request, ended: Session[]): Promise<number> {
  return revokeTokensOf(services, ended, { by: "another session", requestId: requestIdOf(req) });
}

function confirmed<Ended>(ending: Promise<Ended>): Promise<Ended> {
  return ending.catch((cause: unknown) => {
    throw notEnded(cause);
  });
}

function notEnded(cause: unknown): AppError {
  return new AppError("sessions_not_ended", { cause });
}

/** What pages call a session: without its signature an id is worth nothing, and no page holds it all the same (SC-6). */
function handleOf(id: string): string {
  return hash("sha256", id, "base64url").slice(0, 22);
}

function describe({ id, session }: ListedSession, now: number) {
  const { browser, createdAt, lastSeenAt } = session;
  return {
    handle: handleOf(id),
    browser,
    signedIn: { at: new Date(createdAt).toISOString(), words: describeMoment(createdAt) },
    lastSeen: { at: new Date(lastSeenAt).toISOString(), words: howLongAgo(lastSeenAt, now) },
  };
}
