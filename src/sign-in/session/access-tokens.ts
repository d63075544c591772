import type { IssuedAccessToken } from "../cognito/relying-party.ts";
import { AppError } from "../errors.ts";
import type { Renewals } from "./renewals.ts";
import type { Sessions } from "./sessions.ts";

/** Those of the latest sign-ins and renewals: a megabyte or so. The others are renewed when they are asked for. */
const mostKept = 1000;
/** A token that ends sooner could end on its way. */
const shortestUseMs = 30_000;

/** Access tokens by session id, in the memory of this process alone. */
export interface AccessTokens {
  keep(id: string, token: IssuedAccessToken): void;
  /** Undefined where there is none, or where it is about to end. */
  find(id: string): string | undefined;
  forget(id: string): void;
}

/** Keeps none to begin with. */
export function createAccessTokens(now: () => number): AccessTokens {
  const kept = new Map<string, IssuedAccessToken>();
  return {
    keep(id, token) {
      kept.delete(id);
      kept.set(id, token);
      const [oldest] = kept.keys();
      if (kept.size > mostKept && oldest !== undefined) kept.delete(oldest);
    },
    find(id) {
      const token = kept.get(id);
      return token && token.expiresAt - now() > shortestUseMs ? token.value : undefined;
    },
    forget: (id) => void kept.delete(id),
  };
}

/**
 * The access token of a session, renewed where it has run out: once, however many calls wait. Rejects with AppError
 * `sign_in_required` where the session is over, `cognito_unreachable` where Cognito gives none now, or as `Sessions` does.
 */
export async function accessTokenOf(
  id: string,
  requestId: string,
  parts: { accessTokens: AccessTokens; sessions: Sessions; renewals: Renewals },
): Promise<string> {
  const { accessTokens, sessions, renewals } = parts;
  // Asked for each time: another process may have ended it.
  const session = await sessions.read(id);
  const known = session && accessTokens.find(id);
  if (known) return known;
  const renewed = session && (await renewals.renew(id, requestId, { isForced: true }));
  if (!renewed) {
    accessTokens.forget(id);
    throw new AppError("sign_in_required", { reason: "the session is over" });
  }
  const token = accessTokens.find(id);
  if (token) return token;
  const reason = "Cognito gave no access token for this session";
  throw new AppError("cognito_unreachable", { reason, retryAfterSeconds: 5 });
}
