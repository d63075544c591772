import { describe, expect, test } from "vitest";
import { checkCallbacks } from "./callbacks.ts";
import { checkChangedBytes } from "./changed-bytes.ts";
import { checkClaims } from "./claims.ts";
import { checkJourneys } from "./journeys.ts";
import { checkProviderAnswers } from "./provider-answers.ts";
import { checkReturnAddresses } from "./return-addresses.ts";
import { checkUsersApart } from "./users-apart.ts";

/** What the suite has time for; the figures run the same with counts of their own, and this makes it thorough here. */
const factor = Number(process.env.PROPERTY_RUNS ?? 1);
const runs = (count: number) => Math.ceil(count * factor);

describe("For anything at all", { timeout: 120_000 }, () => {
  test("CB-2, CB-3, CB-6, CB-9, CB-10: no method, query and cookies sign anybody in but the right ones", async () => {
    expect(await checkCallbacks(runs(100))).toMatchObject({
      runs: runs(100),
      wrongSignIns: 0,
      serverErrors: 0,
      needlessTokenCalls: 0,
    });
  });

  test("ID-4, SC-3, CB-9: no change of one byte of an ID token, a session or a pending sign-in is believed", async () => {
    expect(await checkChangedBytes(runs(18))).toMatchObject({ accepted: 0 });
  });

  test("RD-1, RD-3: no return address leads a sign-in away from the app's origin", async () => {
    const figures = await checkReturnAddresses(runs(35), []);

    expect(figures).toEqual({ corpus: 0, generated: runs(35), leftTheOrigin: 0 });
  });

  test("HT-3, HT-5: no claims reach a page unescaped or break it", async () => {
    expect(await checkClaims(runs(28))).toMatchObject({ unescaped: 0, serverErrors: 0 });
  });

  test("ID-21, ID-23, TE-5, HT-7: no JSON from the provider signs anybody in, is a 500 or reaches a prototype", async () => {
    expect(await checkProviderAnswers(runs(40))).toMatchObject({ violations: 0 });
  });

  test("AR-6, CB-8, CC-1, LO-1, SC-1: no order of sign-ins and sign-outs in two tabs surprises a model of them", async () => {
    const { journeys, steps } = await checkJourneys(runs(8));

    expect(journeys).toBe(runs(8));
    expect(steps).toBeGreaterThan(journeys);
  });

  test("CC-5: of many users whose requests interleave, each sees nobody else", async () => {
    const figures = await checkUsersApart(runs(100), { users: 30 });

    expect(figures).toEqual({ users: 30, responses: runs(100), mixedUp: 0 });
  });
});
