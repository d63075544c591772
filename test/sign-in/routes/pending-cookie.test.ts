import { describe, expect, test } from "vitest";
import { clockForAll } from "../../support/clock-for-all.ts";
import { providerForAll } from "../../support/provider-for-all.ts";
import { callbackOf, expectRefused, signInAtProvider } from "../../support/refused.ts";
import {
  cookieNameOf,
  pendingCookiesOf,
  sessionCookieOf,
  signedInHeading,
} from "../../support/signed-in.ts";
import { describeInEachApp, start, startForAll } from "../../support/start.ts";
import { createVisitor, type Visitor } from "../../support/visitor.ts";

const tokenPath = "/oauth2/token";
const clock = clockForAll();
const { now } = clock;

const provider = providerForAll({ now });
const app = startForAll(() => ({ userPool: provider(), now }));

function refusal(visitor: Visitor) {
  return { app: app(), visitor, provider: provider() };
}

describeInEachApp("The pending sign-in's cookie", () => {
  test.each([
    ["ten minutes", 10 * 60_000],
    ["a day", 24 * 60 * 60_000],
  ])(
    "CB-9: redeems no code after %s: the visitor goes through Cognito again, to the page that they wanted",
    async (_title, late) => {
      const visitor = createVisitor();
      const wanted = `/logged-in?page=7#${"x".repeat(300)}`;
      const begun = await visitor.visit(
        `${app().appUrl}/login?${new URLSearchParams({ returnTo: wanted })}`,
        { stopBefore: (url) => url.pathname === "/logged-in" },
      );
      const stale = begun.location ?? "";
      clock.offset = late;

      const answer = await visitor.request("GET", stale);
      expect(answer.headers.location).toBe(`/login?${new URLSearchParams({ returnTo: wanted })}`);
      expect(provider().count(tokenPath)).toBe(0);
      const page = await visitor.visit(new URL(answer.location ?? "", app().appUrl).href);

      expect([page.heading, page.url]).toEqual([signedInHeading, `${app().appUrl}${wanted}`]);
      expect(provider().count(tokenPath)).toBe(1);
      expect(pendingCookiesOf(visitor, app())).toEqual([]);
    },
  );

  test("CB-8: is not begun again by a late callback that is replayed, or another browser's", async () => {
    const visitor = createVisitor();
    const callback = await callbackOf(visitor, app());
    clock.offset = 11 * 60_000;
    await visitor.request("GET", callback.href);

    const answers = [
      await visitor.request("GET", callback.href),
      await createVisitor().request("GET", callback.href),
    ];

    expect(answers.map(({ status }) => status)).toEqual([400, 400]);
    expect(provider().count(tokenPath)).toBe(0);
  });

  test("CB-5: a late refusal is told like one in time", async () => {
    const visitor = createVisitor();
    const { searchParams } = await callbackOf(visitor, app());
    const query = new URLSearchParams({
      error: "access_denied",
      state: searchParams.get("state") ?? "",
    });
    clock.offset = 11 * 60_000;

    const answer = await visitor.request("GET", `${app().appUrl}/logged-in?${query}`);

    expect(answer.text).toContain("Sign-in was not completed. Nothing has changed.");
  });

  test("CB-9: is worth nothing after two days", async () => {
    const visitor = createVisitor();
    const callback = await callbackOf(visitor, app());
    clock.offset = 48 * 60 * 60_000;

    const answer = await visitor.request("GET", callback.href);

    expect(provider().count(tokenPath)).toBe(0);
    await expectRefused(answer, 400, refusal(visitor));
    expect(answer.text).toContain("Start again");
  });

  test("CB-9: still works a little before", async () => {
    const visitor = createVisitor();
    const callback = await callbackOf(visitor, app());
    clock.offset = 10 * 60_000 - 5_000;
    // A person who takes their time at the hosted UI: the code is fresh when it comes.
    const page = await visitor.visit(callback.href);

    expect(page.heading).toBe(signedInHeading);
  });

  test("CB-9: does not open with another secret", async () => {
    const stranger = await start({
      userPool: provider(),
      sessionSecrets: ["a secret of somebody else altogether"],
    });
    const visitor = createVisitor();
    const callback = await callbackOf(visitor, stranger);

    // Cookies ignore ports, so this one goes to both apps.
    const answer = await visitor.request("GET", `${app().appUrl}/logged-in${callback.search}`);

    expect(answer.sent.cookie).toContain("sign-in-");
    expect(provider().count(tokenPath)).toBe(0);
    await expectRefused(answer, 400, refusal(visitor));
  });

  test.each<[string, (cookies: { pending: string; other: string; session: string }) => string]>([
    ["empty", () => ""],
    ["cut", ({ pending }) => pending.slice(0, 40)],
    ["another browser's", ({ other }) => other],
    ["a session cookie's", ({ session }) => session],
    ["no base64", () => "%%%"],
    ["an object", () => encodeURIComponent('j:{"state":"x"}')],
  ])("CB-9: does not open where its value is %s", async (_title, forge) => {
    const visitor = createVisitor();
    const callback = await callbackOf(visitor, app());
    const [pending] = pendingCookiesOf(visitor, app());
    const another = createVisitor();
    await callbackOf(another, app());
    const signedIn = createVisitor();
    await signInAtProvider(signedIn, app());
    const before = provider().count(tokenPath);
    const value = forge({
      pending: pending?.value ?? "",
      other: pendingCookiesOf(another, app())[0]?.value ?? "",
      session: sessionCookieOf(signedIn, app()).value,
    });

    const answer = await createVisitor().request("GET", callback.href, {
      headers: { cookie: `${pending?.name}=${value}` },
    });

    expect(answer.status).toBe(400);
    expect(answer.text).toContain("Start again");
    expect(provider().count(tokenPath)).toBe(before);
  });

  test("CB-9: signs nobody in as a session cookie", async () => {
    const visitor = createVisitor();
    await callbackOf(visitor, app());
    const [pending] = pendingCookiesOf(visitor, app());

    const page = await createVisitor().visit(app().appUrl, {
      headers: { cookie: `${cookieNameOf(app())}=${pending?.value}` },
    });

    expect(page.status).toBe(200);
    expect(page.text).toContain("Register/Login");
  });
});

describe("Any byte of the pending sign-in's cookie", () => {
  test("CB-9: is needed to open it", async () => {
    const visitor = createVisitor();
    const callback = await callbackOf(visitor, app());
    const [cookie] = pendingCookiesOf(visitor, app());
    const sealed = Buffer.from(cookie?.value ?? "", "base64url");
    const attempt = (value: Buffer) =>
      createVisitor().request("GET", callback.href, {
        headers: { cookie: `${cookie?.name}=${value.toString("base64url")}` },
      });

    const answers = await Promise.all(
      Array.from(sealed, (byte, index) =>
        attempt(Buffer.from(sealed).fill(byte ^ 1, index, index + 1)),
      ),
    );

    expect(sealed.length).toBeGreaterThan(150);
    expect(answers.filter(({ status }) => status !== 400)).toEqual([]);
    expect(provider().count(tokenPath)).toBe(0);
    expect((await visitor.visit(callback.href)).heading).toBe(signedInHeading);
  });
});
