import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createUser } from "../../support/pool-claims.ts";
import { providerForAll } from "../../support/provider-for-all.ts";
import { callbackOf, signInAtProvider } from "../../support/refused.ts";
import { sessionKeyOf, signedInAs, signedInHeading } from "../../support/signed-in.ts";
import { startForAll } from "../../support/start.ts";
import { createVisitor, type Exchange, type Visitor } from "../../support/visitor.ts";
import { storeIsDown, watchRows } from "../../support/watched-rows.ts";

/** How a store fails that failed before its n-th call: that one call, or all of them until it is back. */
const ways = ["once", "from then on"] as const;
type Way = (typeof ways)[number];

const minute = 60_000;
let clockOffset = 0;
const now = () => Date.now() + clockOffset;
const rows = watchRows();
const provider = providerForAll({ now, rotatesRefreshTokens: true });
const app = startForAll(() => ({
  userPool: provider(),
  now,
  wrapRows: rows.wrap,
  env: { SESSION_IDLE_MINUTES: "6000", SESSION_MAX_HOURS: "700" },
}));

beforeEach(() => {
  clockOffset = 0;
});

/** Each call to the store that an act makes fails in turn, and `judge` says what may have come of it. */
function everyFailure<Prepared>(story: {
  prepare(): Promise<Prepared>;
  act(prepared: Prepared): Promise<Exchange>;
  judge(prepared: Prepared, answer: Exchange): Promise<void>;
}): void {
  let calls = 0;
  beforeAll(async () => {
    const prepared = await story.prepare();
    rows.calls.length = 0;
    const answer = await story.act(prepared);
    calls = rows.calls.length;
    await story.judge(prepared, answer);
  });

  test.each(ways)("where a call fails %s", async (way) => {
    expect(calls).toBeGreaterThan(1);
    for (let index = 0; index < calls; index += 1) {
      const prepared = await story.prepare();
      failAt(index, way);
      const answer = await story.act(prepared);
      const failed = rows.calls[index];
      rows.before = () => {};
      await story.judge(prepared, answer).catch((error: Error) => {
        error.message = `${failed?.method} ${failed?.key.split(":")[0]} failed ${way}: ${error.message}`;
        throw error;
      });
    }
  });
}

function failAt(index: number, way: Way): void {
  rows.calls.length = 0;
  rows.before = () => {
    const current = rows.calls.length - 1;
    if (way === "once" ? current === index : current >= index) storeIsDown();
  };
}

async function signedIn(name: string): Promise<Visitor> {
  const visitor = createVisitor({ now });
  provider().user = createUser(name);
  await signInAtProvider(visitor, app());
  return visitor;
}

const page = (visitor: Visitor) => visitor.request("GET", `${app().appUrl}/logged-in`);

describe("SC-7: a sign-in is whole or none, and the next one works", () => {
  everyFailure({
    async prepare() {
      const visitor = createVisitor({ now });
      return { visitor, callback: await callbackOf(visitor, app()) };
    },
    act: ({ visitor, callback }) => visitor.request("GET", callback.href),
    async judge({ visitor }, { status, setCookies }) {
      const isGiven = setCookies.some((cookie) => /^sign-in-\d+=[^;]/.test(cookie));
      expect([status, isGiven]).toEqual(isGiven ? [303, true] : [503, false]);
      expect(await signedInAs(visitor, app())).toBe(isGiven ? "mira" : undefined);
      expect((await signInAtProvider(visitor, app())).heading).toBe(signedInHeading);
    },
  });
});

describe("SC-7, AR-6: a sign-in over an old session leaves one of the two, and the next one works", () => {
  everyFailure({
    async prepare() {
      const visitor = await signedIn("ann");
      const before = visitor.clone();
      provider().user = createUser("bob");
      return { visitor, before, callback: await callbackOf(visitor, app()) };
    },
    act: ({ visitor, callback }) => visitor.request("GET", callback.href),
    async judge({ visitor, before }, { status }) {
      const name = status === 303 ? "bob" : "ann";
      expect([303, 503]).toContain(status);
      expect(await signedInAs(visitor, app())).toBe(name);
      expect(await signedInAs(before, app())).toBe(name === "ann" ? "ann" : undefined);
      expect((await signInAtProvider(visitor, app())).heading).toBe(signedInHeading);
      expect(await signedInAs(before, app())).toBeUndefined();
    },
  });
});

describe("LO-3: a sign-out says whether it is confirmed, and the next try works", () => {
  everyFailure({
    async prepare() {
      const visitor = await signedIn("ann");
      return { visitor, copy: visitor.clone(), key: sessionKeyOf(visitor, app()) };
    },
    act: ({ visitor }) => visitor.request("POST", `${app().appUrl}/logout`),
    async judge({ visitor, copy, key }, { status, setCookies }) {
      expect([303, 503]).toContain(status);
      expect(setCookies).toEqual([expect.stringMatching(/^sign-in-\d+=;.*1970/)]);
      if (status === 303) expect(await app().rows.read(key)).toBeUndefined();
      const again = await copy.request("POST", `${app().appUrl}/logout`);
      expect([again.status, await app().rows.read(key)]).toEqual([303, undefined]);
      expect((await signInAtProvider(visitor, app())).heading).toBe(signedInHeading);
    },
  });
});

describe("CC-4: a renewal loses nobody, and the next request has it", () => {
  everyFailure({
    async prepare() {
      const visitor = await signedIn("ann");
      clockOffset += 61 * minute;
      return visitor;
    },
    act: page,
    async judge(visitor, { status, setCookies }) {
      expect([200, 503]).toContain(status);
      expect(setCookies).toEqual([]);
      expect((await page(visitor)).status).toBe(200);
      // The refresh token that is stored is the newest: an older one is worth nothing here.
      clockOffset += 61 * minute;
      expect((await page(visitor)).status).toBe(200);
    },
  });
});
