import { hash } from "node:crypto";
import type { Request } from "express";
import type { Renewal } from "../cognito/relying-party.ts";
import { AppError, type ErrorCode } from "../errors.ts";
import type { SignInEvent, SignInLog } from "../events.ts";
import { requestIdOf } from "../request/request-id.ts";

/** Where auth events are told: each has one line in the log, with the request and a hash of the person's `sub`. */
export interface AuthEvents {
  log: SignInLog;
  tell: (event: SignInEvent) => void;
}

/** The line of a sign-in that succeeded. */
export function reportSignIn({ log, tell }: AuthEvents, req: Request, sub: string): void {
  const entry = {
    requestId: requestIdOf(req),
    event: "sign-in",
    outcome: "signed in",
    subject: hashOf(sub),
  };
  log.info(entry, "signed in");
  tell({ type: "sign-in", outcome: "signed_in" });
}

/**
 * What to throw where a sign-in is refused: the line that every error gets is then the line of this event, and the next
 * attempt leads to where this one would have led.
 */
export function refusedSignIn(
  { tell }: AuthEvents,
  thrown: unknown,
  returnTo: string | undefined,
): AppError {
  const error = thrown instanceof AppError ? thrown : new AppError("unexpected", { cause: thrown });
  tell({ type: "sign-in", outcome: error.code });
  return error.with({ event: "sign-in", returnTo });
}

/** Failures that are auth events wherever they happen. */
const eventsByCode: Partial<Record<ErrorCode, { event: string; outcome: string }>> = {
  forbidden: { event: "access", outcome: "refused" },
  cross_site_request: { event: "access", outcome: "refused" },
  sign_out_unconfirmed: { event: "sign-out", outcome: "unconfirmed" },
  sessions_not_ended: { event: "session-end", outcome: "unconfirmed" },
};

/** What the log line of an error adds where the error ends an auth event; undefined otherwise. */
export function authEventOf({ event, code }: AppError, req: Request) {
  const facts = event ? { event, outcome: "refused" } : eventsByCode[code];
  return facts && { ...facts, subject: req.signIn?.user && hashOf(req.signIn.user.sub) };
}

/** One line for each sign-out; `revoked` says whether Cognito confirmed that the refresh token is dead. */
export function reportSignOut(
  { log, tell }: AuthEvents,
  req: Request,
  { sub, revoked }: { sub: string; revoked: boolean },
): void {
  const entry = { requestId: requestIdOf(req), event: "sign-out", outcome: "signed out", revoked };
  log.info({ ...entry, subject: hashOf(sub) }, "signed out");
  tell({ type: "sign-out" });
}

/** One line for each change of an account that was tried, with what was in its way. */
export function reportAccountChange(
  log: SignInLog,
  req: Request,
  event: string,
  error?: AppError,
): void {
  const user = req.signIn?.user;
  const entry = { requestId: requestIdOf(req), event, subject: user && hashOf(user.sub) };
  if (!error) {
    log.info({ ...entry, outcome: "done" }, "account changed");
    return;
  }
  const { code, status, reason, details } = error;
  log.warn({ ...entry, outcome: "refused", code, status, reason, details }, "account not changed");
}

/** Who ended a session: its user from another one, a sign-in that replaced or crowded it out, or an operator. */
export type EndedBy = "another session" | "new sign-in" | "too many sessions" | "operator";

/** One line for each session that somebody else's action ended, with the request that did it if one did. */
export function reportSessionEnd(
  log: SignInLog,
  event: { sub: string; by: EndedBy; revoked: boolean; requestId?: string | undefined },
): void {
  const { sub, ...facts } = event;
  const entry = { event: "session-end", outcome: "ended", ...facts };
  log.info({ ...entry, subject: hashOf(sub) }, "session ended");
}

/** One line for each session that asked Cognito to be renewed, with the request that made it ask. */
export function reportRenewal(
  { log, tell }: AuthEvents,
  { sub, renewal, requestId }: { sub: string; renewal: Renewal; requestId: string },
): void {
  const { outcome } = renewal;
  tell({ type: "renewal", outcome });
  const entry = { requestId, event: "renewal", subject: hashOf(sub), outcome };
  if (renewal.outcome === "renewed") {
    log.info(entry, "session renewed");
    return;
  }
  const { code, reason } = renewal.error;
  log.warn({ ...entry, code, reason }, "session not renewed");
}

/** Enough to follow one person through a log, and nothing to find them by outside it. */
function hashOf(sub: string): string {
  return hash("sha256", sub, "base64url").slice(0, 12);
}
