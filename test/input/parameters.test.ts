import { afterAll, describe, expect, test } from "vitest";
import { callbackOf } from "../support/refused.ts";
import { signedInHeading } from "../support/signed-in.ts";
import { createVisitor } from "../support/visitor.ts";
import { servedApp } from "./served-app.ts";

const { app, provider, get, expectServing } = servedApp();

describe("IN-4: an odd parameter is no error of ours", () => {
  afterAll(expectServing);

  const names = [
    "hasOwnProperty",
    "toString",
    "valueOf",
    "__proto__",
    "constructor",
    "then",
    "toJSON",
    "length",
  ];

  test.each([
    ["a list", (name: string) => `${name}=a&${name}=b`],
    ["brackets", (name: string) => `${name}[]=a&${name}[]=b&${name}[x][y]=c`],
    ["nothing", (name: string) => `${name}`],
    [
      "a name that every object has",
      (name: string) => `${name}=a&${names.map((other) => `${other}=1`).join("&")}`,
    ],
    ["1,500 others before it", (name: string) => `${"x=1&".repeat(1500)}${name}=a`],
  ])("such as %s", async (_case, queryOf) => {
    for (const path of ["/", "/login", "/signup", "/logged-in", "/logout", "/sessions"]) {
      for (const name of [
        "code",
        "state",
        "error",
        "iss",
        "returnTo",
        "provider",
        "from",
        "ended",
      ]) {
        const { status } = await get(`${path}?${queryOf(name)}`);
        expect(status, `${path} ${name}`).toBeLessThan(500);
      }
    }
  });

  test("a callback after 1,500 parameters is refused, and still good without them", async () => {
    const visitor = createVisitor();
    const callback = await callbackOf(visitor, app());
    const flooded = `${callback.origin}${callback.pathname}?${"x=1&".repeat(1500)}${callback.search.slice(1)}`;

    const refused = await visitor.request("GET", flooded);

    expect([refused.status, provider().count("/oauth2/token")]).toEqual([400, 0]);
    expect((await visitor.visit(callback.href)).heading).toBe(signedInHeading);
  });
});
