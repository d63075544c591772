import { describe, expect, test } from "vitest";
import { createRowSealer } from "../../../src/sign-in/session/row-sealer.ts";
import type { Session } from "../../../src/sign-in/session/session.ts";
import { createSessionId, createSessions } from "../../../src/sign-in/session/sessions.ts";
import { createUserSessions } from "../../../src/sign-in/session/user-sessions.ts";
import { createUser } from "../../support/pool-claims.ts";
import { callbackOf } from "../../support/refused.ts";
import { sessionIdOf, sessionKeyOf, signedInAs } from "../../support/signed-in.ts";
import { type Started, testSecret } from "../../support/start.ts";
import { createVisitor, type Visitor } from "../../support/visitor.ts";
import { failing, holdBack, once, type RowCall } from "../../support/watched-rows.ts";
import { isNewEntry, listed, safari, sessionsForAll } from "./support/sessions-for-all.ts";

const { clock, provider, rows, app, signedIn, signInWith, userKey, ends } = sessionsForAll();
const { now } = clock;

const sessionsPage = (visitor: Visitor, at: Started = app()) =>
  visitor.visit(`${at.appUrl}/sessions`);

describe("The list of a user's sessions", () => {
  test.each<[string, RowCall["method"], boolean]>([
    ["a user's first", "insert", false],
    ["a user's second", "update", true],
  ])(
    "SC-7: signs nobody in whose entry cannot be written: %s",
    async (_title, method, hasOther) => {
      if (hasOther) await signedIn();
      const visitor = createVisitor();
      const callback = await callbackOf(visitor, app());
      rows.before = failing([method], "user:");

      const page = await visitor.visit(callback.href);

      expect([page.status, page.heading]).toEqual([503, "We cannot look up your session"]);
      expect(page.setCookies.filter((cookie) => /^sign-in-\d+=/.test(cookie))).toEqual([]);
      const inserted = rows.calls.filter(
        ({ method: how, key }) => how === "insert" && key.startsWith("session:"),
      );
      rows.before = () => {};
      expect(await app().rows.read(inserted.at(-1)?.key ?? "")).toBeUndefined();
      expect((await signInWith(visitor)).location).toBe(`${app().appUrl}/logged-in`);
    },
  );

  test("SC-7: has the entry before the redirect leaves", async () => {
    const visitor = createVisitor();
    const callback = await callbackOf(visitor, app());
    const gate = holdBack(rows, isNewEntry);
    let isAnswered = false;

    const answered = visitor.request("GET", callback.href).finally(() => {
      isAnswered = true;
    });
    await gate.reached;

    expect(rows.calls.filter(({ key }) => key.startsWith("session:"))).toMatchObject([
      { method: "insert" },
    ]);
    expect(isAnswered).toBe(false);
    gate.open();
    expect((await answered).status).toBe(303);
  });

  test.each([0, 1])(
    "CC-1: loses neither of two browsers that sign in at the same moment, beside %i others",
    async (count) => {
      for (let index = 0; index < count; index++) await signedIn();
      const isFirst = once(isNewEntry);
      rows.before = async (call) => {
        if (isFirst(call)) await signedIn(safari);
      };

      const visitor = await signedIn();

      expect(listed(await sessionsPage(visitor))).toHaveLength(count + 2);
    },
  );

  test("OL-5: holds fifty, and the oldest one ends for the next", async () => {
    const [first, second] = [await signedIn(safari), await signedIn(safari)];
    await beginSessions(48, sessionIdOf(first, app()));
    expect(listed(await sessionsPage(first))).toHaveLength(50);

    await signedIn();
    await expect.poll(ends).toHaveLength(1);

    expect(await signedInAs(first, app())).toBeUndefined();
    expect(listed(await sessionsPage(second))).toHaveLength(50);
    expect(ends()).toMatchObject([{ by: "too many sessions", revoked: true }]);
  });

  test("LO-1: is gone with the last session of its user", async () => {
    const [here, other] = [await signedIn(), await signedIn(safari)];

    await here.request("POST", `${app().appUrl}/logout`);
    expect(listed(await sessionsPage(other))).toHaveLength(1);
    await other.request("POST", `${app().appUrl}/logout`);

    expect(await app().rows.read(userKey())).toBeUndefined();
  });

  test("LO-3: does not keep a visitor signed in where it cannot be written", async () => {
    const visitor = await signedIn();
    rows.before = failing(["update", "insert"], "user:");

    const signedOut = await visitor.request("POST", `${app().appUrl}/logout`);

    expect(signedOut.status).toBe(303);
    rows.before = () => {};
    expect(listed(await sessionsPage(await signedIn(safari)))).toEqual([
      "Safari on iOS This browser",
    ]);
  });

  test("SC-1: forgets a session that another sign-in of the browser replaces, and its refresh token is revoked", async () => {
    const annsPhone = await signedIn(safari);
    const visitor = await signedIn();
    const ann = provider().user;
    provider().user = createUser("bob");
    await signInWith(visitor);
    await expect.poll(ends).toHaveLength(1);

    expect(ends()).toMatchObject([{ by: "new sign-in", revoked: true }]);
    expect(listed(await sessionsPage(visitor))).toEqual(["Firefox on Linux This browser"]);
    provider().user = ann;
    expect(listed(await sessionsPage(annsPhone))).toEqual(["Safari on iOS This browser"]);
  });

  test("SC-7: keeps no trace of a sign-in that could not replace the old session", async () => {
    const visitor = await signedIn();
    const oldKey = sessionKeyOf(visitor, app());
    rows.before = failing(["remove"], oldKey);

    const failed = await signInWith(visitor);

    rows.before = () => {};
    expect(failed.status).toBe(503);
    expect(sessionKeyOf(visitor, app())).toBe(oldKey);
    expect(listed(await sessionsPage(visitor))).toHaveLength(1);
  });
});

/** More sessions of the user whose row is given, without a sign-in for each. */
async function beginSessions(count: number, id: string): Promise<void> {
  const limits = { idleSeconds: 3600, maxSeconds: 12 * 3600 };
  const sealer = createRowSealer([testSecret], app().config.userPool);
  const stored = { rows: app().rows, sealer, limits, now };
  const sessions = createUserSessions({
    ...stored,
    sessions: createSessions({ ...stored, issuer: provider().issuer }),
  });
  const session = await sessions.read(id);
  for (let index = 0; index < count; index++) {
    await sessions.create(createSessionId(), session as Session);
  }
}
