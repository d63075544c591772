import { createHash } from "node:crypto";
import type { Database } from "lmdb";

export type Expiring<Row> = Row & { expiresAt: number };

const SWEEP_EVERY_MS = 10 * 60 * 1000;

/** Rows that outlive a restart but not their time; found by a secret of which only the hash is stored. */
export class ExpiringTable<Row extends object> {
  readonly #rows: Database<Expiring<Row>, string>;
  readonly #options: { capacity: number; now: () => number };
  readonly #sweeping: NodeJS.Timeout;

  constructor(
    rows: Database<Expiring<Row>, string>,
    options: { capacity: number; now: () => number },
  ) {
    this.#rows = rows;
    this.#options = options;
    this.sweep();
    this.#sweeping = setInterval(() => this.sweep(), SWEEP_EVERY_MS);
    this.#sweeping.unref();
  }

  /** Resolves once the row is committed. */
  async put(secret: string, row: Row, lifetimeMs: number): Promise<void> {
    await this.#rows.put(hashed(secret), { ...row, expiresAt: this.#options.now() + lifetimeMs });
  }

  find(secret: string): Expiring<Row> | undefined {
    const row = this.#rows.get(hashed(secret));
    return row && row.expiresAt > this.#options.now() ? row : undefined;
  }

  async remove(secret: string): Promise<void> {
    await this.#rows.remove(hashed(secret));
  }

  /** Removes what has expired and, beyond the capacity, what would expire next. */
  sweep(): void {
    const now = this.#options.now();
    const rows = [...this.#rows.getRange()].sort((a, b) => b.value.expiresAt - a.value.expiresAt);
    const doomed = rows.filter(
      ({ value }, index) => value.expiresAt <= now || index >= this.#options.capacity,
    );
    this.#rows.transactionSync(() => {
      for (const { key } of doomed) this.#rows.removeSync(key);
    });
  }

  stop(): void {
    clearInterval(this.#sweeping);
  }
}

function hashed(secret: string): string {
  return createHash("sha256").update(secret).digest("base64url");
}
