import type { Logger } from "pino";
import type { Measurements } from "../site/measurements.ts";
import type { Config, UserPoolSettings } from "../site/settings/config.ts";
import { type Background, createBackground } from "./background.ts";
import { createRelyingParty, type RelyingParty } from "./cognito/relying-party.ts";
import { type CallbackClaims, createCallbackClaims } from "./session/callback-claims.ts";
import { createRenewals, type Renewals } from "./session/renewals.ts";
import { createRowSealer } from "./session/row-sealer.ts";
import { createSealer } from "./session/sealing.ts";
import { createSessions } from "./session/sessions.ts";
import { createUserSessions, type UserSessions } from "./session/user-sessions.ts";
import type { RowStore } from "./store/row-store.ts";
import { reportRenewal } from "./visitor/auth-log.ts";
import { revokeTokensOf } from "./visitor/ended-sessions.ts";
import { createPendingSignIns, type PendingSignIns } from "./visitor/pending-sign-in.ts";
import { createSessionCookie, type SessionCookie } from "./visitor/session-cookie.ts";

/** What the app is handed. Of the environment it reads nothing but the proxy for its own requests. */
export interface AppOptions {
  config: Config;
  userPool: UserPoolSettings;
  sessionSecrets: string[];
  rows: RowStore;
  log: Logger;
  measurements?: Measurements | undefined;
  /** Milliseconds. */
  now?: () => number;
  /** Milliseconds for one call to Cognito, all in. */
  cognitoDeadlineMs?: number;
}

/** The parts that routes are made of, each built once. */
export interface Services {
  config: Config;
  relyingParty: RelyingParty;
  rows: RowStore;
  sessions: UserSessions;
  renewals: Renewals;
  sessionCookie: SessionCookie;
  pendingSignIns: PendingSignIns;
  callbackClaims: CallbackClaims;
  background: Background;
  /** Revokes a refresh token that no session holds, best effort; nobody waits for it. */
  discard: (refreshToken: string | undefined) => void;
  log: Logger;
  measurements: Measurements | undefined;
  now: () => number;
}

/** Builds every part from what the app is handed; starts and opens nothing. */
export function createServices(options: AppOptions): Services {
  const { config, rows, sessionSecrets, log, now = Date.now, cognitoDeadlineMs } = options;
  const { measurements } = options;
  const { usesHttps, sessionIdleSeconds, sessionMaxSeconds } = config;
  const limits = { idleSeconds: sessionIdleSeconds, maxSeconds: sessionMaxSeconds };
  const background = createBackground();
  const rowSealer = createRowSealer(sessionSecrets, config.userPool);
  const relyingParty = createRelyingParty({
    userPool: options.userPool,
    callbackUrl: config.callbackUrl,
    signOutUrl: config.signOutUrl,
    scopes: config.scopes,
    now,
    onCall: measurements?.cognitoCall,
    ...(cognitoDeadlineMs === undefined ? {} : { deadlineMs: cognitoDeadlineMs }),
  });
  const stored = { rows, sealer: rowSealer, limits, now };
  const sessions = createUserSessions({
    ...stored,
    sessions: createSessions({ ...stored, issuer: relyingParty.issuer }),
    crowdedOut: (session) =>
      void background.add(
        revokeTokensOf({ relyingParty, log }, [session], { by: "too many sessions" }),
      ),
  });
  const discard: Services["discard"] = (refreshToken) => {
    if (refreshToken) void background.add(relyingParty.revoke(refreshToken)).catch(() => {});
  };
  const renewals = createRenewals({
    rows,
    sessions,
    ask: ({ user, nonceHash }, refreshToken) =>
      relyingParty.renewSignIn({ refreshToken, sub: user.sub, nonceHash }),
    report: ({ user: { sub } }, renewal, requestId) =>
      reportRenewal({ log, measurements }, { sub, renewal, requestId }),
    keepListed: sessions.keepListed,
    discard,
    now,
  });
  return {
    config,
    relyingParty,
    rows,
    sessions,
    renewals: { renew: (...request) => background.add(renewals.renew(...request)) },
    sessionCookie: createSessionCookie(sessionSecrets, {
      usesHttps,
      maxSeconds: sessionMaxSeconds,
    }),
    pendingSignIns: createPendingSignIns({
      sealer: createSealer(sessionSecrets, "pending sign-ins"),
      usesHttps,
      now,
    }),
    callbackClaims: createCallbackClaims({ rows, sealer: rowSealer, now }),
    background,
    discard,
    log,
    measurements,
    now,
  };
}
