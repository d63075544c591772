import { createHash } from "node:crypto";
import type { PoolDatabase, Table } from "./pool-database.ts";

export type Expiring<Row> = Row & { expiresAt: number };

export interface ExpiringTableOptions {
  name: string;
  capacity: number;
  now: () => number;
}

const sweepEveryMs = 10 * 60 * 1000;

/** Rows that outlive a restart but not their time; found by a secret of which only the hash is stored. */
export class ExpiringTable<Row extends object> {
  readonly #database: PoolDatabase;
  readonly #rows: Table<Expiring<Row>>;
  readonly #options: ExpiringTableOptions;
  readonly #sweeping: NodeJS.Timeout;
  #putSinceSweep = 0;

  constructor(database: PoolDatabase, options: ExpiringTableOptions) {
    this.#database = database;
    this.#rows = database.table(options.name);
    this.#options = options;
    this.sweep();
    this.#sweeping = setInterval(() => this.#sweepIfPossible(), sweepEveryMs);
    this.#sweeping.unref();
  }

  put(secret: string, row: Row, lifetimeMs: number): void {
    const expiresAt = this.#options.now() + lifetimeMs;
    this.#putSinceSweep += 1;
    this.#database.inOneWrite(() => {
      this.#rows.put(hashed(secret), { ...row, expiresAt });
      // However fast they come, there are never more than a tenth too many.
      if (this.#putSinceSweep >= this.#options.capacity / 10) this.sweep();
    });
  }

  find(secret: string): Expiring<Row> | undefined {
    const row = this.#rows.get(hashed(secret));
    return row && row.expiresAt > this.#options.now() ? row : undefined;
  }

  remove(secret: string): void {
    this.#rows.remove(hashed(secret));
  }

  /** Removes what has expired and, beyond the capacity, what would expire next. */
  sweep(): void {
    this.#putSinceSweep = 0;
    const now = this.#options.now();
    const rows = this.#rows.entries().sort((a, b) => b.value.expiresAt - a.value.expiresAt);
    const doomed = rows.filter(
      ({ value }, index) => value.expiresAt <= now || index >= this.#options.capacity,
    );
    if (doomed.length === 0) return;
    this.#database.inOneWrite(() => {
      for (const { key } of doomed) this.#rows.remove(key);
    });
  }

  stop(): void {
    clearInterval(this.#sweeping);
  }

  // No request waits for this. What cannot be removed now goes next time, and is not found meanwhile.
  #sweepIfPossible(): void {
    try {
      this.sweep();
    } catch {}
  }
}

function hashed(secret: string): string {
  return createHash("sha256").update(secret).digest("base64url");
}
