import type { Request, RequestHandler, Response } from "express";
import type { SessionData } from "express-session";
import { AppError } from "../errors.ts";
import type { Services } from "../services.ts";
import type { Session } from "../session/session.ts";
import { revokeTokensOf } from "./ended-sessions.ts";
import type { WiredExpressSession } from "./express-session.ts";

/** Where sessions begin and end: the only requests that run express-session. */
export interface SessionChanges {
  /** Gives the visitor a new session under a new id, in place of any old one (SC-1); resolves once it is stored (SC-7). */
  begin(req: Request, res: Response, session: Session): Promise<string>;
  /** Gives the visitor a session that another request of the same browser began; false where it is gone. */
  adopt(req: Request, res: Response, id: string): Promise<boolean>;
  /**
   * Ends the visitor's session and resolves to it once its row is gone; undefined where there was none. Rejects with a
   * SessionLeftError where there was one, and its row may still be there.
   */
  end(req: Request, res: Response): Promise<Session | undefined>;
}

/** A session that was to end, and may not have; `cause` says why. */
export class SessionLeftError extends Error {
  /** Private: a log writes out whatever lies open on an error, and this holds a refresh token. */
  readonly #session: Session;

  constructor(session: Session, cause: unknown) {
    super("the session could not be ended", { cause });
    this.name = "SessionLeftError";
    this.#session = session;
  }

  get session(): Session {
    return this.#session;
  }
}

/** Wires express-session to our sessions, for the routes that begin and end one. */
export function createSessionChanges(
  services: Pick<
    Services,
    "config" | "sessions" | "sessionCookie" | "relyingParty" | "background" | "log"
  >,
): SessionChanges {
  const { config, sessions, sessionCookie, background } = services;
  let wired: Promise<WiredExpressSession> | undefined;

  /** No page needs express-session, so it is loaded with the first sign-in or sign-out. */
  function expressSession(): Promise<WiredExpressSession> {
    wired ??= import("./express-session.ts").then((module) => module.wireExpressSession(services));
    return wired;
  }

  async function load(req: Request, res: Response): Promise<void> {
    if (req.session) return;
    // APP_URL decides whether visitors come by https; express-session would drop the cookie behind a proxy.
    Object.defineProperty(req, "secure", { value: config.usesHttps });
    putSessionCookieFirst(req);
    await run((await expressSession()).middleware, req, res);
  }

  /** express-session looks at the first cookie of its name only, which another site may have planted (SC-3). */
  function putSessionCookieFirst(req: Request): void {
    const id = sessionCookie.read(req.headers.cookie);
    if (id === undefined) return;
    req.headers.cookie = `${sessionCookie.serialize(id)}; ${req.headers.cookie}`;
  }

  /**
   * The visitor does not wait for the old refresh token's end: nobody holds it any more. Of two tabs that finish at the
   * same moment, each leaves the other's session alone. Which cookie the browser keeps is not known here, and the other
   * session can be ended at `/sessions`.
   */
  async function replace(req: Request, oldId: string): Promise<void> {
    try {
      const old = await sessions.destroy(oldId);
      if (!old) return;
      const occasion = { by: "new sign-in", requestId: req.id } as const;
      void background.add(revokeTokensOf(services, [old], occasion));
    } catch (error) {
      // Nobody gets the new session's cookie, so it would only stand in its user's list.
      await sessions.destroy(req.sessionID).catch(() => {});
      throw error;
    }
  }

  return {
    async begin(req, res, session) {
      await load(req, res);
      const oldId = req.session.signedIn && req.sessionID;
      // Not by `regenerate`, which ends the old session first: a store that fails then would sign the visitor out.
      req.sessionStore.generate(req);
      req.session.signedIn = session;
      try {
        await settle((done) => req.session.save(done));
        if (oldId) await replace(req, oldId);
      } catch (error) {
        abandon(req);
        throw error;
      }
      return req.sessionID;
    },
    async adopt(req, res, id) {
      await load(req, res);
      const { store } = await expressSession();
      const data = await new Promise<SessionData | null | undefined>((resolve, reject) =>
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
      if (!signedIn) return abandon(req);
      try {
        // Not what was read at first: a renewal meanwhile has put another refresh token there (CC-4).
        return await sessions.destroy(req.sessionID);
      } catch (cause) {
        throw new SessionLeftError(signedIn, cause);
      } finally {
        abandon(req);
      }
    },
  };
}

/** Otherwise express-session would save the session again at the end of the answer, and give its cookie away (SC-7). */
function abandon(req: Partial<Request>): undefined {
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
