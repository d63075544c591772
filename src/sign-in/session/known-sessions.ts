import type { Session } from "./session.ts";

/** Enough for some 1,300 sessions, whose refresh tokens make up most of their rows. */
const mostBytes = 3 * 1024 * 1024;

/**
 * Sessions whose rows were opened or written last, each with the very bytes of its row: a visitor's row is not opened and
 * parsed anew for every page. A row that somebody has changed in any way is another one, and is not known.
 */
export interface KnownSessions {
  find(key: string, row: Uint8Array): Session | undefined;
  /** Keeps a session that is nobody's to change: many requests share it. */
  keep(key: string, row: Uint8Array, session: Session): void;
  forget(key: string): void;
}

/** Knows none to begin with, and three megabytes of rows at most. */
export function createKnownSessions(): KnownSessions {
  const known = new Map<string, { row: Buffer; session: Session }>();
  let bytes = 0;

  function forget(key: string): void {
    bytes -= known.get(key)?.row.length ?? 0;
    known.delete(key);
  }

  return {
    find(key, row) {
      const entry = known.get(key);
      return entry?.row.equals(row) ? entry.session : undefined;
    },
    keep(key, row, session) {
      forget(key);
      Object.freeze(session.user.groups);
      Object.freeze(session.user);
      // A copy, since a store may hand out views of something larger.
      known.set(key, { row: Buffer.from(row), session: Object.freeze(session) });
      bytes += row.length;
      for (const oldest of known.keys()) {
        if (bytes <= mostBytes) return;
        forget(oldest);
      }
    },
    forget,
  };
}
