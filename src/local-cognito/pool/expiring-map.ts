interface Entry<Value> {
  value: Value;
  expiresAt: number;
}

export interface ExpiringMapOptions {
  lifetimeMs: number;
  capacity: number;
  now: () => number;
}

/** A map in memory whose entries all live equally long; when it is full, the oldest entry makes room. */
export class ExpiringMap<Value> {
  readonly #entries = new Map<string, Entry<Value>>();
  readonly #options: ExpiringMapOptions;

  constructor(options: ExpiringMapOptions) {
    this.#options = options;
  }

  /** Stores a value and starts its lifetime, also where the key was there before. */
  set(key: string, value: Value): void {
    this.#entries.delete(key);
    this.#dropExpired();
    if (this.#entries.size >= this.#options.capacity) this.#dropOldest();
    this.#entries.set(key, { value, expiresAt: this.#options.now() + this.#options.lifetimeMs });
  }

  get(key: string): Value | undefined {
    const entry = this.#entries.get(key);
    return entry && entry.expiresAt > this.#options.now() ? entry.value : undefined;
  }

  /** Returns the value and forgets it, so that only one caller ever gets it. */
  take(key: string): Value | undefined {
    const value = this.get(key);
    this.#entries.delete(key);
    return value;
  }

  delete(key: string): void {
    this.#entries.delete(key);
  }

  get size(): number {
    return this.#entries.size;
  }

  // A map keeps insertion order, and all lifetimes are equal: the first entry is the first to expire.
  #dropExpired(): void {
    const now = this.#options.now();
    for (const [key, entry] of this.#entries) {
      if (entry.expiresAt > now) return;
      this.#entries.delete(key);
    }
  }

  #dropOldest(): void {
    for (const key of this.#entries.keys()) {
      this.#entries.delete(key);
      return;
    }
  }
}
