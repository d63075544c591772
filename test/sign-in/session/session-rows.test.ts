import { expect, test } from "vitest";
import { createKnownSessions } from "../../../src/sign-in/session/known-sessions.ts";
import { needsRenewal } from "../../../src/sign-in/session/session.ts";
import { hashOfId } from "../../../src/sign-in/session/sessions.ts";
import { issuer, mirasSession, openSessionStore, signedInAt } from "../../support/session-store.ts";
import { watchRows } from "../../support/watched-rows.ts";

const minute = 60_000;

test("SC-5: a session ends at the very millisecond of its limit, also where that was lowered meanwhile", async () => {
  const { clock, sessions } = openSessionStore();
  await sessions({ idleMinutes: 30 }).create("id", mirasSession);
  const lowered = sessions({ idleMinutes: 20 });

  clock.now = signedInAt + 20 * minute - 1;
  expect(await lowered.read("id")).toEqual(mirasSession);
  clock.now += 1;
  expect(await lowered.read("id")).toBeUndefined();
});

test.each([
  [30, minute],
  [5, 30_000],
])(
  "SC-5: with an idle limit of %s minutes a visit is noted after %s ms, and not before",
  async (idleMinutes, everyMs) => {
    const { clock, sessions } = openSessionStore();
    const { create, visit } = sessions({ idleMinutes });
    await create("id", mirasSession);

    clock.now = signedInAt + everyMs - 1;
    expect(await visit("id")).toMatchObject({ lastSeenAt: signedInAt });
    clock.now += 1;
    expect(await visit("id")).toMatchObject({ lastSeenAt: clock.now });
  },
);

test("OL-1: of many visits at the same moment one is noted, and each of the others tries once at most", async () => {
  const { clock, rows, sessions } = openSessionStore();
  const watched = watchRows();
  const { create, visit } = sessions({ rows: watched.wrap(rows) });
  await create("id", mirasSession);
  clock.now = signedInAt + minute;

  const visits = await Promise.all(Array.from({ length: 50 }, () => visit("id")));

  expect(visits.map((session) => session?.lastSeenAt)).toEqual(Array(50).fill(clock.now));
  const notes = watched.calls.filter(({ method }) => method === "update");
  expect(notes.length).toBeLessThanOrEqual(50);
});

test("SC-1: an id that is taken is not given to anybody else", async () => {
  const { sessions } = openSessionStore();
  const { create, read } = sessions();
  await create("id", mirasSession);

  const other = { ...mirasSession, user: { ...mirasSession.user, sub: "sub-of-noor" } };
  await expect(create("id", other)).rejects.toThrow("A new session id was already taken.");
  expect(await read("id")).toMatchObject({ user: { sub: "sub-of-mira" } });
});

test("another pool's session is none, and is tidied away only by an app", async () => {
  const { rows, sessions } = openSessionStore();
  await sessions().create("id", mirasSession);
  const ofAnotherPool = { issuer: `${issuer}2` };

  expect(await sessions({ ...ofAnotherPool, tidies: false }).read("id")).toBeUndefined();
  expect(await sessions({ issuer: undefined, tidies: false }).read("id")).toBeDefined();
  expect(await rows.read(`session:${hashOfId("id")}`)).toBeDefined();

  expect(await sessions(ofAnotherPool).read("id")).toBeUndefined();
  expect(await rows.read(`session:${hashOfId("id")}`)).toBeUndefined();
});

test("a session is renewed from the moment on at which its ID token ends, or another try is due", () => {
  const endsAt = mirasSession.idTokenExpiresAt;
  const failed = { ...mirasSession, failedRenewal: { since: endsAt, retryAt: endsAt + 5000 } };

  expect(needsRenewal(mirasSession, endsAt - 1)).toBe(false);
  expect(needsRenewal(mirasSession, endsAt)).toBe(true);
  expect(needsRenewal(failed, endsAt + 4999)).toBe(false);
  expect(needsRenewal(failed, endsAt + 5000)).toBe(true);
  expect(needsRenewal({ ...mirasSession, refreshToken: undefined }, endsAt)).toBe(false);
});

test("of the rows that were read three megabytes are known, the latest ones, and no more", () => {
  const known = createKnownSessions();
  const rows = Array.from({ length: 100 }, (_, at) => Buffer.alloc(50_000, at));
  for (const [at, row] of rows.entries()) known.keep(`session:${at}`, row, { ...mirasSession });

  const found = rows.map((row, at) => known.find(`session:${at}`, row) !== undefined);

  const count = Math.floor((3 * 1024 * 1024) / 50_000);
  expect(found).toEqual([...Array(100 - count).fill(false), ...Array(count).fill(true)]);
});

test("a row is known while it is the same to the last byte", async () => {
  const { rows, sessions } = openSessionStore();
  const { create, read } = sessions();
  await create("id", mirasSession);
  const key = `session:${hashOfId("id")}`;
  const row = (await rows.read(key)) as Uint8Array;
  expect(await read("id")).toEqual(mirasSession);

  const changed = Buffer.from(row);
  changed[changed.length - 1] = (changed.at(-1) as number) ^ 1;
  await rows.update(key, row, changed, signedInAt + minute);

  expect(await read("id")).toBeUndefined();
});

test("CC-5: what many requests share of a session cannot be changed", async () => {
  const { create, read } = openSessionStore().sessions();
  await create("id", structuredClone(mirasSession));
  const session = await read("id");

  expect(() => session?.user.groups.push("admins")).toThrow(TypeError);
  expect(() => Object.assign(session?.user ?? {}, { sub: "sub-of-noor" })).toThrow(TypeError);
  expect(await read("id")).toEqual(mirasSession);
});
