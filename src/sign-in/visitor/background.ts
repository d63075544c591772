import { setTimeout as wait } from "node:timers/promises";

/** Longer than a revocation may take (milliseconds). */
const patienceMs = 4_000;

/** Work that goes on when no visitor waits for it: revocations, and renewals whose visitor has left. */
export interface Background {
  /** Watches over the work until it is over, and returns it; a failure is the caller's to report. */
  add<Work extends Promise<unknown>>(work: Work): Work;
  /** Resolves once everything is over, after four seconds at most: before that the store must not be closed (OL-3). */
  settled(): Promise<void>;
}

export function createBackground(): Background {
  const underWay = new Set<Promise<unknown>>();

  async function all(): Promise<void> {
    while (underWay.size > 0) await Promise.allSettled(underWay);
  }

  return {
    add(work) {
      const leave = () => underWay.delete(work);
      underWay.add(work);
      work.then(leave, leave);
      return work;
    },
    settled: () => Promise.race([all(), wait(patienceMs, undefined, { ref: false })]),
  };
}
