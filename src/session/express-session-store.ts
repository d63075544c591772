import type { Request } from "express";
import { type Session as ExpressSession, type SessionData, Store } from "express-session";
import type { Session as SignedInSession } from "./session.ts";
import type { SessionCookie } from "./session-cookie.ts";
import type { Sessions } from "./sessions.ts";

declare module "express-session" {
  interface SessionData {
    signedIn: SignedInSession;
  }
}

/**
 * `Sessions` as express-session wants a store. It tells a session that was read from one that is new, so that
 * saving the first after its row is gone does not bring it back (CC-3), and writes nothing that is written already.
 */
export class ExpressSessionStore extends Store {
  readonly #sessions: Sessions;
  readonly #cookie: SessionCookie;
  readonly #stored = new WeakMap<object, SignedInSession>();

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
    this.#stored.set(session, data.signedIn);
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
    const { signedIn } = session;
    const stored = this.#stored.get(session);
    if (!signedIn || stored === signedIn) return;
    if (stored) await this.#sessions.update(id, signedIn);
    else await this.#sessions.create(id, signedIn);
    this.#stored.set(session, signedIn);
  }

  #inflate(signedIn: SignedInSession): SessionData {
    const { options, maxAgeMs } = this.#cookie;
    return { cookie: { ...options, originalMaxAge: maxAgeMs }, signedIn };
  }
}
