import { describe, expect, test } from "vitest";
import { providerForAll } from "../support/provider-for-all.ts";
import { cookieNameOf } from "../support/signed-in.ts";
import { startForAll, testSecret } from "../support/start.ts";
import { createVisitor } from "../support/visitor.ts";

const paths = ["/", "/login", "/logged-in", "/logged-in?code=a&state=b", "/sessions"];

/** As long as a request may be, and a little less. */
const room = 15_000;
const fill = (text: string) => text.repeat(Math.floor(room / text.length));

/** How many times the CPU time of a plain request a costly one may take; one whose cost grows with the square of its length takes a hundred times. */
const mostTimes = { cookies: 6, others: 25 };

describe("OL-2: no single request holds up the others", () => {
  const provider = providerForAll();
  const sessionSecrets = [testSecret, `${testSecret}-of-last-year`];
  const app = startForAll(() => ({ userPool: provider(), sessionSecrets }));

  /**
   * The least CPU time, in milliseconds, that a request took this process in so many turns: now and then the garbage of
   * others is collected meanwhile. The turns end with one that took less than `enough`. It is only ever compared with
   * that of another request, so that the machine's speed does not matter.
   */
  async function cpuMsOf(
    path: string,
    headers: Record<string, string>,
    { turns, enough = 0 }: { turns: number; enough?: number },
  ): Promise<number> {
    const visitor = createVisitor();
    let least = Number.POSITIVE_INFINITY;
    for (let turn = 0; turn < turns && least >= enough; turn += 1) {
      const before = process.cpuUsage();
      await visitor.request("GET", app().appUrl + path, { headers });
      const { user, system } = process.cpuUsage(before);
      least = Math.min(least, (user + system) / 1000);
    }
    return least;
  }

  async function expectCheap(
    path: string,
    headers: Record<string, string>,
    { plain, times }: { plain: string; times: number },
  ): Promise<void> {
    const other = { cookie: `${cookieNameOf(app())}=x; other=${fill("a")}` };
    const enough = times * (await cpuMsOf(plain, other, { turns: 5 }));
    expect(await cpuMsOf(path, headers, { turns: 50, enough }), path).toBeLessThan(enough);
  }

  const pendingOfEachName = [..."abcdefghijkl"]
    .map((slot) => `PENDING-${slot}=${"A".repeat(132)}; `)
    .join("");
  const forgedSession = `SESSION=s:${"a".repeat(24)}.${"A".repeat(43)}; `;
  /** The port is in the names. */
  const named = (cookies: string) =>
    cookies
      .replaceAll("SESSION=", `${cookieNameOf(app())}=`)
      .replaceAll(/PENDING-(\w)=/g, (_all, slot) => `${cookieNameOf(app(), slot)}=`);

  test.each([
    ["cookies with a long run of spaces", `SESSION=x; a=a${fill(" ")}b`],
    ["cookies with a long run of tabs", `PENDING-a=a${fill("\t")}b`],
    ["a thousand short session cookies", fill("SESSION=s:a.; ")],
    ["session cookies that look right", fill(forgedSession)],
    ["hundreds of short pending sign-ins", `SESSION=x; ${fill(`PENDING-a=${"A".repeat(38)}; `)}`],
    ["pending sign-ins that look right", `SESSION=x; ${fill(pendingOfEachName)}`],
    ["cookies without a name", `SESSION=x; ${fill("=;")}`],
    ["cookies of percent signs", `SESSION=${fill("%41")}`],
  ])("%s cost little more than a header of any other words", async (_what, cookies) => {
    const cookie = named(cookies);
    for (const path of paths) {
      await expectCheap(path, { cookie }, { plain: path, times: mostTimes.cookies });
    }
  });

  test.each([
    ["a long list of types", { accept: fill("text/html;q=0.1,") }],
    ["types with a long run of spaces", { accept: `text/html${fill(" ")}x` }],
    ["a long list of ranges", { range: `bytes=${fill("0-1,")}` }],
    ["a long list of versions", { "if-none-match": fill('"a",') }],
    ["a long chain of proxies", { "x-forwarded-for": fill("1.1.1.1, ") }],
    ["a browser that says a lot", { "user-agent": fill("Mozilla/5.0 (Chrome/1 ") }],
  ])("%s", async (_what, headers: Record<string, string>) => {
    for (const path of paths) {
      await expectCheap(path, headers, { plain: path, times: mostTimes.others });
    }
  });

  test.each([
    ["slashes", `/${fill("/")}`],
    ["percent signs", `/${fill("%25")}`],
    ["parameters", `/login?${fill("a&")}`],
    ["brackets", `/login?${fill("[")}=1`],
    ["a return address of slashes", `/login?returnTo=/${fill("/")}`],
    ["a return address of dots", `/login?returnTo=${fill("/..")}`],
    ["a long state", `/logged-in?code=a&state=${fill("a")}`],
    ["a long code", `/logged-in?state=a&code=${fill("%20")}`],
  ])("an address full of %s", async (_what, path) => {
    await expectCheap(path, {}, { plain: "/", times: mostTimes.others });
  });
});
