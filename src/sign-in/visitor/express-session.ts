import type { Request, Response } from "express";
import expressSession, { type SessionData, Store } from "express-session";
import type { Services } from "./services.ts";

/**
 * Gives a browser the cookie of a session that is stored, under its id, with the answer to this request. Resolves once
 * express-session sees to it.
 */
export type GiveCookie = (req: Request, res: Response, id: string) => Promise<void>;

/** A request as express-session sees it. */
interface OwnRequest extends Request {
  idToGive: string;
}

/** express-session with our ids and our cookie. */
export function createGiveCookie({
  sessionCookie,
  settings,
}: Pick<Services, "sessionCookie" | "settings">): GiveCookie {
  const middleware = expressSession({
    store: new StoredAlready(),
    name: sessionCookie.name,
    secret: sessionCookie.signingKeys,
    genid: (req) => (req as OwnRequest).idToGive,
    cookie: { ...sessionCookie.options, maxAge: sessionCookie.maxAgeMs },
    resave: false,
    saveUninitialized: true,
  });

  /**
   * It runs on a request behind the one that everybody sees: the app may have an express-session of its own, before or after
   * ours, which keeps its `req.session` and its store.
   */
  return (req, res, id) => {
    const hidden = { value: undefined, writable: true, configurable: true };
    const own = Object.create(req, {
      idToGive: { value: id },
      session: hidden,
      sessionID: hidden,
      sessionStore: hidden,
      // The address decides whether visitors come by https; express-session would drop the cookie behind a proxy.
      secure: { value: settings.usesHttps },
      // It is to give a cookie and to read none, nor what a parser of the app's has made of them.
      cookies: { value: undefined },
      signedCookies: { value: undefined },
      headers: { value: { ...req.headers, cookie: undefined } },
    }) as OwnRequest;
    return new Promise((resolve, reject) => {
      middleware(own, res, (error?: unknown) => (error ? reject(error) : resolve()));
    });
  };
}

/** Rows are written and read by `Sessions` alone, so that no save at the end of a request brings an ended one back (CC-3). */
class StoredAlready extends Store {
  override get(_id: string, done: (error: unknown, session?: SessionData | null) => void): void {
    done(null);
  }

  override set(_id: string, _session: SessionData, done?: (error?: unknown) => void): void {
    done?.();
  }

  override destroy(_id: string, done?: (error?: unknown) => void): void {
    done?.();
  }
}
