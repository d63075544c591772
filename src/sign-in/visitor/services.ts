import { createRelyingParty, type RelyingParty } from "../cognito/relying-party.ts";
import type { SignInEvent, SignInLog } from "../events.ts";
import type { Resources } from "../opening/resources.ts";
import { type AccessTokens, createAccessTokens } from "../session/access-tokens.ts";
import { type CallbackClaims, createCallbackClaims } from "../session/callback-claims.ts";
import { createRenewals, type Renewals } from "../session/renewals.ts";
import { createRowSealer } from "../session/row-sealer.ts";
import { createSealer } from "../session/sealing.ts";
import { createSessions } from "../session/sessions.ts";
import { createUserSessions, type UserSessions } from "../session/user-sessions.ts";
import type { SignInSettings } from "../settings/settings.ts";
import type { RowStore } from "../store/row-store.ts";
import { reportRenewal } from "./auth-log.ts";
import { type Background, createBackground } from "./background.ts";
import { revokeTokensOf } from "./ended-sessions.ts";
import { createNoticeCookie, type NoticeCookie } from "./notice-cookie.ts";
import { createPendingSignIns, type PendingSignIns } from "./pending-sign-in.ts";
import { createSessionCookie, type SessionCookie } from "./session-cookie.ts";

/** What one sign-in has from its app for as long as it runs. */
export interface Circumstances {
  settings: SignInSettings;
  log: SignInLog;
  tell: (event: SignInEvent) => void;
  /** Milliseconds. */
  now: () => number;
  /** Milliseconds for one call to Cognito, all in. */
  cognitoDeadlineMs?: number | undefined;
}

/** The parts that routes are made of, each built once. */
export interface Services extends Circumstances {
  relyingParty: RelyingParty;
  rows: RowStore;
  sessions: UserSessions;
  renewals: Renewals;
  accessTokens: AccessTokens;
  sessionCookie: SessionCookie;
  noticeCookie: NoticeCookie;
  pendingSignIns: PendingSignIns;
  callbackClaims: CallbackClaims;
  background: Background;
  /** Revokes a refresh token that no session holds, best effort; nobody waits for it. */
  discard: (refreshToken: string | undefined) => void;
}

/** Builds every part from what has been opened; starts and opens nothing. */
export function createServices(
  circumstances: Circumstances,
  { userPool, sessionSecrets, rows }: Resources,
): Services {
  const { settings, log, tell, now, cognitoDeadlineMs } = circumstances;
  const { appUrl, sessionIdleSeconds, sessionMaxSeconds } = settings;
  const limits = { idleSeconds: sessionIdleSeconds, maxSeconds: sessionMaxSeconds };
  const background = createBackground();
  const rowSealer = createRowSealer(sessionSecrets, settings.userPool);
  const relyingParty = createRelyingParty({
    userPool,
    callbackUrl: settings.callbackUrl,
    signOutUrl: settings.signOutUrl,
    scopes: settings.scopes,
    now,
    onCall: (call) => tell({ type: "cognito-call", ...call }),
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
  const accessTokens = createAccessTokens(now);
  const renewals = createRenewals({
    rows,
    sessions,
    ask: ({ user, nonceHash }, refreshToken) =>
      relyingParty.renewSignIn({ refreshToken, sub: user.sub, nonceHash }),
    report: ({ user: { sub } }, renewal, requestId) =>
      reportRenewal({ log, tell }, { sub, renewal, requestId }),
    keepListed: sessions.keepListed,
    keepAccessToken: accessTokens.keep,
    discard,
    now,
  });
  return {
    ...circumstances,
    relyingParty,
    rows,
    sessions,
    renewals: { renew: (...request) => background.add(renewals.renew(...request)) },
    accessTokens,
    sessionCookie: createSessionCookie(sessionSecrets, { appUrl, maxSeconds: sessionMaxSeconds }),
    noticeCookie: createNoticeCookie(appUrl),
    pendingSignIns: createPendingSignIns({
      sealer: createSealer(sessionSecrets, "pending sign-ins"),
      appUrl,
      now,
    }),
    callbackClaims: createCallbackClaims({ rows, sealer: rowSealer, now }),
    background,
    discard,
  };
}
