import type { Logger } from "pino";
import { createRelyingParty, type RelyingParty } from "../cognito/relying-party.ts";
import type { Config, UserPoolSettings } from "../config.ts";
import { type CallbackClaims, createCallbackClaims } from "../session/callback-claims.ts";
import { createPendingSignIns, type PendingSignIns } from "../session/pending-sign-in.ts";
import type { RowStore } from "../session/row-store.ts";
import { createSealer } from "../session/sealing.ts";
import { createSessionCookie, type SessionCookie } from "../session/session-cookie.ts";
import { createSessions, type Sessions } from "../session/sessions.ts";

/** What the app is handed: nothing in it reads the environment, a clock or a file of its own. */
export interface AppOptions {
  config: Config;
  userPool: UserPoolSettings;
  sessionSecrets: string[];
  rows: RowStore;
  log: Logger;
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
  sessions: Sessions;
  sessionCookie: SessionCookie;
  pendingSignIns: PendingSignIns;
  callbackClaims: CallbackClaims;
  log: Logger;
  now: () => number;
}

export function createServices(options: AppOptions): Services {
  const { config, rows, sessionSecrets, log, now = Date.now, cognitoDeadlineMs } = options;
  const { usesHttps, sessionIdleSeconds, sessionMaxSeconds } = config;
  const rowSealer = createSealer(sessionSecrets, "session rows");
  return {
    config,
    rows,
    log,
    now,
    relyingParty: createRelyingParty({
      userPool: options.userPool,
      callbackUrl: config.callbackUrl,
      signOutUrl: config.signOutUrl,
      scopes: config.scopes,
      now,
      ...(cognitoDeadlineMs === undefined ? {} : { deadlineMs: cognitoDeadlineMs }),
    }),
    sessions: createSessions({
      rows,
      sealer: rowSealer,
      limits: { idleSeconds: sessionIdleSeconds, maxSeconds: sessionMaxSeconds },
      now,
    }),
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
  };
}
