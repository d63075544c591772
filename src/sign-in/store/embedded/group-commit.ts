import type { RootDatabase } from "lmdb";

/** Bounds the room that a transaction takes. */
const mostAtOnce = 100;

interface Write {
  apply(): boolean | Error;
  resolve(result: boolean): void;
  reject(error: unknown): void;
}

/**
 * Runs writes of one LMDB database, each seeing those before it. Up to a hundred of one turn of the event loop share a
 * transaction and its flush. Nothing else runs meanwhile. A write resolves once it is on the disk. One that returns an error
 * rejects alone. If the transaction fails, all of them reject and none is done.
 *
 * `begin` runs first in each transaction and is told how many writes follow; where it throws, the transaction has failed.
 *
 * Synchronous: a failure reaches the callers, where an asynchronous one rejects promises that nobody holds.
 */
export function createGroupCommit(
  database: Pick<RootDatabase, "transactionSync">,
  begin: (writes: number) => void,
): (apply: Write["apply"]) => Promise<boolean> {
  let waiting: Write[] = [];

  function commit(): void {
    const writes = waiting;
    waiting = [];
    for (let first = 0; first < writes.length; first += mostAtOnce) {
      commitTogether(writes.slice(first, first + mostAtOnce));
    }
  }

  function commitTogether(writes: Write[]): void {
    try {
      const results = database.transactionSync(() => {
        begin(writes.length);
        return writes.map(({ apply }) => apply());
      });
      writes.forEach(({ resolve, reject }, place) => {
        const result = results[place];
        if (typeof result === "boolean") resolve(result);
        else reject(result);
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
