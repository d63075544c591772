import type { Request, RequestHandler, Response } from "express";
import expressSession from "express-session";
import { AppError } from "../errors.ts";
import { ExpressSessionStore } from "../session/express-session-store.ts";
import type { Session } from "../session/session.ts";
import { createSessionId } from "../session/sessions.ts";
import type { Services } from "./services.ts";

/** Where sessions begin and end: the only requests that run express-session. */
export interface SessionChanges {
  /** Gives the visitor a new session under a new id, in place of any old one (SC-1); resolves once it is stored (SC-7). */
  begin(req: Request, res: Response, session: Session): Promise<string>;
  /** Gives the visitor a session that another request of the same browser began; false where it is gone. */
  adopt(req: Request, res: Response, id: string): Promise<boolean>;
  /** Ends the visitor's session and resolves to it once its row is gone; undefined where there was none. */
  end(req: Request, res: Response): Promise<Session | undefined>;
}

/** Wires express-session to our sessions, for the routes that begin and end one. */
export function createSessionChanges(
  services: Pick<Services, "config" | "sessions" | "sessionCookie">,
): SessionChanges {
  const { config, sessions, sessionCookie } = services;
  const store = new ExpressSessionStore(sessions, sessionCookie);
  const middleware = expressSession({
    store,
    name: sessionCookie.name,
    secret: sessionCookie.secrets,
    genid: createSessionId,
    cookie: { ...sessionCookie.options, maxAge: sessionCookie.maxAgeMs },
    resave: false,
    saveUninitialized: false,
  });

  async function load(req: Request, res: Response): Promise<void> {
    if (req.session) return;
    // APP_URL decides whether visitors come by https; express-session would drop the cookie behind a proxy.
    Object.defineProperty(req, "secure", { value: config.usesHttps });
    putSessionCookieFirst(req);
    await run(middleware, req, res);
  }

  /** express-session looks at the first cookie of its name only, which another site may have planted (SC-3). */
  function putSessionCookieFirst(req: Request): void {
    const id = sessionCookie.read(req.headers.cookie);
    if (id === undefined) return;
    req.headers.cookie = `${sessionCookie.serialize(id)}; ${req.headers.cookie}`;
  }

  return {
    async begin(req, res, session) {
      await load(req, res);
      const oldId = req.session.signedIn && req.sessionID;
      try {
        // Not by `regenerate`, which ends the old session first: a store that fails then would sign the visitor out.
        req.sessionStore.generate(req);
        req.session.signedIn = session;
        await settle((done) => req.session.save(done));
        if (oldId) await sessions.destroy(oldId);
      } catch (error) {
        abandon(req);
        throw error;
      }
      return req.sessionID;
    },
    async adopt(req, res, id) {
      await load(req, res);
      const data = await new Promise<expressSession.SessionData | null | undefined>(
        (resolve, reject) =>
          store.get(id, (error, found) => (error ? reject(error) : resolve(found))),
      );
      if (!data) return false;
      req.sessionID = id;
      store.createSession(req, data);
      return true;
    },
    async end(req, res) {
      if (sessionCookie.read(req.headers.cookie) === undefined) return undefined;
      await load(req, res);
      const { signedIn } = req.session;
      await settle((done) => req.session.destroy(done));
      return signedIn;
    },
  };
}

/** Otherwise express-session would save the session again at the end of the answer, and give its cookie away (SC-7). */
function abandon(req: Partial<Request>): void {
  delete req.session;
}

function run(middleware: RequestHandler, req: Request, res: Response): Promise<void> {
  return settle((done) => middleware(req, res, done));
}

function settle(start: (done: (error?: unknown) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    start((error) => {
      if (error)
        reject(error instanceof AppError ? error : new AppError("unexpected", { cause: error }));
      else resolve();
    });
  });
}
