import type { Request, Response } from "express";
import type { Session as ExpressSession, SessionData, Store } from "express-session";
import { AppError } from "../errors.ts";
import { requestIdOf } from "../request/request-id.ts";
import type { Session } from "../session/session.ts";
import { revokeTokensOf } from "./ended-sessions.ts";
import type { WiredExpressSession } from "./express-session.ts";
import type { Services } from "./services.ts";

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
  end(req: Request): Promise<Session | undefined>;
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

/** A request as express-session sees it. */
interface OwnRequest {
  session?: (ExpressSession & SessionData) | undefined;
  sessionID: string;
  sessionStore: Store & { generate(req: unknown): void };
}

/** Wires express-session to our sessions, for the routes that begin and end one. */
export function createSessionChanges(services: Services): SessionChanges {
  const { settings, sessions, sessionCookie, background } = services;
  let wired: Promise<WiredExpressSession> | undefined;

  /** No page needs express-session, so it is loaded with the first sign-in. */
  function expressSession(): Promise<WiredExpressSession> {
    wired ??= import("./express-session.ts").then((module) => module.wireExpressSession(services));
    return wired;
  }

  /**
   * Runs express-session on a request behind the one that everybody sees: the app may have an express-session of its own,
   * before or after ours, which keeps its `req.session` and its store.
   */
  async function load(req: Request, res: Response): Promise<OwnRequest> {
    const own = Object.create(req, {
      session: { value: undefined, writable: true, configurable: true },
      sessionID: { value: undefined, writable: true },
      sessionStore: { value: undefined, writable: true },
      // The address decides whether visitors come by https; express-session would drop the cookie behind a proxy.
      secure: { value: settings.usesHttps },
      // What a parser of the app's has made of the cookies is not for us.
      cookies: { value: undefined },
      signedCookies: { value: undefined },
      headers: { value: { ...req.headers, cookie: cookiesOf(req) } },
    }) as Request & OwnRequest;
    const { middleware } = await expressSession();
    await settle((done) => middleware(own, res, done));
    return own;
  }

  /** express-session looks at the first cookie of its name only, which another site may have planted (SC-3). */
  function cookiesOf(req: Request): string | undefined {
    const { cookie } = req.headers;
    const id = sessionCookie.read(cookie);
    return id === undefined ? cookie : `${sessionCookie.serialize(id)}; ${cookie}`;
  }

  /**
   * The visitor does not wait for the old refresh token's end: nobody holds it any more. Of two tabs that finish at the
   * same moment, each leaves the other's session alone. Which cookie the browser keeps is not known here, and the other
   * session can be ended at `/sessions`.
   */
  async function replace(req: Request, oldId: string, newId: string): Promise<void> {
    try {
      const old = await sessions.destroy(oldId);
      if (!old) return;
      const occasion = { by: "new sign-in", requestId: requestIdOf(req) } as const;
      void background.add(revokeTokensOf(services, [old], occasion));
    } catch (error) {
      // Nobody gets the new session's cookie, so it would only stand in its user's list.
      await sessions.destroy(newId).catch(() => {});
      throw error;
    }
  }

  return {
    async begin(req, res, session) {
      const own = await load(req, res);
      const oldId = own.session?.signedIn && own.sessionID;
      // Not by `regenerate`, which ends the old session first: a store that fails then would sign the visitor out.
      own.sessionStore.generate(own);
      const begun = own.session as ExpressSession & SessionData;
      begun.signedIn = session;
      try {
        await settle((done) => begun.save(done));
        if (oldId) await replace(req, oldId, own.sessionID);
      } catch (error) {
        // Otherwise express-session would save it again at the end of the answer, and give its cookie away (SC-7).
        own.session = undefined;
        throw error;
      }
      return own.sessionID;
    },
    async adopt(req, res, id) {
      const own = await load(req, res);
      const { store } = await expressSession();
      const data = await new Promise<SessionData | null | undefined>((resolve, reject) =>
        store.get(id, (error, found) => (error ? reject(error) : resolve(found))),
      );
      if (!data) return false;
      own.sessionID = id;
      store.createSession(own as unknown as Request, data);
      return true;
    },
    async end(req) {
      const id = sessionCookie.read(req.headers.cookie);
      const session = id === undefined ? undefined : await sessions.read(id);
      if (id === undefined || !session) return undefined;
      services.accessTokens.forget(id);
      try {
        // Not what was read at first: a renewal meanwhile has put another refresh token there (CC-4).
        return await sessions.destroy(id);
      } catch (cause) {
        throw new SessionLeftError(session, cause);
      }
    },
  };
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
