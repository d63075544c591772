import type { Request, Response } from "express";
import { requestIdOf } from "../request/request-id.ts";
import type { Session } from "../session/session.ts";
import { revokeTokensOf } from "./ended-sessions.ts";
import type { GiveCookie } from "./express-session.ts";
import type { Services } from "./services.ts";
import { noteVisitor } from "./visit.ts";

/** Where sessions begin and end. Whatever is answered after it, `req.signIn` knows who the visitor has become. */
export interface SessionChanges {
  /**
   * Gives the visitor a new session under a new id, in place of any old one (SC-1). It is stored before its cookie is given
   * (SC-7).
   */
  begin(req: Request, res: Response, id: string, session: Session): Promise<void>;
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

/** The changes of sessions that the routes of one sign-in make. */
export function createSessionChanges(services: Services): SessionChanges {
  const { sessions, sessionCookie, background } = services;
  let giveCookie: GiveCookie | undefined;

  /** No page needs express-session, so it is loaded with the first sign-in; where that fails, the next one tries again. */
  async function loadGiveCookie(): Promise<GiveCookie> {
    giveCookie ??= (await import("./express-session.ts")).createGiveCookie(services);
    return giveCookie;
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
    async begin(req, res, id, session) {
      const oldId = sessionCookie.read(req.headers.cookie);
      // First, since whatever fails must not sign the visitor out, nor leave a session that nobody has the cookie of.
      const give = await loadGiveCookie();
      await sessions.create(id, session);
      if (oldId !== undefined) await replace(req, oldId, id);
      await give(req, res, id);
      noteVisitor(req, session);
    },
    async adopt(req, res, id) {
      const session = await sessions.read(id);
      if (!session) return false;
      const give = await loadGiveCookie();
      await give(req, res, id);
      noteVisitor(req, session);
      return true;
    },
    async end(req) {
      noteVisitor(req, undefined);
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
