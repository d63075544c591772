import { createRowSealer } from "../../src/sign-in/session/row-sealer.ts";
import { type Session, sessionVersion } from "../../src/sign-in/session/session.ts";
import { createSessions, type Sessions } from "../../src/sign-in/session/sessions.ts";
import type { RowStore } from "../../src/sign-in/store/row-store.ts";
import { createMemoryRows } from "./memory-rows.ts";

export const secret = "a secret of thirty-two characters";
export const issuer = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_example";
export const signedInAt = Date.UTC(2026, 0, 1);
const minute = 60_000;

/** A session as it is right after the sign-in, with an ID token of one hour. */
export const mirasSession: Session = {
  version: sessionVersion,
  issuer,
  user: {
    sub: "sub-of-mira",
    username: "mira",
    name: undefined,
    email: undefined,
    emailVerified: false,
    groups: [],
  },
  refreshToken: "refresh-token-of-mira",
  nonceHash: "",
  idTokenExpiresAt: signedInAt + 60 * minute,
  authenticatedAt: signedInAt,
  createdAt: signedInAt,
  latestEnd: signedInAt + 600 * minute,
  lastSeenAt: signedInAt,
  browser: "Firefox",
};

export interface SessionSettings {
  idleMinutes?: number;
  issuer?: string | undefined;
  tidies?: boolean;
  rows?: RowStore;
}

/** A store in memory with a clock, and its sessions as apps of these settings see them. */
export function openSessionStore(): {
  clock: { now: number };
  rows: RowStore;
  sessions(settings?: SessionSettings): Sessions;
} {
  const clock = { now: signedInAt };
  const now = () => clock.now;
  const rows = createMemoryRows(now);
  return {
    clock,
    rows,
    sessions: ({ idleMinutes = 30, ...others } = {}) =>
      createSessions({
        rows,
        sealer: createRowSealer([secret], undefined),
        limits: { idleSeconds: idleMinutes * 60, maxSeconds: 600 * 60 },
        issuer,
        now,
        ...others,
      }),
  };
}
