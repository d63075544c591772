import { createHash } from "node:crypto";
import type { Request } from "express";
import type { Logger } from "pino";
import type { Renewal } from "../cognito/relying-party.ts";
import { AppError } from "../errors.ts";

type SignInOutcome = { outcome: "signed in"; sub: string } | { outcome: "refused"; error: unknown };

/** One line for each sign-in that ends: who as a hash, or why not. */
export function reportSignIn(log: Logger, req: Request, event: SignInOutcome): void {
  if (event.outcome === "signed in") {
    log.info({ requestId: req.id, event: "sign-in", subject: hashOf(event.sub) }, "signed in");
    return;
  }
  const { error } = event;
  const code = error instanceof AppError ? error.code : "unexpected";
  const reason = error instanceof AppError ? error.reason : undefined;
  log.warn({ requestId: req.id, event: "sign-in", code, reason }, "sign-in refused");
}

/** One line for each sign-out; `revoked` says whether Cognito confirmed that the refresh token is dead. */
export function reportSignOut(
  log: Logger,
  req: Request,
  { sub, revoked }: { sub: string; revoked: boolean },
): void {
  log.info({ requestId: req.id, event: "sign-out", subject: hashOf(sub), revoked }, "signed out");
}

/** One line for each session that asked Cognito to be renewed. */
export function reportRenewal(log: Logger, sub: string, renewal: Renewal): void {
  const entry = { event: "renewal", subject: hashOf(sub), outcome: renewal.outcome };
  if (renewal.outcome === "renewed") {
    log.info(entry, "session renewed");
    return;
  }
  const { code, reason } = renewal.error;
  log.warn({ ...entry, code, reason }, "session not renewed");
}

/** Enough to follow one person through a log, and nothing to find them by outside it. */
function hashOf(sub: string): string {
  return createHash("sha256").update(sub).digest("base64url").slice(0, 12);
}
