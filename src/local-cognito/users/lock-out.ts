import { ExpiringMap } from "../pool/expiring-map.ts";

interface Failures {
  count: number;
  lockedUntil: number;
}

export type AttemptOutcome = "right" | "wrong" | "locked";

const freeFailures = 4;
const longestLockSeconds = 15 * 60;
const forgottenAfterMs = 15 * 60 * 1000;

/**
 * Slows down guessing. Guesses at one account count together, under every name that it has. The answer follows from the typed
 * name's own failures, as for a name that does not exist, so a lock tells nothing.
 */
export class LockOut {
  readonly #typedNames: Locks;
  readonly #accounts: Locks;
  readonly #codes: Locks;

  constructor(now: () => number) {
    this.#typedNames = new Locks(now);
    this.#accounts = new Locks(now);
    this.#codes = new Locks(now);
  }

  /** Runs the check and says how it ended; "wrong" also where the account is locked and the typed name is not. */
  attempt(
    { typedName, account }: { typedName: string; account: string },
    isRight: () => Promise<boolean>,
  ): Promise<AttemptOutcome> {
    return this.#typedNames.attempt(typedName, async () => {
      const outcome = await this.#accounts.attempt(account, isRight);
      if (outcome === "locked") await isRight(); // Whatever it says: a wrong password takes this long.
      return outcome === "right";
    });
  }

  /**
   * The same for the codes of a user's authenticator app, by `sub`. Counted apart from passwords: otherwise whoever
   * has the password could begin anew after every four codes.
   */
  attemptCode(sub: string, isRight: () => Promise<boolean>): Promise<AttemptOutcome> {
    return this.#codes.attempt(sub, isRight);
  }
}

/** From the fifth failure a name is locked for 1, 2, 4 … seconds, at most 15 minutes; names need not exist. */
class Locks {
  readonly #failures: ExpiringMap<Failures>;
  readonly #turns = new Map<string, Promise<unknown>>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
    this.#failures = new ExpiringMap({ lifetimeMs: forgottenAfterMs, capacity: 10_000, now });
  }

  /** Runs the check unless the name is locked; tries for one name take turns, so that none slips past the count. */
  async attempt(name: string, isRight: () => Promise<boolean>): Promise<AttemptOutcome> {
    const previous = this.#turns.get(name) ?? Promise.resolve();
    const attempt = previous.then(() => this.#attemptNow(name, isRight));
    const settled = attempt.catch(() => undefined);
    this.#turns.set(name, settled);
    try {
      return await attempt;
    } finally {
      if (this.#turns.get(name) === settled) this.#turns.delete(name);
    }
  }

  async #attemptNow(name: string, isRight: () => Promise<boolean>): Promise<AttemptOutcome> {
    const failures = this.#failures.get(name) ?? { count: 0, lockedUntil: 0 };
    if (failures.lockedUntil > this.#now()) {
      this.#failures.set(name, failures); // A refused try is a try: the quarter of an hour begins again.
      return "locked";
    }
    if (await isRight()) {
      this.#failures.delete(name);
      return "right";
    }
    this.#failures.set(name, this.#oneMore(failures));
    return "wrong";
  }

  #oneMore({ count }: Failures): Failures {
    const failures = count + 1;
    if (failures <= freeFailures) return { count: failures, lockedUntil: 0 };
    const seconds = Math.min(2 ** (failures - freeFailures - 1), longestLockSeconds);
    return { count: failures, lockedUntil: this.#now() + seconds * 1000 };
  }
}
