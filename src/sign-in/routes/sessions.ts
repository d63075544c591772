import { createHash } from "node:crypto";
import type { Request } from "express";
import { AppError } from "../errors.ts";
import { describeMoment, howLongAgo } from "../pages/moments.ts";
import type { OwnPages } from "../pages/own-pages.ts";
import { formBody } from "../request/form-body.ts";
import { queryOf } from "../request/query.ts";
import { redirect } from "../request/redirect.ts";
import { requestIdOf } from "../request/request-id.ts";
import { isFromOurPage } from "../request/request-kind.ts";
import type { Session } from "../session/session.ts";
import { type ListedSession, SessionsLeftError } from "../session/user-sessions.ts";
import { revokeTokensOf } from "../visitor/ended-sessions.ts";
import { type Guards, type PassOn, userOf } from "../visitor/guards.ts";
import type { Services } from "../visitor/services.ts";
import type { SignOut } from "./logout.ts";
import type { Route, RouteHandler } from "./route.ts";

/** What has been done, by the query that the redirect after it carries. */
const notices = new Map<unknown, string>([
  ["one", "That browser is signed out."],
  ["others", "You are signed out everywhere else."],
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
  const { sessions, sessionCookie, now } = services;

  const currentId = (req: Request) => sessionCookie.read(req.headers.cookie);

  const page: RouteHandler = async (req, res) => {
    const user = userOf(req);
    const current = currentId(req);
    const listed = await sessions.ofUser(user.sub, current);
    const shown = listed.map((one) => ({ ...describe(one, now()), isThisOne: one.id === current }));
    await pages.sessions(req, res, {
      user,
      thisOne: shown.find(({ isThisOne }) => isThisOne),
      others: shown.filter(({ isThisOne }) => !isThisOne).reverse(),
      notice: isFromOurPage(req) ? notices.get(queryOf(req).ended) : undefined,
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
    if (ended) await revoke(req, [ended]);
    redirect(res, 303, `${path}?ended=one`);
  };

  const endOthers: RouteHandler = async (req, res) => {
    await revoke(req, await destroyOthers(req));
    redirect(res, 303, `${path}?ended=others`);
  };

  /** The others first: where the store fails on the way, the visitor is still here to try again. */
  const endAll: RouteHandler = async (req, res) => {
    const others = await destroyOthers(req);
    await signOut(req, res, revoke(req, others));
  };

  async function destroyOthers(req: Request): Promise<Session[]> {
    try {
      return await sessions.destroyAll(userOf(req).sub, currentId(req));
    } catch (error) {
      // Those that did end are over for good: nobody would revoke their refresh tokens later.
      if (error instanceof SessionsLeftError) await revoke(req, error.ended);
      throw notEnded(error);
    }
  }

  const revoke = (req: Request, ended: Session[]) =>
    revokeTokensOf(services, ended, { by: "another session", requestId: requestIdOf(req) });

  /** As on a route of the app's: whoever is not signed in goes to sign in. */
  const guarded =
    (handler: RouteHandler): RouteHandler =>
    (req, res, next) =>
      requireUser(req, res, (error) => {
        if (error) return next(error);
        Promise.resolve()
          .then(() => handler(req, res, next))
          .catch((failure: unknown) => passOn(failure, req, next));
      });

  return [
    [path, { GET: guarded(page), takesHead: true }],
    [`${path}/end`, { POST: guarded(endOne) }],
    [`${path}/end-others`, { POST: guarded(endOthers) }],
    [`${path}/end-all`, { POST: guarded(endAll) }],
  ];
}

function confirmed<Ended>(ending: Promise<Ended>): Promise<Ended> {
  return ending.catch((cause: unknown) => {
    throw notEnded(cause);
  });
}

function notEnded(cause: unknown): AppError {
  return new AppError("sessions_not_ended", { cause, retryAfterSeconds: 5 });
}

/** What pages call a session: without its signature an id is worth nothing, and no page holds it all the same (SC-6). */
function handleOf(id: string): string {
  return createHash("sha256").update(id).digest("base64url").slice(0, 22);
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
