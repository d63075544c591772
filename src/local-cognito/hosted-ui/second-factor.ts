import type { Request, Response } from "express";
import { nextChallenge } from "../accounts/authentication.ts";
import { mayEnrol } from "../accounts/authenticator-app.ts";
import type { PendingEnrolment } from "../browser/browser-state.ts";
import { queryOf } from "../browser/forms.ts";
import type { AuthorizationRequest } from "../oauth/authorization-request.ts";
import { makeTotpSecret } from "../users/totp.ts";
import { hasSecondFactor, type User } from "../users/user.ts";
import { grantedSignIn } from "./granted-sign-in.ts";
import type { HostedUi } from "./hosted-ui.ts";

/** Returns what this browser is in the middle of where it sets up an app, for a user who may have one. */
export function enrolmentUnderWay(pool: HostedUi, req: Request): PendingEnrolment | undefined {
  const pending = pool.pendingEnrolments.find(req);
  const user = pending && pool.users.get(pending.username, pending.sub);
  return user && mayEnrol(user) ? pending : undefined;
}

/** Returns whose code this browser is being asked for, if that user may still sign in with one. */
export function userToGiveCode(pool: HostedUi, req: Request): User | undefined {
  const pending = pool.pendingCodes.find(req);
  const user = pending && pool.users.get(pending.username, pending.sub);
  const maySignIn = user?.enabled && user.status === "CONFIRMED" && hasSecondFactor(user);
  return maySignIn ? user : undefined;
}

/** True for a browser that has done the first factor and is at the second. */
export function isAtSecondFactor(pool: HostedUi, req: Request): boolean {
  return Boolean(enrolmentUnderWay(pool, req) ?? userToGiveCode(pool, req));
}

/**
 * Returns where a browser goes on after its first factor is done. A second click on the button must lose neither the
 * session nor the page of the second factor.
 */
export function addressToGoOnAt(pool: HostedUi, req: Request): string {
  return `${pageToGoOnAt(pool, req)}${queryOf(req)}`;
}

function pageToGoOnAt(pool: HostedUi, req: Request): string {
  if (enrolmentUnderWay(pool, req)) return "/mfaSetup";
  return userToGiveCode(pool, req) ? "/mfa" : "/oauth2/authorize";
}

/**
 * Returns where a confirmed user goes who has proven the first factor. The pool's MFA decides: the
 * page that asks for a code, the page that sets up an authenticator app, or, signed in, the app.
 */
export async function afterFirstFactor(
  req: Request,
  res: Response,
  pool: HostedUi,
  request: AuthorizationRequest,
  user: User,
): Promise<string> {
  const { username, sub } = user;
  switch (nextChallenge(pool, user)) {
    case "SOFTWARE_TOKEN_MFA":
      pool.pendingCodes.start(res, { username, sub });
      return `/mfa${queryOf(req)}`;
    case "MFA_SETUP":
      pool.pendingEnrolments.start(res, { username, sub, secret: makeTotpSecret() });
      return `/mfaSetup${queryOf(req)}`;
  }
  return grantedSignIn(req, res, pool, request, user);
}
