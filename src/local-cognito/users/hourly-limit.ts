import { ExpiringMap } from "../pool/expiring-map.ts";

/** Allows each user so many tries in the hour that begins with the first of them. */
export class HourlyLimit {
  readonly #used: ExpiringMap<{ count: number }>;
  readonly #allowed: number;

  constructor(allowed: number, now: () => number) {
    this.#allowed = allowed;
    this.#used = new ExpiringMap({ lifetimeMs: 60 * 60 * 1000, capacity: 10_000, now });
  }

  /** Counts one try; false when the hour's allowance is used up. */
  spend(username: string): boolean {
    const used = this.#used.get(username);
    if (!used) this.#used.set(username, { count: 1 });
    else if (used.count >= this.#allowed) return false;
    else used.count += 1;
    return true;
  }
}
