import { ExpiringMap } from "./expiring-map.ts";

interface Failures {
  count: number;
  lockedUntil: number;
}

export type AttemptOutcome = "right" | "wrong" | "locked";

const FREE_FAILURES = 4;
const LONGEST_LOCK_SECONDS = 15 * 60;
const FORGOTTEN_AFTER_MS = 15 * 60 * 1000;

/**
 * Slows down guessing: from the fifth failure a name is locked for 1, 2, 4 … seconds, at most 15 minutes.
 * Names that do not exist are counted too, so that a lock tells nothing.
 */
export class LockOut {
  readonly #failures: ExpiringMap<Failures>;
  readonly #turns = new Map<string, Promise<unknown>>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
    this.#failures = new ExpiringMap({ lifetimeMs: FORGOTTEN_AFTER_MS, capacity: 10_000, now });
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
    if (failures <= FREE_FAILURES) return { count: failures, lockedUntil: 0 };
    const seconds = Math.min(2 ** (failures - FREE_FAILURES - 1), LONGEST_LOCK_SECONDS);
    return { count: failures, lockedUntil: this.#now() + seconds * 1000 };
  }
}
