import type { RedisConnection } from "./connection.ts";
import { replyCode } from "./errors.ts";

/** Fewer than the commands that may wait on a connection. */
const mostRows = 1_000;
/**
 * By then a claim or a lock has expired by itself. The row of a session that stays has a cookie that nobody holds, and ends
 * by its limits.
 */
const rememberedMs = 60_000;

/**
 * Rows whose insert was on its way when the connection went. Their writers were told that it failed, and yet the rows may be
 * there. A claim or a lock among them would keep everybody waiting for an owner who does not know of it.
 */
export interface DoubtfulInserts {
  note(key: string, row: Buffer): void;
  /** Removes each noted row that is there and is still the same. Rejects where this connection goes, too. */
  takeBack(connection: RedisConnection): Promise<void>;
}

export function createDoubtfulInserts(): DoubtfulInserts {
  const noted = new Set<{ key: string; row: Buffer; at: number }>();
  return {
    note(key, row) {
      if (noted.size < mostRows) noted.add({ key, row, at: performance.now() });
    },
    async takeBack({ ask }) {
      await Promise.all(
        [...noted].map(async (entry) => {
          try {
            await ask((client) => client.compareAndSet(entry.key, entry.row, entry.row, 0));
            noted.delete(entry);
          } catch (error) {
            // A replica, for instance, refuses: the next connection may lead to its primary.
            if (!replyCode(error)) throw error;
            if (performance.now() - entry.at > rememberedMs) noted.delete(entry);
          }
        }),
      );
    },
  };
}
