import { sign } from "cookie-signature";
import { expect, test } from "vitest";
import { cookieValues } from "../../../src/sign-in/request/cookies.ts";
import { createSessionCookie } from "../../../src/sign-in/visitor/session-cookie.ts";
import { secret } from "../../support/session-store.ts";

test.each([
  [undefined, []],
  ["", []],
  ["session=a", ["a"]],
  ["session=a; session=b;session=c", ["a", "b", "c"]],
  ["sessions=a; session.sig=b; my-session=c; session2", []],
  ["note=session=a; session; session=b", ["b"]],
  ["other=a;\t session\t =\t b c \t; session=", ["b c", ""]],
  ["session=   ; session=a=b", ["", "a=b"]],
  ["other=a \tsession=b; \u00a0session=c", []],
])("SC-3: the values that %j gives to the cookie named session", (header, values) => {
  expect(cookieValues(header, "session")).toEqual(values);
});

test("SC-3: twelve forged cookies do not hide a session, and a thirteenth ends the search", () => {
  const cookie = createSessionCookie([secret], {
    appUrl: "http://localhost:3000",
    maxSeconds: 3600,
  });
  const id = "a".repeat(24);
  const good = `${cookie.name}=${encodeURIComponent(`s:${sign(id, cookie.signingKeys[0] ?? "")}`)}`;
  const forged = `sign-in-3000=s:${"b".repeat(24)}.${"c".repeat(43)}; `;

  expect(cookie.read(good)).toBe(id);
  expect(cookie.read(forged.repeat(12) + good)).toBe(id);
  expect(cookie.read(forged.repeat(13) + good)).toBeUndefined();
});
