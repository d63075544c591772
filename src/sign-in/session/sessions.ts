import { hash, randomBytes } from "node:crypto";
import { changedMeanwhile, compareAndSet } from "../store/compare-and-set.ts";
import type { RowStore } from "../store/row-store.ts";
import { createKnownSessions } from "./known-sessions.ts";
import type { Sealer } from "./sealing.ts";
import { endOf, type Session, type SessionLimits, sessionVersion } from "./session.ts";

/** Sessions by id: encrypted rows, held to their limits by the server's clock. Rejects as `RowStore` does. */
export interface Sessions {
  /** The session, or undefined where it is gone, ended or unreadable. */
  read(id: string): Promise<Session | undefined>;
  /** The same for a visitor who is here now: notes that they were seen, once a minute at most. */
  visit(id: string): Promise<Session | undefined>;
  create(id: string, session: Session): Promise<void>;
  /**
   * Applies a change to the session as it stands. Writes nothing if `change` returns what it was given. Undefined if the
   * session is gone, and then it stays gone (CC-3).
   */
  change(id: string, change: (session: Session) => Session): Promise<Session | undefined>;
  /** Resolves to the session that it ended, once its row is gone; undefined where there was none any more. */
  destroy(id: string): Promise<Session | undefined>;
}

/**
 * Sessions in the given store: of one user pool (`issuer`), or of any. A row that is no session any more is removed when
 * it is met, unless `tidies` is false: a program that only looks may have other settings than the app.
 */
export function createSessions(options: {
  rows: RowStore;
  sealer: Sealer;
  limits: SessionLimits;
  issuer: string | undefined;
  now: () => number;
  tidies?: boolean;
}): Sessions {
  const { rows, sealer, limits, issuer, now, tidies = true } = options;
  const known = createKnownSessions();
  /** Once a minute, or more often where the idle limit is that short. */
  const seenEveryMs = Math.min(60_000, limits.idleSeconds * 100);

  const isNoted = ({ lastSeenAt }: Session) => now() - lastSeenAt < seenEveryMs;

  const seal = (key: string, session: Session) => sealer.seal(JSON.stringify(session), key);

  function parse(key: string, row: Uint8Array): Session | undefined {
    const same = known.find(key, row);
    if (same) return same;
    const session = parseRow(sealer.open(row, key));
    if (session) known.keep(key, row, session);
    return session;
  }

  async function readRow(id: string): Promise<{ row: Uint8Array; session: Session } | undefined> {
    const key = keyOf(id);
    const row = await rows.read(key);
    if (!row) {
      known.forget(key);
      return undefined;
    }
    const session = parse(key, row);
    const isOurs = session && (issuer === undefined || session.issuer === issuer);
    if (isOurs && endOf(session, limits) > now()) return { row, session };
    // It counts as none whether or not it can be tidied away now; one that was renewed meanwhile stays.
    known.forget(key);
    if (tidies) await rows.remove(key, row).catch(() => false);
    return undefined;
  }

  const read = async (id: string) => (await readRow(id))?.session;

  const change: Sessions["change"] = (id, apply) =>
    compareAndSet(async () => {
      const stored = await readRow(id);
      if (!stored) return undefined;
      const key = keyOf(id);
      const session = apply(stored.session);
      if (session === stored.session) return session;
      const row = seal(key, session);
      const isDone = await rows.update(key, stored.row, row, endOf(session, limits));
      if (!isDone) return changedMeanwhile;
      known.keep(key, row, session);
      return session;
    });

  return {
    read,
    change,
    async visit(id) {
      const session = await read(id);
      if (!session || isNoted(session)) return session;
      // A store that can be read and not written to costs the note, and not the visit.
      return await change(id, (current) =>
        isNoted(current) ? current : { ...current, lastSeenAt: now() },
      ).catch(() => session);
    },
    async create(id, session) {
      const key = keyOf(id);
      const row = seal(key, session);
      const isNew = await rows.insert(key, row, endOf(session, limits));
      if (!isNew) throw new Error("A new session id was already taken.");
      known.keep(key, row, session);
    },
    destroy: (id) =>
      compareAndSet(async () => {
        const stored = await readRow(id);
        if (!stored) return undefined;
        // As it was read: the new refresh token of a renewal meanwhile would go unseen, and nobody would revoke it.
        const key = keyOf(id);
        if (!(await rows.remove(key, stored.row))) return changedMeanwhile;
        // Its refresh token would stay in memory until others push it out.
        known.forget(key);
        return stored.session;
      }),
  };
}

/** 144 random bits, so that cookie name, id and signature stay within 100 bytes. */
export function createSessionId(): string {
  return randomBytes(18).toString("base64url");
}

/** A hash, so that nobody who sees the store's keys learns the id of a session. */
function keyOf(id: string): string {
  return `session:${hashOfId(id)}`;
}

/** What stands for a session in the store's keys. */
export function hashOfId(id: string): string {
  return hash("sha256", id, "base64url");
}

/** Only this program seals rows, so that of a row that opened the version alone is in doubt. */
function parseRow(plaintext: string | undefined): Session | undefined {
  if (plaintext === undefined) return undefined;
  const session = JSON.parse(plaintext) as Session;
  return session.version === sessionVersion ? session : undefined;
}
