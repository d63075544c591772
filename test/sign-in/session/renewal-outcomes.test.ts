import { describe, expect, test } from "vitest";
import type { Renewal } from "../../../src/sign-in/cognito/relying-party.ts";
import { AppError } from "../../../src/sign-in/errors.ts";
import { createRenewals } from "../../../src/sign-in/session/renewals.ts";
import { hashOfId, type Sessions } from "../../../src/sign-in/session/sessions.ts";
import { mirasSession, openSessionStore } from "../../support/session-store.ts";

const minute = 60_000;
const grace = 15 * minute;
const endsAt = mirasSession.idTokenExpiresAt;
const old = "refresh-token-of-mira";
const rotated = "rotated-refresh-token-of-mira";

const renewed = (refreshToken: string): Renewal => ({
  outcome: "renewed",
  user: { ...mirasSession.user, groups: ["editors"] },
  refreshToken,
  idTokenExpiresAt: endsAt + 60 * minute,
  accessToken: { value: "access-token-of-mira", expiresAt: endsAt + 60 * minute },
});
const unreachable = (refreshToken: string): Renewal => ({
  outcome: "unreachable",
  error: new AppError("cognito_unreachable"),
  refreshToken,
});
/** Cognito honours the token, and what it gave for it is about somebody else. */
const refused = (refreshToken: string): Renewal => ({
  outcome: "refused",
  error: new AppError("id_token_invalid"),
  refreshToken,
});

/** A session whose ID token has run out, Cognito's answer to it, and what happens before that comes. */
async function openDue(
  answer: Renewal,
  meanwhile: (sessions: Sessions) => Promise<unknown> = async () => {},
) {
  const { clock, rows, sessions: sessionsOf } = openSessionStore();
  const sessions = sessionsOf({ idleMinutes: 600 });
  const asked: string[] = [];
  const discarded: string[] = [];
  const renewals = createRenewals({
    rows,
    sessions,
    async ask(_session, refreshToken) {
      asked.push(refreshToken);
      await meanwhile(sessions);
      return answer;
    },
    report: () => {},
    keepListed: async () => {},
    keepAccessToken: () => {},
    discard: (refreshToken) => discarded.push(refreshToken),
    now: () => clock.now,
    patienceMs: 20,
  });
  await sessions.create("id", mirasSession);
  clock.now = endsAt;
  return { clock, rows, sessions, asked, discarded, renew: () => renewals.renew("id", "request") };
}

const end = (sessions: Sessions) => sessions.destroy("id");
const renewElsewhere = (sessions: Sessions) =>
  sessions.change("id", (session) => ({
    ...session,
    refreshToken: "another-process-has-it",
    idTokenExpiresAt: endsAt + 30 * minute,
  }));

describe("A session that ended while Cognito was asked", () => {
  test.each([
    ["renewed", renewed(rotated), [rotated]],
    ["renewed, by the same token", renewed(old), []],
    ["not reached, after the token was exchanged", unreachable(rotated), [rotated]],
    ["not reached", unreachable(old), []],
  ])(
    "CC-3: stays ended, and a token that nobody holds is revoked: %s",
    async (_title, answer, revoked) => {
      const { sessions, discarded, renew } = await openDue(answer, end);

      expect(await renew()).toBeUndefined();

      expect(await sessions.read("id")).toBeUndefined();
      expect(discarded).toEqual(revoked);
    },
  );
});

test("OL-1: 250 requests wait for a renewal, one more is refused, and then as many may wait for the next one", async () => {
  const { clock, renew } = await openDue(unreachable(old));
  for (const minutes of [0, 5]) {
    clock.now = endsAt + minutes * minute;
    const first = renew();
    const waiting = Array.from({ length: 250 }, renew);

    await expect(renew()).rejects.toMatchObject({
      code: "cognito_unreachable",
      status: 503,
      reason: "too many requests wait for renewals",
    });

    for (const session of await Promise.all([first, ...waiting])) expect(session).toBeDefined();
  }
});

describe("A session that another process renewed meanwhile", () => {
  test.each([
    ["refused", refused(rotated), [rotated]],
    ["refused, by the same token", refused(old), []],
    ["not reached", unreachable(old), []],
  ])("CC-4: stays as that one left it: %s", async (_title, answer, revoked) => {
    const { sessions, discarded, renew } = await openDue(answer, renewElsewhere);

    const session = await renew();

    expect(session).toMatchObject({ refreshToken: "another-process-has-it" });
    expect(session).not.toHaveProperty("failedRenewal");
    expect(await sessions.read("id")).toEqual(session);
    expect(discarded).toEqual(revoked);
  });
});

describe("A session whose row somebody put back as it was hours ago, meanwhile", () => {
  const putBack = (sessions: Sessions) =>
    sessions.change("id", (session) => ({
      ...session,
      refreshToken: "one-of-an-earlier-hour",
      idTokenExpiresAt: endsAt - 60 * minute,
    }));

  test("is over where Cognito refuses to renew it", async () => {
    const { sessions, renew } = await openDue(refused(old), putBack);

    expect(await renew()).toBeUndefined();

    expect(await sessions.read("id")).toBeUndefined();
  });

  test("has its grace, and no more, where Cognito cannot be reached", async () => {
    const { clock, renew } = await openDue(unreachable(old), putBack);

    expect(await renew()).toMatchObject({ failedRenewal: { since: endsAt } });

    clock.now = endsAt + grace;
    expect(await renew()).toBeUndefined();
  });
});

describe("A session that Cognito cannot be reached for", () => {
  test("goes on with the token that it got, for fifteen minutes less a millisecond", async () => {
    const { clock, asked, discarded, renew } = await openDue(unreachable(rotated));

    expect(await renew()).toMatchObject({ refreshToken: rotated });
    clock.now = endsAt + grace - 1;
    expect(await renew()).toMatchObject({ failedRenewal: { since: endsAt } });
    clock.now = endsAt + grace;
    expect(await renew()).toBeUndefined();

    expect(asked).toEqual([old, rotated, rotated]);
    expect(discarded).toEqual([rotated]);
  });
});

test("SC-10: a session whose renewal is about somebody else ends, and its token is revoked", async () => {
  const { sessions, discarded, renew } = await openDue(refused(rotated));

  expect(await renew()).toBeUndefined();

  expect(await sessions.read("id")).toBeUndefined();
  expect(discarded).toEqual([rotated]);
});

test("CC-4: neither a lock that is never let go nor an old row puts a renewal off for more than fifteen minutes", async () => {
  const { clock, rows, asked, renew } = await openDue(renewed(rotated));
  await rows.insert(`renewal:${hashOfId("id")}`, Buffer.from("planted"), Number.MAX_SAFE_INTEGER);
  const oldRow = (await rows.read(`session:${hashOfId("id")}`)) as Uint8Array;

  for (const after of [0, minute, grace - 1]) {
    clock.now = endsAt + after;
    expect(await renew()).toMatchObject({ refreshToken: old });
  }
  clock.now = endsAt + grace;
  for (const putBack of [false, true]) {
    if (putBack) await rows.remove(`session:${hashOfId("id")}`);
    if (putBack) await rows.insert(`session:${hashOfId("id")}`, oldRow, Number.MAX_SAFE_INTEGER);
    await expect(renew()).rejects.toMatchObject({
      code: "store_unavailable",
      status: 503,
      retryAfterSeconds: 5,
    });
  }
  expect(asked).toEqual([]);

  await rows.remove(`renewal:${hashOfId("id")}`);
  expect(await renew()).toMatchObject({ refreshToken: rotated, user: { groups: ["editors"] } });
});

test("CC-4: nor does a lock that is found late put it off for longer", async () => {
  const { clock, rows, renew } = await openDue(renewed(rotated));
  await rows.insert(`renewal:${hashOfId("id")}`, Buffer.from("planted"), Number.MAX_SAFE_INTEGER);

  clock.now = endsAt + grace - 90_000;
  await renew();
  clock.now = endsAt + grace - 10_000;

  expect((await renew())?.failedRenewal?.retryAt).toBe(endsAt + grace);
});
