import type { AppError } from "./errors.ts";

/**
 * Lets so many wait at the same time; one more rejects at once with what `tooMany` makes. Each one that waits takes a
 * connection, and whoever can have many wait would take them all (OL-1).
 */
export function limitWaiting(
  most: number,
  tooMany: () => AppError,
): <Result>(wait: () => Promise<Result>) => Promise<Result> {
  let waiting = 0;
  return async (wait) => {
    if (waiting >= most) throw tooMany();
    waiting += 1;
    try {
      return await wait();
    } finally {
      waiting -= 1;
    }
  };
}
