import { hash } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { AppError, type ErrorCode } from "../errors.ts";
import { limitWaiting } from "../limit-waiting.ts";
import type { RowStore } from "../store/row-store.ts";
import type { Sealer } from "./sealing.ts";

const claimMs = 60_000;
const pollMs = 25;
/** Longer than the first caller may wait: a token request and two fetches of the keys, each at its deadline. */
const patienceMs = 35_000;
/** A browser doubles a request or two. Who doubles more while Cognito is slow would take every connection there is. */
const mostWaiting = 250;

type Failure = { code: ErrorCode; status: number; retryAfterSeconds?: number };
type Outcome = { sessionId: string } | Failure;

/** Lets one request of many with the same state complete a sign-in, on all machines that share the store (CC-2). */
export interface CallbackClaims {
  /**
   * The id of the session that `complete` made: for the first caller by running it, for the others by waiting.
   * They also share its failure: rejects with the AppError that `complete` met, or as `RowStore` does. Where 250 wait
   * already, one more is refused with AppError `no_pending_sign_in`.
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
  const underWay = new Map<string, Promise<string>>();
  const limited = limitWaiting(
    mostWaiting,
    () => new AppError("no_pending_sign_in", { reason: "too many doubled callbacks" }),
  );
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
      // The visitor need not wait for what others are told.
      void settle({ sessionId });
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
      if (outcome) throw doubled(outcome);
      await wait(pollMs);
    }
    throw new AppError("no_pending_sign_in", {
      reason: "the first callback of this state never ended",
    });
  }

  async function claimOrWait(key: string, complete: () => Promise<string>): Promise<string> {
    const claim = seal(key, null);
    const isFirst = await rows.insert(key, claim, now() + claimMs);
    return isFirst ? await run(key, claim, complete) : await waitFor(key);
  }

  /** Those of this process wait for its own first caller: they have nothing to ask the store. */
  const join = (outcome: Promise<string>) =>
    limited(() =>
      outcome.catch((error: unknown) => {
        throw doubled(failureOf(error));
      }),
    );

  return {
    async once(state, complete) {
      const key = `callback:${hash("sha256", state, "base64url")}`;
      const known = underWay.get(key);
      if (known) return { sessionId: await join(known), isFirst: false };
      let isFirst = false;
      const outcome = claimOrWait(key, () => {
        isFirst = true;
        return complete();
      }).finally(() => underWay.delete(key));
      underWay.set(key, outcome);
      return { sessionId: await outcome, isFirst };
    },
  };
}

function doubled(failure: Failure): AppError {
  return new AppError(failure.code, { ...failure, reason: "doubled callback" });
}

function failureOf(error: unknown): Failure {
  const { code, status, retryAfterSeconds } =
    error instanceof AppError ? error : new AppError("unexpected");
  return { code, status, ...(retryAfterSeconds && { retryAfterSeconds }) };
}
