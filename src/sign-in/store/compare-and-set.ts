import { AppError } from "../errors.ts";

/** What an attempt resolves to where somebody else has changed the row since it was read. */
export const changedMeanwhile = Symbol("changed meanwhile");

const mostAttempts = 100;

/**
 * Runs `attempt`, which reads a row and writes it if it is still the same, until that comes true. Rejects with AppError
 * `store_unavailable` after a hundred attempts: a row that is never the same twice means a store that does not work.
 */
export async function compareAndSet<Result>(
  attempt: () => Promise<Result | typeof changedMeanwhile>,
): Promise<Result> {
  for (let attempts = 0; attempts < mostAttempts; attempts++) {
    const result = await attempt();
    if (result !== changedMeanwhile) return result;
  }
  throw new AppError("store_unavailable", {
    reason: "a row was changed by somebody else at each attempt to write it",
  });
}
