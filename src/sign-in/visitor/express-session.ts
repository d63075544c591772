import type { RequestHandler } from "express";
import expressSession from "express-session";
import { createSessionId } from "../session/sessions.ts";
import { ExpressSessionStore } from "./express-session-store.ts";
import type { Services } from "./services.ts";

export interface WiredExpressSession {
  middleware: RequestHandler;
  store: ExpressSessionStore;
}

/** express-session with our store, our ids and our cookie. */
export function wireExpressSession({
  sessions,
  sessionCookie,
}: Pick<Services, "sessions" | "sessionCookie">): WiredExpressSession {
  const store = new ExpressSessionStore(sessions, sessionCookie);
  const middleware = expressSession({
    store,
    name: sessionCookie.name,
    secret: sessionCookie.signingKeys,
    genid: createSessionId,
    cookie: { ...sessionCookie.options, maxAge: sessionCookie.maxAgeMs },
    resave: false,
    saveUninitialized: false,
  });
  return { middleware, store };
}
