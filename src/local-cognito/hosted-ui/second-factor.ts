import type { Request, Response } from "express";
import type { AuthorizationRequest } from "../oauth/authorization-request.ts";
import { codeResponse } from "../oauth/authorization-response.ts";
import type { PendingEnrolment, Pool } from "../pool.ts";
import { mayEnrol } from "../users/authenticator-app.ts";
import { makeTotpSecret } from "../users/totp.ts";
import type { User } from "../users/user.ts";
import { queryOf } from "./hosted-forms.ts";

/** How long a browser may take over the second factor, to use it or to set it up; then it begins at `/login` again. */
export const secondFactorLifetimeMs = 3 * 60 * 1000;

/** Returns what this browser is in the middle of where it sets up an app, for a user who may have one. */
export function enrolmentUnderWay(pool: Pool, req: Request): PendingEnrolment | undefined {
  const pending = pool.pendingEnrolments.find(req);
  const user = pending && pool.users.get(pending.username, pending.sub);
  return user && mayEnrol(user) ? pending : undefined;
}

/** Returns whose code this browser is being asked for, if that user may still sign in with one. */
export function userToGiveCode(pool: Pool, req: Request): User | undefined {
  const pending = pool.pendingCodes.find(req);
  const user = pending && pool.users.get(pending.username, pending.sub);
  const maySignIn = user?.enabled && user.status === "CONFIRMED" && user.authenticatorApp;
  return maySignIn ? user : undefined;
}

/** True for a browser that has done the first factor and is at the second. */
export function isAtSecondFactor(pool: Pool, req: Request): boolean {
  return Boolean(enrolmentUnderWay(pool, req) ?? userToGiveCode(pool, req));
}

/**
 * Returns where a browser goes on whose first factor is done: after a second click on the button, which must lose
 * neither the session nor the page of the second factor.
 */
export function addressToGoOnAt(pool: Pool, req: Request): string {
  return `${pageToGoOnAt(pool, req)}${queryOf(req)}`;
}

function pageToGoOnAt(pool: Pool, req: Request): string {
  if (enrolmentUnderWay(pool, req)) return "/mfaSetup";
  return userToGiveCode(pool, req) ? "/mfa" : "/oauth2/authorize";
}

/**
 * Returns where to go for a confirmed user who has proven the first factor: to the page that asks for a code or sets
 * up an authenticator app, as the pool's MFA wants it, or, signed in, to the app.
 */
export async function afterFirstFactor(
  req: Request,
  res: Response,
  pool: Pool,
  request: AuthorizationRequest,
  user: User,
): Promise<string> {
  const { mfa } = pool.settings;
  const { username, sub } = user;
  if (mfa !== "OFF" && user.authenticatorApp) {
    pool.pendingCodes.start(res, { username, sub });
    return `/mfa${queryOf(req)}`;
  }
  if (mfa === "ON") {
    pool.pendingEnrolments.start(res, { username, sub, secret: await makeTotpSecret() });
    return `/mfaSetup${queryOf(req)}`;
  }
  return codeResponse(pool, request, pool.sessions.start(req, res, user));
}
