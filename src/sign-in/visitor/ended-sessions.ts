import type { RelyingParty } from "../cognito/relying-party.ts";
import type { SignInLog } from "../events.ts";
import type { Session } from "../session/session.ts";
import { type EndedBy, reportSessionEnd } from "./auth-log.ts";

interface Revoking {
  relyingParty: Pick<RelyingParty, "revokeAll">;
  log: SignInLog;
}

/**
 * What is due once sessions have ended: their refresh tokens are revoked, best effort and within three seconds in
 * all, and each session gets its line in the log. Never rejects; resolves to how many tokens Cognito has revoked.
 */
export async function revokeTokensOf(
  services: Revoking,
  sessions: Session[],
  occasion: { by: EndedBy; requestId?: string },
): Promise<number> {
  const refreshTokens = sessions.flatMap(({ refreshToken }) => refreshToken ?? []);
  const revoked = await revokeTokens(services, refreshTokens, occasion.requestId);
  for (const { user, refreshToken = "" } of sessions) {
    reportSessionEnd(services.log, {
      ...occasion,
      sub: user.sub,
      revoked: revoked.has(refreshToken),
    });
  }
  return revoked.size;
}

/**
 * Revokes refresh tokens, best effort: without their sessions nobody holds them, so a silent Cognito keeps nobody waiting
 * for more than three seconds. Never rejects; resolves to those that Cognito has revoked.
 */
export async function revokeTokens(
  { relyingParty, log }: Revoking,
  refreshTokens: string[],
  requestId: string | undefined,
): Promise<Set<string>> {
  const results = await relyingParty.revokeAll(refreshTokens);
  const failure = results.find((result) => result.status === "rejected");
  if (failure) log.warn({ requestId, err: failure.reason }, "a refresh token was not revoked");
  return new Set(refreshTokens.filter((_, index) => results[index]?.status === "fulfilled"));
}
