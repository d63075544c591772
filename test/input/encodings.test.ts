import { afterAll, describe, expect, test } from "vitest";
import { cookieNameOf } from "../support/signed-in.ts";
import { servedApp } from "./served-app.ts";

const { app, get, expectServing } = servedApp();

const oddEncodings = [
  "%",
  "%f",
  "%ff",
  "%zz",
  "%c0%ae%c0%ae",
  "%c0%af",
  "%e0%80%af",
  "%f8%88%80%80%af",
  "%00",
  "%ed%a0%80",
  "%ed%b0%80",
  "%u0041",
  "%25%32%66",
  "\xff\xfe",
  "\xc3\x28",
  "%EF%BF%BF",
  "%0d%0a",
];

describe("IN-3: a bad encoding is no error of ours", () => {
  afterAll(expectServing);

  test.each(oddEncodings)(
    "%j in a path, a parameter, a query, a cookie or a header",
    async (odd) => {
      const [session, pending] = [cookieNameOf(app()), cookieNameOf(app(), "a")];
      const requests: [target: string, ...headers: string[]][] = [
        [`/${odd}`],
        [`/items/${odd}`],
        [`/items/${odd}/x`],
        [`/assets/${odd}`],
        [`/assets/${odd}/site.css?v=${odd}`],
        [`/?${odd}=${odd}`],
        [`/login?returnTo=/${odd}&provider=${odd}`],
        [`/logged-in?code=${odd}&state=${odd}`],
        [`/logged-in?error=${odd}&state=${odd}`],
        [`/logout?${odd}`],
        ["/", `Cookie: ${session}=${odd}; ${pending}=${odd}; ${odd}=1`],
        ["/logged-in?code=x&state=y", `Cookie: ${pending}=${odd}`],
        ["/logged-in", `Referer: ${odd}`, `Origin: ${odd}`, `Accept: ${odd}`, `User-Agent: ${odd}`],
      ];
      const answers = await Promise.all(requests.map((request) => get(...request)));

      for (const [index, { status }] of answers.entries()) {
        expect([200, 302, 303, 400, 401, 404], requests[index]?.join()).toContain(status);
      }
    },
  );
});
