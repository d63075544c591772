import type { User } from "../cognito/user.ts";

/** A signed-in visitor's row in the store. Times are in milliseconds. */
export interface Session {
  /** The shape of this row; a row of another shape counts as none. */
  version: typeof sessionVersion;
  user: User;
  refreshToken: string | undefined;
  /** Until when Cognito vouches for the user; the session does not outlive it. */
  idTokenExpiresAt: number;
  createdAt: number;
  /** Written at most once a minute. */
  lastSeenAt: number;
  /** A few words on the browser, for the visitor to recognise it by. */
  browser: string;
}

export const sessionVersion = 1;

export interface SessionLimits {
  idleSeconds: number;
  maxSeconds: number;
}

/** When a session ends if nobody uses it again: by idleness, by age, or with its ID token (milliseconds; SC-5). */
export function endOf(session: Session, { idleSeconds, maxSeconds }: SessionLimits): number {
  return Math.min(
    session.lastSeenAt + idleSeconds * 1000,
    session.createdAt + maxSeconds * 1000,
    session.idTokenExpiresAt,
  );
}
