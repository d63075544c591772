import { createHash } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { AppError, type ErrorCode } from "../errors.ts";
import type { RowStore } from "./row-store.ts";
import type { Sealer } from "./sealing.ts";

const claimMs = 60_000;
const pollMs = 25;
/** Longer than the first caller may wait: a token request and two fetches of the keys, each at its deadline. */
const patienceMs = 35_000;

type Failure = { code: ErrorCode; status: number; retryAfterSeconds?: number };
type Outcome = { sessionId: string } | Failure;

/** Lets one request of many with the same state complete a sign-in, on all machines that share the store (CC-2). */
export interface CallbackClaims {
  /**
   * The id of the session that `complete` made: for the first caller by running it, for the others by waiting.
   * They also share its failure: rejects with the AppError that `complete` met, or as `RowStore` does.
   */
  once(
    state: string,
    complete: () => Promise<string>,
  ): Promise<{ sessionId: string; isFirst: boolean }>;
}

/** Claims in the given store: as many processes as share it agree on who is first. */
export function createCallbackClaims(options: {
  rows: RowStore;
  sealer: Sealer;
  now: () => number;
}): CallbackClaims {
  const { rows, sealer, now } = options;
  const seal = (key: string, outcome: Outcome | null) => sealer.seal(JSON.stringify(outcome), key);

  async function run(
    key: string,
    claim: Uint8Array,
    complete: () => Promise<string>,
  ): Promise<string> {
    // By now the sign-in has succeeded or failed; if that cannot be noted, only the requests that wait for it lose.
    const settle = (outcome: Outcome) =>
      rows.update(key, claim, seal(key, outcome), now() + claimMs).catch(() => false);
    try {
      const sessionId = await complete();
      await settle({ sessionId });
      return sessionId;
    } catch (error) {
      await settle(failureOf(error));
      throw error;
    }
  }

  async function waitFor(key: string): Promise<string> {
    const endsAt = performance.now() + patienceMs;
    while (performance.now() < endsAt) {
      const row = await rows.read(key);
      const plaintext = row && sealer.open(row, key);
      if (!plaintext) break;
      const outcome = JSON.parse(plaintext) as Outcome | null;
      if (outcome && "sessionId" in outcome) return outcome.sessionId;
      if (outcome) throw new AppError(outcome.code, { ...outcome, reason: "doubled callback" });
      await wait(pollMs);
    }
    throw new AppError("no_pending_sign_in", {
      reason: "the first callback of this state never ended",
    });
  }

  return {
    async once(state, complete) {
      const key = `callback:${createHash("sha256").update(state).digest("base64url")}`;
      const claim = seal(key, null);
      const isFirst = await rows.insert(key, claim, now() + claimMs);
      const sessionId = isFirst ? await run(key, claim, complete) : await waitFor(key);
      return { sessionId, isFirst };
    },
  };
}

function failureOf(error: unknown): Failure {
  const { code, status, retryAfterSeconds } =
    error instanceof AppError ? error : new AppError("unexpected");
  return { code, status, ...(retryAfterSeconds && { retryAfterSeconds }) };
}
