import { setTimeout as wait } from "node:timers/promises";
import type { IssuedAccessToken, Renewal } from "../cognito/relying-party.ts";
import { AppError } from "../errors.ts";
import { limitWaiting } from "../limit-waiting.ts";
import type { RowStore } from "../store/row-store.ts";
import { createStoreLocks } from "../store/store-locks.ts";

import { needsRenewal, type Session } from "./session.ts";
import { hashOfId, type Sessions } from "./sessions.ts";

/** Longer than a token request and two fetches of the keys, each at its deadline. */
const lockMs = 60_000;
/** How long a request waits for another one's renewal before it goes on as in an outage. */
const defaultPatienceMs = 12_000;
/** How long a session goes on while Cognito cannot be asked to renew it. */
const graceMs = 15 * 60 * 1000;
const pollMs = 50;
/** A page and what it fetches are a dozen requests. Who has more wait while Cognito is slow would take every connection there is. */
const mostWaiting = 250;
const shortestPauseMs = 5_000;
const longestPauseMs = 60_000;
/** Visitors who come back while the store fails are few, and those who do not come back must not fill the memory. */
const maxUnstored = 1000;

/** Renews sessions whose ID token has run out, once per session however many requests and processes wait (CC-4). */
export interface Renewals {
  /**
   * The session after its renewal, or undefined where Cognito refused or the session ended meanwhile. `requestId` names
   * in the log whoever asked first. Rejects as `RowStore` does, and with AppError `store_unavailable` where the lock
   * cannot be had fifteen minutes after the ID token's end. Where 250 wait for others' renewals already, one more
   * rejects with AppError `cognito_unreachable`, as 503. Where it is forced, Cognito is asked before the ID token has run
   * out, too, unless it has just failed.
   */
  renew(
    id: string,
    requestId: string,
    options?: { isForced?: boolean },
  ): Promise<Session | undefined>;
}

export interface RenewalOptions {
  rows: RowStore;
  sessions: Sessions;
  /** Asks Cognito. */
  ask(session: Session, refreshToken: string): Promise<Renewal>;
  /** Told of each renewal that was tried. */
  report(session: Session, renewal: Renewal, requestId: string): void;
  /** Sees to it that a renewed session is in its user's list; never rejects. */
  keepListed(id: string, session: Session): Promise<void>;
  /** Given the access token that came with a renewal. */
  keepAccessToken(id: string, token: IssuedAccessToken): void;
  /** Called with a refresh token that nobody holds any more: its session is over, and Cognito may still honour it. */
  discard(refreshToken: string): void;
  now(): number;
  /** How long a request waits for another one's renewal; default 12 seconds. */
  patienceMs?: number;
}

/** Renews the sessions of the given store by what `ask` answers. */
export function createRenewals(options: RenewalOptions): Renewals {
  const { rows, sessions, now, patienceMs = defaultPatienceMs } = options;
  const running = new Map<string, Promise<Session | undefined>>();
  /** What Cognito gave in exchange and the store did not take: the refresh token in the row may be spent by then. */
  const unstored = new Map<string, { spent: string; token: string }>();
  const locks = createStoreLocks({ rows, lockMs, now });
  const join = limitWaiting(mostWaiting, tooManyWait);

  /** Across processes: whoever holds the lock asks Cognito, the others wait for what comes of it. */
  async function renewOnce(
    id: string,
    requestId: string,
    isDue: IsDue,
  ): Promise<Session | undefined> {
    const lock = `renewal:${hashOfId(id)}`;
    const endsAt = performance.now() + patienceMs;
    while (performance.now() < endsAt) {
      const session = await sessions.read(id);
      if (!session || !isDue(session, now())) return session;
      if (await locks.take(lock)) {
        return await underLock(id, requestId, isDue).finally(() => locks.release(lock));
      }
      await wait(pollMs);
    }
    return await postponeWithoutLock(id);
  }

  /**
   * Somebody who can write to the store could leave a lock there for ever, and put back an older row that shows no failed
   * renewal. Such a session gets the same 15 minutes, counted from the ID token's expiry, which they cannot change.
   */
  async function postponeWithoutLock(id: string): Promise<Session | undefined> {
    return await sessions.change(id, (session) => {
      if (!needsRenewal(session, now())) return session;
      const graceEndsAt = session.idTokenExpiresAt + graceMs;
      if (now() < graceEndsAt) return postpone(session, now(), graceEndsAt);
      const reason = "the lock of a renewal is not let go";
      throw new AppError("store_unavailable", { reason });
    });
  }

  async function underLock(
    id: string,
    requestId: string,
    isDue: IsDue,
  ): Promise<Session | undefined> {
    const before = await sessions.read(id);
    if (!before?.refreshToken || !isDue(before, now())) return before;
    const renewal = await options.ask(before, latestToken(id, before.refreshToken));
    options.report(before, renewal, requestId);
    if (renewal.refreshToken) {
      keepUnstored(id, { spent: before.refreshToken, token: renewal.refreshToken });
    }
    const after = await store(id, before, renewal);
    unstored.delete(id);
    return after;
  }

  /** Only in place of the one that it was given for: another process may have stored a newer one meanwhile. */
  function latestToken(id: string, stored: string): string {
    const kept = unstored.get(id);
    return kept?.spent === stored ? kept.token : stored;
  }

  function keepUnstored(id: string, kept: { spent: string; token: string }): void {
    unstored.set(id, kept);
    const [oldest] = unstored.keys();
    if (unstored.size > maxUnstored && oldest !== undefined) unstored.delete(oldest);
  }

  async function store(
    id: string,
    before: Session,
    renewal: Renewal,
  ): Promise<Session | undefined> {
    if (renewal.outcome === "renewed") return await takeOver(id, before, renewal);
    const isOver = renewal.outcome === "refused" || now() - failingSince(before, now()) >= graceMs;
    return isOver ? await end(id, before, renewal) : await postponeRenewal(id, before, renewal);
  }

  async function takeOver(
    id: string,
    before: Session,
    { user, refreshToken, idTokenExpiresAt, accessToken }: Extract<Renewal, { outcome: "renewed" }>,
  ): Promise<Session | undefined> {
    const renewed = await sessions.change(id, ({ failedRenewal: _, ...current }) => ({
      ...current,
      user,
      refreshToken,
      idTokenExpiresAt,
    }));
    if (!renewed) {
      discardIfNew(before, refreshToken);
      return undefined;
    }
    options.keepAccessToken(id, accessToken);
    await options.keepListed(id, renewed);
    return renewed;
  }

  async function end(
    id: string,
    before: Session,
    renewal: FailedRenewal,
  ): Promise<undefined | Session> {
    const current = await sessions.read(id);
    // Somebody else may have renewed it after our lock had lapsed.
    if (current && isRenewedSince(before, current, now())) {
      discardIfNew(before, renewal.refreshToken);
      return current;
    }
    await sessions.destroy(id);
    if (!isRefusedByCognito(renewal)) options.discard(renewal.refreshToken);
    return undefined;
  }

  async function postponeRenewal(
    id: string,
    before: Session,
    { refreshToken }: FailedRenewal,
  ): Promise<undefined | Session> {
    const postponed = await sessions.change(id, (current) =>
      isRenewedSince(before, current, now())
        ? current
        : postpone({ ...current, refreshToken }, now()),
    );
    if (!postponed) discardIfNew(before, refreshToken);
    return postponed;
  }

  function discardIfNew(before: Session, refreshToken: string | undefined): void {
    if (refreshToken && refreshToken !== before.refreshToken) options.discard(refreshToken);
  }

  return {
    renew(id, requestId, { isForced = false } = {}) {
      const isDue = isForced ? mayBeRenewed : needsRenewal;
      const key = `${id} ${isForced}`;
      const known = running.get(key);
      if (known) return join(() => known);
      const renewal = renewOnce(id, requestId, isDue).finally(() => running.delete(key));
      running.set(key, renewal);
      return renewal;
    },
  };
}

type IsDue = (session: Session, now: number) => boolean;

/** True unless Cognito was asked a short while ago and could not say. */
const mayBeRenewed: IsDue = ({ refreshToken, failedRenewal }, now) =>
  refreshToken !== undefined && now >= (failedRenewal?.retryAt ?? 0);

type FailedRenewal = Exclude<Renewal, { outcome: "renewed" }>;

/** Whatever else ends a session leaves a refresh token that Cognito goes on honouring. */
function isRefusedByCognito({ outcome, error }: FailedRenewal): boolean {
  return outcome === "refused" && error.code === "token_request_refused";
}

function tooManyWait(): AppError {
  const reason = "too many requests wait for renewals";
  return new AppError("cognito_unreachable", { reason, status: 503, retryAfterSeconds: 10 });
}

/** False for an old row that was put back: it has another ID token, and one that is over as well. */
function isRenewedSince(before: Session, current: Session, now: number): boolean {
  return current.idTokenExpiresAt !== before.idTokenExpiresAt && !needsRenewal(current, now);
}

/** Not before the ID token's end: until then Cognito vouches for the user. */
function failingSince({ failedRenewal, idTokenExpiresAt }: Session, now: number): number {
  return failedRenewal ? Math.max(failedRenewal.since, idTokenExpiresAt) : now;
}

/** Asks again after a pause that doubles from five seconds to a minute, and once more when the grace is over. */
function postpone(
  session: Session,
  now: number,
  graceEndsAt = failingSince(session, now) + graceMs,
): Session {
  const since = failingSince(session, now);
  const pause = Math.min(Math.max(now - since, shortestPauseMs), longestPauseMs);
  return { ...session, failedRenewal: { since, retryAt: Math.min(now + pause, graceEndsAt) } };
}
