import type { createLocalJWKSet, JWTHeaderParameters } from "jose";
import { AppError } from "../errors.ts";
import type { CognitoHttp } from "./calls/cognito-http.ts";
import { parseJsonAnswer } from "./calls/json-answer.ts";
import { assertNotThrottled } from "./calls/throttling.ts";
import type { UserPool } from "./user-pool.ts";

const freshSeconds = 10 * 60;
/** Known keys still serve this long when the pool's key set cannot be fetched. */
const staleSeconds = 24 * 60 * 60;
const pauseAfterFailureSeconds = 5;
/** Rotations at any moment are found; a flood of bad tokens is not worth more fetches than this. */
const searchesPerMinute = 6;

type KeyFinder = ReturnType<typeof createLocalJWKSet>;
type SigningKey = Awaited<ReturnType<KeyFinder>>;

export interface SigningKeys {
  /** The public key that a token's header names; throws AppError `cognito_unreachable` or `cognito_answer_invalid`. */
  find(header: JWTHeaderParameters): Promise<SigningKey>;
  /**
   * Fetches the key set anew because a known key did not fit, as after a change under the same key id. False if that was
   * done often enough this minute, or failed.
   */
  refresh(): Promise<boolean>;
  /** Fetches the key set ahead of the first sign-in; throws as `find` does. */
  warmUp(): Promise<void>;
  /** False where no keys were ever fetched, or where they are a day old and the last attempt failed. */
  areUsable(): boolean;
}

/**
 * The pool's public keys by key id, fetched when first needed and again every ten minutes or when a token
 * names an unknown one. A withdrawn key is refused from the next fetch on; in an outage known keys serve for a day.
 */
export function createSigningKeys(
  http: CognitoHttp,
  userPool: UserPool,
  now: () => number,
): SigningKeys {
  let current: { find: KeyFinder; fetchedAt: number } | undefined;
  let fetching: Promise<KeyFinder> | undefined;
  let failedAt = Number.NEGATIVE_INFINITY;
  let searches: number[] = [];

  const secondsSince = (time: number) => (now() - time) / 1000;

  async function find(header: JWTHeaderParameters): Promise<SigningKey> {
    const known = await keySet();
    try {
      return await known(header);
    } catch (error) {
      const found = isUnknownKey(error) ? search() : undefined;
      if (!found) throw error;
      return (await found)(header);
    }
  }

  async function refresh(): Promise<boolean> {
    const found = search();
    if (!found) return false;
    return await found.then(
      () => true,
      () => false,
    );
  }

  /** The key set that we have while it is fresh, else a fresh one. In an outage, the one that we have while it is not too old. */
  async function keySet(): Promise<KeyFinder> {
    if (!current) return await fetchOnce();
    const age = secondsSince(current.fetchedAt);
    if (age < freshSeconds) return current.find;
    if (age < staleSeconds && secondsSince(failedAt) < pauseAfterFailureSeconds)
      return current.find;
    try {
      return await fetchOnce();
    } catch (error) {
      if (age >= staleSeconds) throw error;
      return current.find;
    }
  }

  /** One fetch at a time, however many sign-ins wait for it. */
  function fetchOnce(): Promise<KeyFinder> {
    fetching ??= fetchKeySet(http, userPool)
      .then((keyFinder) => {
        current = { find: keyFinder, fetchedAt: now() };
        return keyFinder;
      })
      .catch((error: unknown) => {
        failedAt = now();
        throw error;
      })
      .finally(() => {
        fetching = undefined;
      });
    return fetching;
  }

  /**
   * A fetch besides the regular ones, or undefined where a minute has seen enough of them. Joining one that is under way
   * costs nothing. One that failed does not count: the first fetch after an outage has to find a key that was rotated in it.
   */
  function search(): Promise<KeyFinder> | undefined {
    if (fetching) return fetching;
    searches = searches.filter((time) => secondsSince(time) < 60);
    if (searches.length >= searchesPerMinute) return undefined;
    const found = fetchOnce();
    found.then(
      () => searches.push(now()),
      () => {},
    );
    return found;
  }

  return {
    find,
    refresh,
    warmUp: async () => {
      await keySet();
    },
    areUsable: () =>
      current !== undefined &&
      (secondsSince(current.fetchedAt) < staleSeconds || failedAt < current.fetchedAt),
  };
}

function isUnknownKey(error: unknown): boolean {
  return (error as { code?: unknown }).code === "ERR_JWKS_NO_MATCHING_KEY";
}

async function fetchKeySet(http: CognitoHttp, userPool: UserPool): Promise<KeyFinder> {
  const [answer, { createLocalJWKSet }, { keySetSchema }] = await Promise.all([
    http.get(userPool.jwksUri),
    import("jose"),
    import("./key-set.ts"),
  ]);
  assertNotThrottled(answer);
  const parsed = keySetSchema.safeParse(parseJsonAnswer(answer));
  if (answer.status !== 200 || !parsed.success) {
    throw new AppError("cognito_answer_invalid", {
      reason: "the key set (JWKS) is malformed",
      details: { status: answer.status, endpoint: userPool.jwksUri },
    });
  }
  return createLocalJWKSet({ keys: parsed.data.keys });
}
