import type { RootDatabase } from "lmdb";

interface Write {
  apply(): boolean;
  resolve(result: boolean): void;
  reject(error: unknown): void;
}

/**
 * Runs writes of one LMDB database, each seeing those before it: all that are asked for in one turn of the event loop
 * share a transaction and its flush, during which nothing else runs. A write resolves once it is on the disk; where
 * the transaction fails, all of them reject and none is done.
 *
 * Synchronous: a failure reaches the callers, where an asynchronous one rejects promises that nobody holds.
 */
export function createGroupCommit(
  database: Pick<RootDatabase, "transactionSync">,
): (apply: Write["apply"]) => Promise<boolean> {
  let waiting: Write[] = [];

  function commit(): void {
    const writes = waiting;
    waiting = [];
    try {
      const results = database.transactionSync(() => writes.map(({ apply }) => apply()));
      writes.forEach(({ resolve }, place) => {
        resolve(results[place] as boolean);
      });
    } catch (error) {
      for (const { reject } of writes) reject(error);
    }
  }

  return (apply) =>
    new Promise((resolve, reject) => {
      if (waiting.push({ apply, resolve, reject }) === 1) setImmediate(commit);
    });
}
