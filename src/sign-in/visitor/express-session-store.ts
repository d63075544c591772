import type { Request } from "express";
import { type Session as ExpressSession, type SessionData, Store } from "express-session";
import type { Session as SignedInSession } from "../session/session.ts";
import type { Sessions } from "../session/sessions.ts";
import type { SessionCookie } from "./session-cookie.ts";

declare module "express-session" {
  interface SessionData {
    signedIn: SignedInSession;
  }
}

/**
 * `Sessions` as express-session wants a store. It writes new sessions only. A session that was read or stored already is
 * not written again, so that no save at the end of a request brings an ended one back (CC-3).
 */
export class ExpressSessionStore extends Store {
  readonly #sessions: Sessions;
  readonly #cookie: SessionCookie;
  readonly #stored = new WeakSet<object>();

  constructor(sessions: Sessions, cookie: SessionCookie) {
    super();
    this.#sessions = sessions;
    this.#cookie = cookie;
  }

  override get(id: string, callback: (error: unknown, session?: SessionData | null) => void): void {
    this.#sessions.read(id).then(
      (signedIn) => callback(null, signedIn ? this.#inflate(signedIn) : null),
      (error: unknown) => callback(error),
    );
  }

  override createSession(request: Request, data: SessionData): ExpressSession & SessionData {
    const session = super.createSession(request, data);
    this.#stored.add(session);
    return session as ExpressSession & SessionData;
  }

  override set(id: string, session: SessionData, callback?: (error?: unknown) => void): void {
    this.#write(id, session).then(
      () => callback?.(),
      (error: unknown) => callback?.(error),
    );
  }

  override destroy(id: string, callback?: (error?: unknown) => void): void {
    this.#sessions.destroy(id).then(
      () => callback?.(),
      (error: unknown) => callback?.(error),
    );
  }

  async #write(id: string, session: SessionData): Promise<void> {
    if (!session.signedIn || this.#stored.has(session)) return;
    await this.#sessions.create(id, session.signedIn);
    this.#stored.add(session);
  }

  #inflate(signedIn: SignedInSession): SessionData {
    const { options, maxAgeMs } = this.#cookie;
    return { cookie: { ...options, originalMaxAge: maxAgeMs }, signedIn };
  }
}
