import type { User } from "../cognito/user.ts";

/** A signed-in visitor's row in the store. Times are in milliseconds. */
export interface Session {
  /** The shape of this row; a row of another shape counts as none. */
  version: typeof sessionVersion;
  /** The user pool that vouches for the user; another pool's sessions count as none. */
  issuer: string;
  user: User;
  refreshToken: string | undefined;
  /** What the nonce of a refreshed ID token, if it has one, is compared with. */
  nonceHash: string;
  /** Until when Cognito vouches for the user; from then on the session has to be renewed. */
  idTokenExpiresAt: number;
  /** Set while renewals fail because Cognito cannot be reached. */
  failedRenewal?: { since: number; retryAt: number };
  /** When the visitor last proved who they are to Cognito (`auth_time`), if it says. */
  authenticatedAt: number | undefined;
  createdAt: number;
  /** Latest possible end, fixed at sign-in; raising the setting later does not extend it. */
  latestEnd: number;
  /** Written at most once a minute. */
  lastSeenAt: number;
  /** A few words on the browser, for the visitor to recognise it by. */
  browser: string;
}

export const sessionVersion = 3;

export interface SessionLimits {
  idleSeconds: number;
  maxSeconds: number;
}

/** When a session ends if nobody uses it again: by idleness, by age, or with a token that nothing can renew (milliseconds; SC-5). */
export function endOf(session: Session, limits: SessionLimits): number {
  return Math.min(session.lastSeenAt + limits.idleSeconds * 1000, latestEndOf(session, limits));
}

/** When a session has ended however busy its visitor is (milliseconds). */
export function latestEndOf(session: Session, { maxSeconds }: SessionLimits): number {
  const { createdAt, latestEnd } = session;
  return Math.min(createdAt + maxSeconds * 1000, latestEnd, vouchedUntil(session));
}

function vouchedUntil({ refreshToken, idTokenExpiresAt }: Session): number {
  return refreshToken === undefined ? idTokenExpiresAt : Number.POSITIVE_INFINITY;
}

/** True where the ID token's life is over and Cognito may be asked (again) for a new one. */
export function needsRenewal(session: Session, now: number): boolean {
  const { refreshToken, idTokenExpiresAt, failedRenewal } = session;
  if (refreshToken === undefined || now < idTokenExpiresAt) return false;
  return now >= (failedRenewal?.retryAt ?? 0);
}
