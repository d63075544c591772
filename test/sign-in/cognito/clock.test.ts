import { afterEach, describe, expect, test } from "vitest";
import { providerForAll } from "../../support/provider-for-all.ts";
import { callbackOf, signInAtProvider } from "../../support/refused.ts";
import { signedInHeading } from "../../support/signed-in.ts";
import { startForAll } from "../../support/start.ts";
import { createVisitor } from "../../support/visitor.ts";
import { watchRows } from "../../support/watched-rows.ts";

const minute = 60_000;

/** How far the app's clock is from Cognito's, in milliseconds. */
let offset = 0;
const now = () => Date.now() + offset;
const rows = watchRows();
afterEach(() => {
  offset = 0;
  rows.calls.length = 0;
});

const provider = providerForAll();
const app = startForAll(() => ({ userPool: provider(), now, wrapRows: rows.wrap }));

describe("DO-5: a clock", () => {
  test.each([-59_000, -30_000, 30_000, minute, 9 * minute])(
    "that is %i ms off does no harm",
    async (difference) => {
      offset = difference;

      const page = await signInAtProvider(createVisitor(), app());

      expect(page.heading).toBe(signedInHeading);
    },
  );

  test.each([
    ["behind", -10 * minute],
    ["ahead", 10 * minute + 1000],
  ])(
    "that is ten minutes %s is refused, and the log names the claim that shows it",
    async (_way, difference) => {
      offset = difference;
      const before = app().log.length;

      const page = await signInAtProvider(createVisitor(), app());

      expect([page.status, page.heading]).toEqual([502, "Sign-in did not succeed"]);
      const refusals = app()
        .log.slice(before)
        .filter(({ code }) => code === "id_token_invalid");
      expect(refusals.map(({ reason }) => reason)).toContain("iat");
    },
  );

  test("that is set back by a minute during a sign-in does no harm", async () => {
    const visitor = createVisitor();
    offset = 30_000;
    const callback = await callbackOf(visitor, app());
    offset = -30_000;

    expect((await visitor.visit(callback.href)).heading).toBe(signedInHeading);
  });

  test("that is set back by an hour leads a sign-in through Cognito once more", async () => {
    const visitor = createVisitor();
    offset = 60 * minute;
    const callback = await callbackOf(visitor, app());
    offset = 0;

    expect((await visitor.visit(callback.href)).heading).toBe(signedInHeading);
  });

  test("that is set back by an hour leaves sessions alone, and no lifetime is negative", async () => {
    const visitor = createVisitor();
    await signInAtProvider(visitor, app());
    offset = -60 * minute;

    const page = await visitor.visit(`${app().appUrl}/logged-in`);
    const begun = await visitor.request("GET", `${app().appUrl}/login`);

    expect(page.heading).toBe(signedInHeading);
    for (const { expiresAt = Number.POSITIVE_INFINITY } of rows.calls) {
      expect(expiresAt).toBeGreaterThan(now());
    }
    for (const cookie of begun.setCookies) expect(cookie).toMatch(/Max-Age=[1-9]/);
  });
});
