import { setTimeout as slowDisk } from "node:timers/promises";
import { expect, test } from "vitest";
import { clockForAll } from "../../support/clock-for-all.ts";
import { silence } from "../../support/faults.ts";
import { stopClock } from "../../support/own-clock.ts";
import { providerForAll } from "../../support/provider-for-all.ts";
import { signInAtProvider } from "../../support/refused.ts";
import {
  cookieNameOf,
  sessionCookieOf,
  sessionKeyOf,
  signedInAs,
} from "../../support/signed-in.ts";
import { describeInEachApp, type Started, start, startForAll } from "../../support/start.ts";
import { createVisitor, type HeaderChanges, type Visitor } from "../../support/visitor.ts";
import { failing, storeIsDown, watchRows } from "../../support/watched-rows.ts";

const revokePath = "/oauth2/revoke";
const signedOutHeading = "You have been successfully logged out.";

const clock = clockForAll();
const { now } = clock;

const provider = providerForAll({ now });
const app = startForAll(() => ({ userPool: provider(), now }));

async function signedIn(at: Started = app()): Promise<Visitor> {
  const visitor = createVisitor();
  await signInAtProvider(visitor, at);
  return visitor;
}

function signOutLocation({ appUrl }: Started): string {
  const query = new URLSearchParams({
    client_id: provider().clientId,
    logout_uri: `${appUrl}/logout`,
  });
  return `${provider().domain}/logout?${query}`;
}

describeInEachApp("POST /logout", () => {
  test("LO-1: removes the row, expires the cookie and goes to Cognito's sign-out, and the old cookie is worth nothing", async () => {
    const visitor = await signedIn();
    const key = sessionKeyOf(visitor, app());
    const before = visitor.clone();

    const answer = await visitor.request("POST", `${app().appUrl}/logout`);

    expect([answer.status, answer.location]).toEqual([303, signOutLocation(app())]);
    expect(await app().rows.read(key)).toBeUndefined();
    expect(await signedInAs(before, app())).toBeUndefined();
    expect((await before.request("GET", `${app().appUrl}/logged-in`)).status).toBe(303);
  });

  test("LO-1: expires the cookie under the name, path and flags that it was given with", async () => {
    const visitor = createVisitor();
    const page = await signInAtProvider(visitor, app());
    const given = page.hops.flatMap(({ setCookies }) => setCookies).filter(isSession);

    const answer = await visitor.request("POST", `${app().appUrl}/logout`);

    const taken = answer.setCookies.filter(isSession);
    expect([given.length, taken.length]).toEqual([1, 1]);
    expect(taken.map(flagsOf)).toEqual(given.map(flagsOf));
    expect(taken[0]).toContain("Expires=Thu, 01 Jan 1970 00:00:00 GMT");
    expect(() => sessionCookieOf(visitor, app())).toThrow("no session cookie");
  });

  test("LO-1: answers only once the row is gone", async () => {
    const rows = watchRows();
    const slow = await start({ userPool: provider(), wrapRows: rows.wrap });
    const visitor = await signedIn(slow);
    const cookie = `${cookieNameOf(slow)}=${sessionCookieOf(visitor, slow).value}`;
    rows.before = async ({ method }) => {
      if (method === "remove") await slowDisk(100);
    };

    // fetch resolves with the headers, which is when a browser leaves for Cognito.
    const answer = await fetch(`${slow.origin}/logout`, {
      method: "POST",
      headers: { cookie },
      redirect: "manual",
    });

    expect(answer.status).toBe(303);
    const key = sessionKeyOf(visitor, slow);
    const removals = rows.calls.filter((call) => call.method === "remove" && call.key === key);
    expect(removals).toMatchObject([{ isDone: true }]);
  });

  test("LO-1: revokes the refresh token at Cognito, with the client's credentials", async () => {
    let refreshToken: unknown;
    provider().scriptNext({
      tokenBody: (body) => {
        refreshToken = body.refresh_token;
        return body;
      },
    });
    const visitor = await signedIn();

    await visitor.request("POST", `${app().appUrl}/logout`);

    const [revocation, ...others] = provider().requests.filter(({ path }) => path === revokePath);
    const credentials = `${provider().clientId}:${provider().clientSecret}`;
    expect(others).toEqual([]);
    expect(Object.fromEntries(new URLSearchParams(revocation?.body))).toEqual({
      token: refreshToken,
    });
    expect(revocation?.headers.authorization).toBe(`Basic ${btoa(credentials)}`);
    const [signOut] = app()
      .log.filter(({ event }) => event === "sign-out")
      .slice(-1);
    expect(signOut).toMatchObject({ revoked: true });
  });

  test("LO-1: succeeds where Cognito gave no refresh token or will not revoke it", async () => {
    provider().scriptNext({ tokenBody: ({ refresh_token: _, ...body }) => body });
    const without = await signedIn();
    const refused = await signedIn();
    provider().scriptNext({ revokeAnswer: (res) => void res.writeHead(400).end() });

    const answers = [
      await refused.request("POST", `${app().appUrl}/logout`),
      await without.request("POST", `${app().appUrl}/logout`),
    ];

    expect(answers.map(({ location }) => location)).toEqual(Array(2).fill(signOutLocation(app())));
    expect(provider().count(revokePath)).toBe(1);
    expect(
      app()
        .log.filter(({ event }) => event === "sign-out")
        .slice(-2),
    ).toMatchObject([{ revoked: false }, { revoked: false }]);
  });

  test("LO-1: keeps the visitor waiting for three seconds at most where revocation hangs", async () => {
    const visitor = await signedIn();
    provider().script({ revokeAnswer: silence });
    const clock = stopClock();

    const answering = visitor.request("POST", `${app().appUrl}/logout`);
    await expect.poll(() => provider().count(revokePath)).toBe(1);
    await clock.pass(3000);

    expect((await answering).location).toBe(signOutLocation(app()));
  });

  test("LO-2: by the button on the page ends at the signed-out page", async () => {
    const page = await signInAtProvider(createVisitor(), app());

    const signedOut = await page.submit("Logout");

    expect([signedOut.heading, signedOut.url]).toEqual([
      signedOutHeading,
      `${app().appUrl}/logout`,
    ]);
  });

  test.each<[string, (visitor: Visitor) => Promise<unknown>]>([
    [
      "to a stranger",
      async (visitor) => visitor.setCookie(app().appUrl, `${cookieNameOf(app())}=; Max-Age=0`),
    ],
    ["twice", (visitor) => visitor.clone().request("POST", `${app().appUrl}/logout`)],
    ["after the session has run out", async () => (clock.offset = 13 * 60 * 60_000)],
    [
      "with a cookie of somebody's making",
      async (visitor) => visitor.setCookie(app().appUrl, `${cookieNameOf(app())}=s%3Ax.y`),
    ],
  ])("LO-3: given %s is the same redirect", async (_title, meanwhile) => {
    const visitor = await signedIn();
    await meanwhile(visitor);

    const answer = await visitor.request("POST", `${app().appUrl}/logout`);

    expect([answer.status, answer.location]).toEqual([303, signOutLocation(app())]);
  });

  test("LO-3: without a session asks the store nothing", async () => {
    const rows = watchRows();
    const watched = await start({ userPool: provider(), wrapRows: rows.wrap });
    rows.before = storeIsDown;

    const answer = await createVisitor().request("POST", `${watched.appUrl}/logout`);

    expect([answer.status, rows.calls]).toEqual([303, []]);
  });

  test.each([
    ["reads", failing(["read"]), 0],
    ["removes", failing(["remove"]), 1],
  ])(
    "LO-3: says that it is not confirmed where the store fails while it %s, and revokes the refresh token that it knows",
    async (_title, trouble, revocations) => {
      const rows = watchRows();
      const troubled = await start({ userPool: provider(), wrapRows: rows.wrap });
      const page = await signInAtProvider(createVisitor(), troubled);
      rows.before = trouble;

      const answer = await page.submit("Logout");

      expect([answer.status, answer.heading]).toEqual([503, "Your sign-out is not confirmed"]);
      expect(answer.alert).toContain("we could not confirm that it has ended on our side");
      expect(answer.headers["retry-after"]).toBe("5");
      expect(answer.setCookies).toEqual([expect.stringMatching(/^sign-in-\d+=;.*1970/)]);
      expect(provider().count(revokePath)).toBe(revocations);
      const refreshToken = new URLSearchParams(provider().requests.at(-1)?.body).get("token");
      if (revocations > 0) expect(JSON.stringify(troubled.log)).not.toContain(refreshToken);
    },
  );

  test.each([
    "logout_uri",
    "redirect_uri",
    "returnTo",
    "state",
    "client_id",
    "post_logout_redirect_uri",
  ])("LO-4: takes no %s from the caller", async (name) => {
    const evil = "https://evil.example/";
    const queries = [`?${name}=${evil}`, `?${name}=${evil}&${name}=${evil}`, `?${name}[]=${evil}`];

    const answers = await Promise.all(
      queries.map((query) =>
        createVisitor().request("POST", `${app().appUrl}/logout${query}`, {
          form: { [name]: evil },
        }),
      ),
    );
    const pages = await Promise.all(
      queries.map((query) => createVisitor().visit(`${app().appUrl}/logout${query}`)),
    );

    expect(new Set(answers.map(({ location }) => location))).toEqual(
      new Set([signOutLocation(app())]),
    );
    for (const { status, heading, text } of pages) {
      expect([status, heading]).toEqual([200, signedOutHeading]);
      expect(text).not.toContain("evil");
    }
  });

  test("LO-5: clears what the browser has cached", async () => {
    const appUrl = "https://localhost:8443";
    const proxied = await start({ userPool: provider(), env: { APP_URL: appUrl } });
    const https = createVisitor({ proxied: { [appUrl]: proxied.origin } });
    const visitor = await signedIn();

    const plain = await visitor.request("POST", `${app().appUrl}/logout`);
    const answer = await https.request("POST", `${appUrl}/logout`);

    // Browsers obey it over https alone, and complain about it elsewhere.
    expect(plain.headers["clear-site-data"]).toBeUndefined();
    expect(answer.headers["clear-site-data"]).toBe('"cache"');
    for (const { headers } of [plain, answer]) expect(headers["cache-control"]).toBe("no-store");
  });
});

describeInEachApp("GET /logout", () => {
  const url = () => `${app().appUrl}/logout`;
  const navigation = { "sec-fetch-mode": "navigate", "sec-fetch-dest": "document" };

  test.each<[string, HeaderChanges]>([
    ["from one of our pages", { ...navigation, "sec-fetch-site": "same-origin" }],
    ["from a sibling site", { ...navigation, "sec-fetch-site": "same-site" }],
    ["as a typed address", { ...navigation, "sec-fetch-site": "none" }],
    ["by a browser that does not say", {}],
  ])("LO-2: signs out %s, as POST does", async (_title, headers) => {
    const visitor = await signedIn();
    const key = sessionKeyOf(visitor, app());

    const answer = await visitor.request("GET", url(), { headers });

    expect([answer.status, answer.location]).toEqual([303, signOutLocation(app())]);
    expect(answer.setCookies).toEqual([expect.stringMatching(/^sign-in-\d+=;.*1970/)]);
    expect(await app().rows.read(key)).toBeUndefined();
    expect(provider().count(revokePath)).toBe(1);
  });

  test("LO-2: asks a visitor whom another site has sent, and the button there signs out", async () => {
    const visitor = await signedIn();

    const page = await visitor.visit(url(), { headers: { "sec-fetch-site": "cross-site" } });

    expect([page.status, page.heading, page.setCookies]).toEqual([
      200,
      "Do you want to log out?",
      [],
    ]);
    expect(await signedInAs(visitor, app())).toBe("mira");
    const signedOut = await page.submit("Logout");
    expect(signedOut.heading).toBe(signedOutHeading);
    expect(await signedInAs(visitor, app())).toBeUndefined();
  });

  test.each<[string, string, HeaderChanges, number]>([
    ["a HEAD", "HEAD", {}, 405],
    ["a prefetch", "GET", { "sec-purpose": "prefetch" }, 204],
    ["a prerender", "GET", { "sec-purpose": "prefetch;prerender" }, 204],
    ["an old prefetch", "GET", { purpose: "prefetch" }, 204],
    [
      "an image on our page",
      "GET",
      { "sec-fetch-dest": "image", "sec-fetch-mode": "no-cors", "sec-fetch-site": "same-origin" },
      403,
    ],
    [
      "a frame on our page",
      "GET",
      { "sec-fetch-dest": "iframe", "sec-fetch-mode": "navigate", "sec-fetch-site": "same-origin" },
      403,
    ],
    [
      "a script's fetch",
      "GET",
      { "sec-fetch-dest": "empty", "sec-fetch-mode": "cors", "sec-fetch-site": "same-origin" },
      403,
    ],
    [
      "an image on another site",
      "GET",
      { "sec-fetch-dest": "image", "sec-fetch-mode": "no-cors", "sec-fetch-site": "cross-site" },
      200,
    ],
    ["a form on another site", "POST", { "sec-fetch-site": "cross-site" }, 403],
    ["a form on a sibling site", "POST", { "sec-fetch-site": "same-site" }, 403],
    ["a DELETE", "DELETE", {}, 405],
    ["an OPTIONS", "OPTIONS", {}, 405],
  ])("LO-2: is not signed out by %s", async (_title, method, headers, status) => {
    const visitor = await signedIn();

    const answer = await visitor.request(method, url(), { headers });

    expect([answer.status, answer.setCookies]).toEqual([status, []]);
    expect(await signedInAs(visitor, app())).toBe("mira");
    expect(provider().count(revokePath)).toBe(0);
  });

  test("LO-3: cannot tell while the store is away, and changes nothing", async () => {
    const rows = watchRows();
    const troubled = await start({ userPool: provider(), wrapRows: rows.wrap });
    const visitor = await signedIn(troubled);
    rows.before = storeIsDown;

    const answer = await visitor.request("GET", `${troubled.appUrl}/logout`);

    expect([answer.status, answer.setCookies]).toEqual([503, []]);
    rows.before = () => {};
    expect(await signedInAs(visitor, troubled)).toBe("mira");
  });

  test("shows the signed-out page to whoever has no session, from whichever site", async () => {
    const pages = await Promise.all(
      ["cross-site", "none"].map((site) =>
        createVisitor().visit(url(), { headers: { "sec-fetch-site": site } }),
      ),
    );

    expect(pages.map(({ heading }) => heading)).toEqual([signedOutHeading, signedOutHeading]);
    expect(pages[0]?.link("Log back in")).toBe(`${app().appUrl}/login`);
  });
});

test("LO-5: no signed-in page of the site is kept by the browser", async () => {
  const visitor = await signedIn();

  const pages = await Promise.all(
    ["/logged-in", "/"].map((path) => visitor.request("GET", app().appUrl + path)),
  );

  expect(pages.map(({ headers }) => headers["cache-control"])).toEqual(["no-store", "no-store"]);
});

function isSession(cookie: string): boolean {
  return cookie.startsWith(`${cookieNameOf(app())}=`);
}

function flagsOf(cookie: string): string[] {
  const [pair = "", ...attributes] = cookie.split("; ");
  const lasting = attributes.filter((attribute) => !/^(?:Max-Age|Expires)=/.test(attribute));
  return [pair.split("=")[0] ?? "", ...lasting.sort()];
}
