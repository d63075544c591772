import { expect, test } from "vitest";
import { createSealer } from "../../../src/sign-in/session/sealing.ts";
import { createPendingSignIns } from "../../../src/sign-in/visitor/pending-sign-in.ts";
import { secret, signedInAt } from "../../support/session-store.ts";

const minute = 60_000;

/** The pending sign-ins of an app, and its clock. */
function openBrowser() {
  const clock = { now: signedInAt };
  const pendingSignIns = createPendingSignIns({
    sealer: createSealer([secret], "pending sign-ins"),
    appUrl: "http://localhost:3000",
    now: () => clock.now,
  });
  return {
    clock,
    /** Begins a sign-in whose search for a free cookie starts at this one of the twelve. */
    begin(slot: number, cookies = "") {
      const state = Buffer.from([0, slot]).toString("base64url");
      const pending = { state, nonce: "n", codeVerifier: "v", returnTo: "/", startedAt: clock.now };
      const { cookies: begun, drop } = pendingSignIns.begin(cookies, pending);
      const [{ name, value }] = begun as [(typeof begun)[number]];
      return { state, name, header: `${name}=${value}`, drop };
    },
    statesOf: (header: string) => pendingSignIns.read(header).map(({ state }) => state),
    areLate: (header: string) => pendingSignIns.read(header).map(({ isLate }) => isLate),
  };
}

test("CB-9: a pending sign-in is late after ten minutes, and forgotten after two days, whichever way the clock was set", () => {
  const { clock, begin, areLate } = openBrowser();
  const { header } = begin(0);
  const twoDays = 48 * 60 * minute;

  for (const [offset, late] of [
    [10 * minute - 1, [false]],
    [10 * minute, [true]],
    [twoDays - 1, [true]],
    [twoDays, []],
  ] as const) {
    for (const sign of [1, -1]) {
      clock.now = signedInAt + sign * offset;
      expect(areLate(header)).toEqual(late);
    }
  }
});

test("CB-9: a pending sign-in is none in any other spelling of its bytes", () => {
  const { begin, statesOf } = openBrowser();
  const { header, state } = begin(0);
  const otherPadding = header.replace(/.$/, (last) => String.fromCharCode(last.charCodeAt(0) + 1));

  expect(statesOf(header)).toEqual([state]);
  for (const other of [`${header}=`, `${header}.`, otherPadding]) {
    expect(statesOf(other)).toEqual([]);
  }
});

test("SC-3: a pending sign-in is not hidden by twelve forged ones, and a thirteenth ends the search", () => {
  const { begin, statesOf } = openBrowser();
  const { name, header, state } = begin(11);

  expect(name).toBe("sign-in-3000-l");
  expect(statesOf("sign-in-3000-a=forged; ".repeat(12) + header)).toEqual([state]);
  expect(statesOf("sign-in-3000-a=forged; ".repeat(13) + header)).toEqual([]);
});

test("IN-1: a pending sign-in takes the first free cookie from a place of its own on", () => {
  const { begin } = openBrowser();

  expect(begin(5).name).toBe("sign-in-3000-f");
  expect(begin(5, "sign-in-3000-f=x; sign-in-3000-g=y").name).toBe("sign-in-3000-h");
  expect(begin(11, "sign-in-3000-l=x").name).toBe("sign-in-3000-a");
});

test("IN-1: a pending sign-in takes another one's cookie where all twelve are taken, and all but the three newest go", () => {
  const { clock, begin } = openBrowser();
  const headers = Array.from({ length: 12 }, (_, slot) => {
    clock.now += 1;
    return begin(slot).header;
  });

  const { name, drop } = begin(2, headers.join("; "));

  expect(name).toBe("sign-in-3000-c");
  expect(drop).toEqual([..."abdefghi"].map((slot) => `sign-in-3000-${slot}`));
});
