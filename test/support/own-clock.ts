import { expect, onTestFinished, vi } from "vitest";

/** The clock that deadlines go by, in one test. */
export interface OwnClock {
  /** Lets so many milliseconds pass at once, and with them every timer and deadline that is due. */
  pass(ms: number): Promise<void>;
  /**
   * Resolves as the work does. Each time that there are more calls which nobody answers, ten seconds pass: as long as a
   * call to Cognito may take.
   */
  outlast<Result>(work: Promise<Result>, unanswered: () => number): Promise<Result>;
}

/**
 * Stops the clock of timers and deadlines in this process until the test is over, so that how busy the machine is
 * decides nothing: `setTimeout`, `setInterval`, `performance.now` and `AbortSignal.timeout`. Network and disk go on, and
 * so do `Date.now`, `node:timers/promises` and `expect.poll`.
 */
export function stopClock(): OwnClock {
  const stoppedAt = performance.now();
  vi.useFakeTimers({
    toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "performance"],
  });
  const startedAt = performance.now();
  const elapsed = performance.now.bind(performance);
  const spies = [
    // What was measured before goes on from there.
    vi.spyOn(performance, "now").mockImplementation(() => stoppedAt + elapsed() - startedAt),
    vi.spyOn(AbortSignal, "timeout").mockImplementation((ms) => {
      const deadline = new AbortController();
      setTimeout(() => deadline.abort(new DOMException("time is over", "TimeoutError")), ms);
      return deadline.signal;
    }),
  ];
  onTestFinished(() => {
    for (const spy of spies) spy.mockRestore();
    vi.useRealTimers();
  });

  async function pass(ms: number): Promise<void> {
    await vi.advanceTimersByTimeAsync(ms);
  }

  return {
    pass,
    async outlast(work, unanswered) {
      let isOver = false;
      let outlasted = 0;
      const end = () => {
        isOver = true;
      };
      work.then(end, end);
      const look = async () => {
        const calls = unanswered();
        if (calls > outlasted) await pass(10_000);
        outlasted = calls;
        return isOver;
      };
      await expect.poll(look, { interval: 10 }).toBe(true);
      return await work;
    },
  };
}
