import type { Logger } from "pino";
import type { RelyingParty } from "../cognito/relying-party.ts";
import type { Session } from "../session/session.ts";
import { type EndedBy, reportSessionEnd } from "./auth-log.ts";

/**
 * What is due once sessions have ended: their refresh tokens are revoked, best effort and within three seconds in
 * all, and each session gets its line in the log. Never rejects; resolves to how many tokens Cognito has revoked.
 */
export async function revokeTokensOf(
  { relyingParty, log }: { relyingParty: Pick<RelyingParty, "revokeAll">; log: Logger },
  sessions: Session[],
  occasion: { by: EndedBy; requestId?: string },
): Promise<number> {
  const refreshTokens = sessions.flatMap(({ refreshToken }) => refreshToken ?? []);
  const results = await relyingParty.revokeAll(refreshTokens);
  const revoked = new Set(
    refreshTokens.filter((_, index) => results[index]?.status === "fulfilled"),
  );
  const failure = results.find(({ status }) => status === "rejected");
  if (failure) {
    const err = (failure as PromiseRejectedResult).reason;
    log.warn({ requestId: occasion.requestId, err }, "a refresh token was not revoked");
  }
  for (const { user, refreshToken = "" } of sessions) {
    reportSessionEnd(log, { ...occasion, sub: user.sub, revoked: revoked.has(refreshToken) });
  }
  return revoked.size;
}
