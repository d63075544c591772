import { setTimeout as wait } from "node:timers/promises";
import type { Renewal } from "../cognito/relying-party.ts";
import type { RowStore } from "./row-store.ts";
import { needsRenewal, type Session } from "./session.ts";
import type { Sessions } from "./sessions.ts";

/** Longer than a token request and a fetch of the keys can take together. */
const lockMs = 30_000;
const pollMs = 50;
const shortestPauseMs = 5_000;
const longestPauseMs = 60_000;

/** Renews sessions whose ID token has run out, once per session however many requests and processes wait (CC-4). */
export interface Renewals {
  /** The session after its renewal, or undefined where Cognito refused or the session ended meanwhile. */
  renew(id: string): Promise<Session | undefined>;
}

export interface RenewalOptions {
  rows: RowStore;
  sessions: Sessions;
  /** Asks Cognito. */
  ask(session: Session, refreshToken: string): Promise<Renewal>;
  /** Told of each renewal that was tried. */
  report(session: Session, renewal: Renewal): void;
  /** Called with a refresh token that nobody holds any more: the visitor signed out while it was on its way. */
  discard(refreshToken: string): void;
  now(): number;
}

/** Renews the sessions of the given store by what `ask` answers. */
export function createRenewals(options: RenewalOptions): Renewals {
  const { rows, sessions, now } = options;
  const running = new Map<string, Promise<Session | undefined>>();

  /** Across processes: whoever holds the lock asks Cognito, the others wait for what comes of it. */
  async function renewOnce(id: string): Promise<Session | undefined> {
    const lock = `renewal:${id}`;
    for (let waited = 0; waited < lockMs; waited += pollMs) {
      const session = await sessions.read(id);
      if (!session || !needsRenewal(session, now())) return session;
      if (await rows.insert(lock, new Uint8Array(), now() + lockMs)) {
        return await underLock(id).finally(() => rows.remove(lock).catch(() => false));
      }
      await wait(pollMs);
    }
    return await sessions.read(id);
  }

  async function underLock(id: string): Promise<Session | undefined> {
    const session = await sessions.read(id);
    if (!session?.refreshToken || !needsRenewal(session, now())) return session;
    const renewal = await options.ask(session, session.refreshToken);
    options.report(session, renewal);
    switch (renewal.outcome) {
      case "renewed":
        return await takeOver(id, session, renewal);
      case "refused":
        return await sessions.destroy(id).then(() => undefined);
      case "unreachable":
        return await sessions.change(id, (current) => postpone(current, now()));
    }
  }

  async function takeOver(
    id: string,
    before: Session,
    { user, refreshToken, idTokenExpiresAt }: Extract<Renewal, { outcome: "renewed" }>,
  ): Promise<Session | undefined> {
    const renewed = await sessions.change(id, ({ failedRenewal: _, ...current }) => ({
      ...current,
      user,
      refreshToken,
      idTokenExpiresAt,
    }));
    if (!renewed && refreshToken && refreshToken !== before.refreshToken) {
      options.discard(refreshToken);
    }
    return renewed;
  }

  return {
    renew(id) {
      const under = running.get(id) ?? renewOnce(id).finally(() => running.delete(id));
      running.set(id, under);
      return under;
    },
  };
}

/** Asks again after a pause that doubles from five seconds to a minute. */
function postpone(session: Session, now: number): Session {
  const since = session.failedRenewal?.since ?? now;
  const pause = Math.min(Math.max(now - since, shortestPauseMs), longestPauseMs);
  return { ...session, failedRenewal: { since, retryAt: now + pause } };
}
