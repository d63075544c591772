import { afterEach } from "vitest";

/** What an app takes for the time: the machine's clock, moved by `offset` milliseconds. */
export interface MovedClock {
  offset: number;
  now: () => number;
}

/** One such clock for all tests of a file: each test finds it right. */
export function clockForAll(): MovedClock {
  const clock: MovedClock = { offset: 0, now: () => Date.now() + clock.offset };
  afterEach(() => {
    clock.offset = 0;
  });
  return clock;
}
