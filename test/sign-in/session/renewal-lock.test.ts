import { beforeEach, expect, test } from "vitest";
import { answer } from "../../support/faults.ts";
import { providerForAll } from "../../support/provider-for-all.ts";
import { signInAtProvider } from "../../support/refused.ts";
import type { TokenContext } from "../../support/scripted-provider.ts";
import { atAnother, sessionKeyOf, signedInHeading } from "../../support/signed-in.ts";
import { type Started, start } from "../../support/start.ts";
import { temporaryDirectory } from "../../support/temporary-directory.ts";
import { createVisitor, type Visitor } from "../../support/visitor.ts";

const minute = 60_000;
let now = Date.now();
beforeEach(() => {
  now = Date.now();
});
const provider = providerForAll({ now: () => now });

/** Two processes that share a store, and a visitor whose session has to be renewed. */
async function startTwo(): Promise<{
  one: Started;
  other: Started;
  visitor: Visitor;
  lock: string;
}> {
  const dataDirectory = await temporaryDirectory();
  const env = { SESSION_IDLE_MINUTES: "600" };
  const options = { userPool: provider(), now: () => now, dataDirectory, env };
  const [one, other] = [await start(options), await start(options)];
  const visitor = createVisitor({ now: () => now });
  await signInAtProvider(visitor, one);
  provider().requests.length = 0;
  now += 61 * minute;
  const [, id] = sessionKeyOf(visitor, one).split(":");
  return { one, other, visitor, lock: `renewal:${id}` };
}

const page = (visitor: Visitor, app: Started) =>
  atAnother(visitor.clone(), app).visit(`${app.appUrl}/logged-in`);
const renewals = () => provider().count("/oauth2/token");

/** Makes every renewal wait; each of the functions answers one of them, in order, with its tokens unless told otherwise. */
function holdRenewals(): ((failure?: Failure) => void)[] {
  const releases: ((failure?: Failure) => void)[] = [];
  provider().script({
    tokenAnswer: async (res, context?: TokenContext) => {
      const failure = await new Promise<Failure | undefined>((resolve) => releases.push(resolve));
      await answer(failure?.status ?? 200, failure?.body ?? context?.body)(res);
    },
  });
  return releases;
}

interface Failure {
  status: number;
  body: object;
}

test("CC-4: a renewal that outlasted its lock leaves the lock of the next one alone", async () => {
  const { one, other, visitor, lock } = await startTwo();
  const releases = holdRenewals();
  const slow = page(visitor, one);
  await expect.poll(renewals).toBe(1);
  now += minute + 1;
  const next = page(visitor, other);
  await expect.poll(renewals).toBe(2);
  const lockOfNext = await other.rows.read(lock);

  releases[0]?.();
  expect((await slow).heading).toBe(signedInHeading);

  expect(lockOfNext).toBeDefined();
  expect(await other.rows.read(lock)).toEqual(lockOfNext);
  releases[1]?.();
  expect((await next).heading).toBe(signedInHeading);
  await expect.poll(() => other.rows.read(lock)).toBeUndefined();
});

test("CC-4: the lock of a process that is gone is waited for until it lapses, and no longer", async () => {
  const { one, visitor, lock } = await startTwo();
  await one.rows.insert(lock, Buffer.from("of a process that crashed"), now + minute);
  const waiting = page(visitor, one);
  await expect.poll(() => one.rows.read(lock)).toBeDefined();
  expect(renewals()).toBe(0);

  now += minute + 1;

  expect((await waiting).heading).toBe(signedInHeading);
  expect(renewals()).toBe(1);
});

test.each<[string, Failure]>([
  ["refused", { status: 400, body: { error: "invalid_grant" } }],
  ["not answered", { status: 500, body: {} }],
])(
  "CC-4: a renewal that outlasted its lock and is %s ends nothing that the next one has renewed",
  async (_what, failure) => {
    const { one, other, visitor } = await startTwo();
    const releases = holdRenewals();
    const slow = page(visitor, one);
    await expect.poll(renewals).toBe(1);
    now += minute + 1;
    const next = page(visitor, other);
    await expect.poll(renewals).toBe(2);

    releases[1]?.();
    expect((await next).heading).toBe(signedInHeading);
    releases[0]?.(failure);

    expect((await slow).heading).toBe(signedInHeading);
    expect((await page(visitor, one)).heading).toBe(signedInHeading);
    expect(renewals()).toBe(2);
  },
);

test("CC-3, CC-4: a session that ended while Cognito did not answer its renewal stays ended", async () => {
  const { one, other, visitor } = await startTwo();
  const key = sessionKeyOf(visitor, one);
  const releases = holdRenewals();
  const renewing = visitor.request("GET", `${one.appUrl}/logged-in`);
  await expect.poll(renewals).toBe(1);

  await other.rows.remove(key);
  releases[0]?.({ status: 500, body: {} });

  expect((await renewing).status).toBe(303);
  expect(await one.rows.read(key)).toBeUndefined();
});
