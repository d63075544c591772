import { expect, test } from "vitest";
import { AppError } from "../../../src/sign-in/errors.ts";
import { createCallbackClaims } from "../../../src/sign-in/session/callback-claims.ts";
import { createRowSealer } from "../../../src/sign-in/session/row-sealer.ts";
import { createMemoryRows } from "../../support/memory-rows.ts";
import { secret } from "../../support/session-store.ts";

const sealer = createRowSealer([secret], undefined);

/** The claims of two processes that share a store. */
function twoProcesses() {
  const rows = createMemoryRows(Date.now);
  const claims = () => createCallbackClaims({ rows, sealer, now: Date.now });
  return { one: claims(), other: claims() };
}

/** A sign-in that is under way until somebody says how it ends. */
function signInUnderWay() {
  let finish: (outcome: string | Promise<never>) => void = () => {};
  const outcome = new Promise<string>((resolve) => {
    finish = resolve;
  });
  return { complete: () => outcome, finish };
}

const mustNotRun = () => Promise.reject(new Error("This callback is not the first of its state."));

test("CC-2: a callback that came twice gets the session of the first, on whichever process it comes", async () => {
  const { one, other } = twoProcesses();
  const { complete, finish } = signInUnderWay();
  const first = one.once("state", complete);
  const doubled = [one.once("state", mustNotRun), other.once("state", mustNotRun)];

  finish("session-of-mira");

  expect(await first).toEqual({ sessionId: "session-of-mira", isFirst: true });
  for (const answer of doubled) {
    expect(await answer).toEqual({ sessionId: "session-of-mira", isFirst: false });
  }
  expect(await other.once("state", mustNotRun)).toMatchObject({ isFirst: false });
});

test.each([
  {
    failure: new AppError("cognito_unreachable", {
      reason: "no connection",
      status: 504,
      retryAfterSeconds: 7,
    }),
    shared: { code: "cognito_unreachable", status: 504, retryAfterSeconds: 7 },
  },
  {
    failure: new AppError("token_request_refused"),
    shared: { code: "token_request_refused", retryAfterSeconds: undefined },
  },
  {
    failure: new Error("a mistake of ours"),
    shared: { code: "unexpected", status: 500, retryAfterSeconds: undefined },
  },
])(
  "CC-2: a callback that came twice shares the first one's failure: $shared.code",
  async ({ failure, shared }) => {
    const { one, other } = twoProcesses();
    const { complete, finish } = signInUnderWay();
    const first = one.once("state", complete);
    const doubled = [one.once("state", mustNotRun), other.once("state", mustNotRun)];
    const failures = Promise.allSettled([first, ...doubled]);

    finish(Promise.reject(failure));

    const [own, ...others] = (await failures).map(
      (result) => result.status === "rejected" && result.reason,
    );
    expect(own).toBe(failure);
    for (const doubledFailure of others) {
      expect(doubledFailure).toBeInstanceOf(AppError);
      expect(doubledFailure).toMatchObject({ ...shared, reason: "doubled callback" });
    }
  },
);

test("CC-2: a callback that comes after the first one ended gets its session", async () => {
  const { one, other } = twoProcesses();

  await one.once("state", async () => "session-of-mira");

  expect(await other.once("state", mustNotRun)).toMatchObject({ sessionId: "session-of-mira" });
});

test("CC-2: 250 callbacks wait for the first of their state, one more is refused, and then 250 of another state may wait", async () => {
  const { one } = twoProcesses();
  for (const state of ["one state", "another state"]) {
    const { complete, finish } = signInUnderWay();
    const first = one.once(state, complete);
    const waiting = Array.from({ length: 250 }, () => one.once(state, mustNotRun));

    await expect(one.once(state, mustNotRun)).rejects.toMatchObject({
      code: "no_pending_sign_in",
      reason: "too many doubled callbacks",
    });

    finish("session-of-mira");
    expect(await first).toMatchObject({ isFirst: true });
    for (const { isFirst } of await Promise.all(waiting)) expect(isFirst).toBe(false);
  }
});

test("CC-2: a claim that another secret sealed is not waited for", async () => {
  const rows = createMemoryRows(Date.now);
  const stranger = createRowSealer(["another secret of thirty-two characters"], undefined);
  const claims = createCallbackClaims({ rows, sealer: stranger, now: Date.now });
  const { complete, finish } = signInUnderWay();
  const first = claims.once("state", complete);
  const ours = createCallbackClaims({ rows, sealer, now: Date.now });

  await expect(ours.once("state", mustNotRun)).rejects.toMatchObject({
    code: "no_pending_sign_in",
    reason: "the first callback of this state never ended",
  });
  finish("session-of-mira");
  await first;
});
