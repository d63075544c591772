import type { RedisConnection } from "./connection.ts";
import { replyCode } from "./errors.ts";

/** Fewer than the commands that may wait on a connection. */
const mostRows = 1_000;

/**
 * Rows whose insert was on its way when the connection went. Whoever wrote them was told that it failed, and yet they
 * may be there: as a claim or a lock such a row would keep everybody waiting for an owner who does not know of it.
 */
export interface DoubtfulInserts {
  note(key: string, row: Buffer): void;
  /** Removes each noted row that is there and is still the same. Rejects where this connection goes, too. */
  takeBack(connection: RedisConnection): Promise<void>;
}

export function createDoubtfulInserts(): DoubtfulInserts {
  const noted = new Set<{ key: string; row: Buffer }>();
  return {
    note(key, row) {
      if (noted.size < mostRows) noted.add({ key, row });
    },
    async takeBack({ ask }) {
      await Promise.all(
        [...noted].map(async (entry) => {
          await ask((client) => client.compareAndSet(entry.key, entry.row, entry.row, 0)).catch(
            (error: unknown) => {
              if (!replyCode(error)) throw error;
            },
          );
          noted.delete(entry);
        }),
      );
    },
  };
}
