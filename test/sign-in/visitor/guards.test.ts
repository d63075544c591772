import type { RequestHandler } from "express";
import { beforeEach, describe, expect, test } from "vitest";
import { type AddPages, addPages } from "../../../src/pages.ts";
import { userOf } from "../../../src/sign-in/visitor/guards.ts";
import { clockForAll } from "../../support/clock-for-all.ts";
import { createUser } from "../../support/pool-claims.ts";
import { providerForAll } from "../../support/provider-for-all.ts";
import { rawRequest } from "../../support/raw-request.ts";
import { signInAtProvider } from "../../support/refused.ts";
import {
  cookieNameOf,
  sessionCookieOf,
  sessionKeyOf,
  signedInAs,
} from "../../support/signed-in.ts";
import { describeInEachApp, startForAll } from "../../support/start.ts";
import {
  createVisitor,
  type Exchange,
  type HeaderChanges,
  type Visitor,
} from "../../support/visitor.ts";

const notes: string[] = [];
beforeEach(() => {
  notes.length = 0;
});

const pages: AddPages = (app, guards, services) => {
  const { requireUser, requireGroup } = guards;
  addPages(app, guards, services);
  app.get("/notes", requireUser, (req, res) => {
    const form = '<form method="post" action="/notes/new"><button>Save</button></form>';
    res.type("html").send(`<h1>${userOf(req).username} at ${req.query.page}</h1>${form}`);
  });
  app.all("/notes/new", onlyChanges, requireUser, (req, res) => {
    notes.push(userOf(req).username);
    res.redirect(303, "/notes?page=saved");
  });
  app.get("/editors", requireGroup("editors"), (req, res) => {
    res.type("html").send(`<h1>${userOf(req).username}</h1>`);
  });
  app.get(/^\/area\//, requireUser, (_req, res) => void res.send("in"));
  app.get(/^\/\//, requireUser, (_req, res) => void res.send("in"));
  app.get("/taken-off", requireUser, async (req, res) => {
    const { user, signedInAt, accessToken, loginUrl, logoutUrl, pool } = req.signIn;
    const token = (await accessToken()).slice(0, 2);
    const { getUser } = pool;
    const asked = (await getUser()).username;
    const links = [loginUrl({ lang: "es" }), logoutUrl];
    res.json({ name: user?.username, isDated: signedInAt instanceof Date, token, asked, links });
  });
  app.get("/danger", guards.requireRecentSignIn({ minutes: 5 }), (req, res) => {
    res.type("html").send(`<h1>${req.signIn.signedInAt?.getTime()}</h1>`);
  });
  app.get("/unguarded", (req, res) => void res.send(userOf(req).username));
};

/** GET and HEAD change nothing, and so there is nothing at their address. */
const onlyChanges: RequestHandler = ({ method }, _res, next) =>
  next(method === "GET" || method === "HEAD" ? "route" : undefined);

const clock = clockForAll();
const { now } = clock;

const provider = providerForAll({ now });
const app = startForAll(() => ({ userPool: provider(), now, pages }));

const html = { accept: "text/html" };

async function signedIn(name = "mira", groups?: unknown): Promise<Visitor> {
  const visitor = createVisitor();
  provider().user = createUser(name, groups === undefined ? {} : { "cognito:groups": groups });
  await signInAtProvider(visitor, app());
  return visitor;
}

describeInEachApp("requireUser", () => {
  test("leads a stranger through the sign-in and back to the page with its query", async () => {
    const page = await createVisitor().visit(`${app().appUrl}/notes?page=2&q=%26%2F`);

    expect(page.hops[0]?.status).toBe(303);
    expect(page.url).toBe(`${app().appUrl}/notes?page=2&q=%26%2F`);
    expect(page.heading).toBe("mira at 2");
  });

  test("lets a signed-in visitor through without a detour", async () => {
    const visitor = await signedIn();

    const page = await visitor.visit(`${app().appUrl}/notes?page=1`);

    expect(page.hops).toHaveLength(1);
    expect(page.heading).toBe("mira at 1");
  });

  test.each<[string, HeaderChanges]>([
    ["whose mode is cors", { "sec-fetch-mode": "cors", ...html }],
    ["whose mode is no-cors", { "sec-fetch-mode": "no-cors", accept: "*/*" }],
    ["that accepts JSON alone", { accept: "application/json" }],
  ])("answers a fetch %s with 401 in JSON", async (_title, headers) => {
    const answer = await createVisitor().request("GET", `${app().appUrl}/notes`, { headers });

    expect(answer.status).toBe(401);
    expect(answer.headers["content-type"]).toBe("application/json; charset=utf-8");
    expect(answer.headers["cache-control"]).toBe("no-store");
    expect(JSON.parse(answer.text)).toEqual({
      error: "sign_in_required",
      message: "You need to be signed in for this.",
      reference: expect.stringMatching(/^[\da-f-]{36}$/),
    });
  });

  test("brings a form that was sent too late back to its page, and saves nothing", async () => {
    const visitor = await signedIn("late");
    const page = await visitor.visit(`${app().appUrl}/notes?page=3`);
    visitor.setCookie(app().appUrl, `${cookieNameOf(app())}=; Max-Age=0; Path=/`);

    const landing = await page.submit("Save");

    expect(landing.url).toBe(`${app().appUrl}/notes?page=3`);
    expect(landing.heading).toBe("late at 3");
    expect(notes).not.toContain("late");
    expect((await landing.submit("Save")).heading).toBe("late at saved");
    expect(notes).toContain("late");
  });

  test.each([
    "https://evil.example/notes",
    "http://localhost.evil.example/",
    "//evil.example",
    "/\\evil.example",
    "javascript:alert(1)",
    "not an address",
    undefined,
  ])("RD-1: brings a late form from %j to the index page", async (referer) => {
    const answer = await createVisitor().request("POST", `${app().appUrl}/notes/new`, {
      headers: { ...html, referer },
    });

    expect([answer.status, answer.headers.location]).toEqual([303, "/login?returnTo=%2F"]);
  });

  test("RD-1: takes our own address with something strange behind it for no page of ours", async () => {
    const { appUrl } = app();
    const referers = [
      `${appUrl}//evil.example/`,
      `${appUrl}@evil.example/`,
      `${appUrl}.evil.example/`,
      `${appUrl.replace("localhost", "evilhosts")}/notes`,
    ];

    const answers = await Promise.all(
      referers.map((referer) =>
        createVisitor().request("POST", `${appUrl}/notes/new`, { headers: { ...html, referer } }),
      ),
    );

    expect(answers.map(({ headers }) => headers.location)).toEqual(
      Array(4).fill("/login?returnTo=%2F"),
    );
  });

  test.each([
    "http://evil.example/area/x",
    "//evil.example/x",
    "///evil.example/x",
    "/area/..//evil.example",
    "//evil.example/area/..%2f",
  ])("RD-2: brings nobody from %s to another site", async (target) => {
    const answer = await rawRequest(app().port, [`GET ${target} HTTP/1.1`, "Host: localhost"]);

    expect([303, 404]).toContain(answer.status);
    const { searchParams } = new URL(answer.headers.location ?? "/", app().appUrl);
    const returnTo = searchParams.get("returnTo") ?? "/";
    expect(new URL(returnTo, app().appUrl).origin).toBe(app().appUrl);
  });

  test("takes a cookie of ours that leads nowhere back, and leaves a stranger's and another program's alone", async () => {
    const url = `${app().appUrl}/notes`;
    const ended = await signedIn();
    await app().rows.remove(sessionKeyOf(ended, app()));

    const without = await createVisitor().request("GET", url);
    const foreign = await createVisitor().request("GET", url, {
      headers: { cookie: `${cookieNameOf(app())}=x` },
    });
    const stale = await ended.request("GET", url);

    expect([...without.setCookies, ...foreign.setCookies]).toEqual([]);
    expect(stale.setCookies).toEqual([expect.stringMatching(/^sign-in-\d+=;.*1970/)]);
  });

  test("is missed loudly where a route forgets it", async () => {
    const answer = await createVisitor().request("GET", `${app().appUrl}/unguarded`);

    expect(answer.status).toBe(500);
  });
});

describeInEachApp("req.signIn", () => {
  test("has members that can be taken off it", async () => {
    const visitor = await signedIn();

    const answer = await visitor.request("GET", `${app().appUrl}/taken-off`);

    expect(JSON.parse(answer.text)).toEqual({
      name: "mira",
      isDated: true,
      token: "ey",
      asked: "mira",
      links: ["/login?lang=es", "/logout"],
    });
  });
});

describeInEachApp("requireRecentSignIn", () => {
  const minute = 60_000;

  test("lets through who has signed in within the minutes, and not a moment longer", async () => {
    const visitor = await signedIn();
    const shown = await visitor.visit(`${app().appUrl}/danger`);
    const signedInAt = Number(shown.heading);

    expect([shown.status, shown.hops.length]).toEqual([200, 1]);
    expect(Math.abs(signedInAt - Date.now())).toBeLessThan(2 * minute);
    clock.offset = 5 * minute;
    const fetched = await visitor.request("GET", `${app().appUrl}/danger`, {
      headers: { accept: "application/json" },
    });
    expect([fetched.status, JSON.parse(fetched.text).error]).toEqual([
      401,
      "recent_sign_in_required",
    ]);
  });

  test("asks others again, by way of Cognito's own sign-out, and comes back", async () => {
    const visitor = await signedIn();
    const before = visitor.clone();
    clock.offset = 6 * minute;

    const page = await visitor.visit(`${app().appUrl}/danger?x=1`);

    const asked = page.hops.map(({ url }) => new URL(url)).filter(isAtProvider);
    expect(asked.map(({ pathname }) => pathname)).toEqual(["/logout", "/oauth2/authorize"]);
    expect(asked[1]?.searchParams.get("prompt")).toBe("login");
    expect([page.url, page.status]).toEqual([`${app().appUrl}/danger?x=1`, 200]);
    expect(Number(page.heading)).toBeGreaterThan(Date.now() + 4 * minute);
    expect(await signedInAs(before, app())).toBeUndefined();
  });

  test("takes no earlier sign-in at Cognito for a new one, and leaves the session alone", async () => {
    const visitor = await signedIn();
    clock.offset = 6 * minute;
    provider().scriptNext({
      claims: (claims) => ({ ...claims, auth_time: Number(claims.auth_time) - 360 }),
    });

    const page = await visitor.visit(`${app().appUrl}/danger`);

    expect(page.status).toBe(403);
    expect(app().log).toContainEqual(expect.objectContaining({ code: "sign_in_not_recent" }));
    expect(await signedInAs(visitor, app())).toBe("mira");
  });

  test("signs out who types the sign-out address, though Cognito never led back", async () => {
    const visitor = await signedIn();
    clock.offset = 6 * minute;
    await visitor.visit(`${app().appUrl}/danger`, { stopBefore: isAtProvider });
    clock.offset += 2 * minute;

    const page = await visitor.visit(`${app().appUrl}/logout`);

    expect(page.heading).toBe("You have been successfully logged out.");
    expect(await signedInAs(visitor, app())).toBeUndefined();
  });

  const isAtProvider = ({ origin }: URL) => origin === provider().domain;
});

describeInEachApp("requireGroup", () => {
  test("lets a member through", async () => {
    const visitor = await signedIn("ed", ["readers", "editors"]);

    const page = await visitor.visit(`${app().appUrl}/editors`);

    expect([page.status, page.heading]).toEqual([200, "ed"]);
  });

  test.each<[string, unknown]>([
    ["no group", undefined],
    ["other groups", ["readers"]],
    ["a group in another case", ["Editors"]],
    ["a group that only begins so", ["editors2", "edit"]],
    ["names that are the group's but for what no page shows", ["edi\u202etors", "\0editors"]],
    ["a text where a list belongs", "editors"],
    ["lists within the list", [["editors"]]],
    ["an object", { editors: true, includes: "editors" }],
  ])("shows the 403 page to a visitor with %s", async (_title, groups) => {
    const visitor = await signedIn("ned", groups);

    const page = await visitor.visit(`${app().appUrl}/editors`);

    expect([page.status, page.heading]).toEqual([403, "This page is not open to you"]);
    expect(page.text).not.toContain("editors");
    expect(await signedInAs(visitor, app())).toBe("ned");
  });

  test("leads a stranger through the sign-in first", async () => {
    provider().user = createUser("ed", { "cognito:groups": ["editors"] });

    const page = await createVisitor().visit(`${app().appUrl}/editors`);

    expect(page.heading).toBe("ed");
  });

  test("answers a fetch by a visitor outside the group with 403 in JSON", async () => {
    const visitor = await signedIn();

    const answer = await visitor.request("GET", `${app().appUrl}/editors`, {
      headers: { accept: "application/json" },
    });

    expect(answer.status).toBe(403);
    expect(JSON.parse(answer.text)).toMatchObject({ error: "forbidden" });
  });
});

describe("A path that no route knows", () => {
  test.each([
    "/nowhere",
    "/notes/",
    "/NOTES",
    "/notes.css",
    "/logged-in/",
    "/logged-in/x.css",
    "/%6eotes",
  ])("is a 404 at %s, signed in or out", async (path) => {
    const visitor = await signedIn();

    const answers = [
      await createVisitor().visit(app().appUrl + path),
      await visitor.visit(app().appUrl + path),
    ];

    for (const { status, heading, hops } of answers) {
      expect([status, heading, hops.length]).toEqual([404, "Page not found", 1]);
    }
  });
});

describeInEachApp("A request that changes something", () => {
  const post = (visitor: Visitor, headers: HeaderChanges, path = "/notes/new") =>
    visitor.request("POST", app().appUrl + path, { headers: { ...html, ...headers } });

  test.each([
    ["same-origin", 303],
    ["none", 303],
    ["same-site", 403],
    ["cross-site", 403],
    ["", 403],
    ["Same-Origin", 403],
    ["same-origin, cross-site", 403],
  ])("CS-1: sent with Sec-Fetch-Site %j is answered with %i", async (site, status) => {
    const name = `site ${site}`;
    const visitor = await signedIn(name);

    const answer = await post(visitor, { "sec-fetch-site": site });

    expect(answer.status).toBe(status);
    expect(notes.includes(name)).toBe(status === 303);
  });

  test.each<[string, () => string | undefined, number]>([
    ["our Origin", () => app().appUrl, 303],
    ["no Origin", () => undefined, 303],
    ["Origin null", () => "null", 403],
    ["a foreign Origin", () => "https://evil.example", 403],
    ["our host by another scheme", () => app().appUrl.replace("http:", "https:"), 403],
    ["our host on another port", () => "http://localhost:1", 403],
    ["an Origin that begins like ours", () => `${app().appUrl}.evil.example`, 403],
    ["our Origin with a path", () => `${app().appUrl}/`, 403],
    ["an empty Origin", () => "", 403],
  ])(
    "CS-2: sent without Sec-Fetch-Site and with %s is judged by it",
    async (title, originOf, status) => {
      const visitor = await signedIn(title);

      const answer = await post(visitor, { origin: originOf() });

      expect(answer.status).toBe(status);
      expect(notes.includes(title)).toBe(status === 303);
    },
  );

  test("CS-2: is judged by Sec-Fetch-Site where both are there", async () => {
    const visitor = await signedIn("both");

    const accepted = await post(visitor, { "sec-fetch-site": "same-origin", origin: "null" });
    const refused = await post(visitor, { "sec-fetch-site": "cross-site", origin: app().appUrl });

    expect([accepted.status, refused.status]).toEqual([303, 403]);
  });

  test.each(["PUT", "PATCH", "DELETE"])("CS-1: with %s is judged the same", async (method) => {
    const answer = await createVisitor().request(method, `${app().appUrl}/notes/new`, {
      headers: { "sec-fetch-site": "cross-site" },
    });

    expect(answer.status).toBe(403);
  });

  test("CS-1: is not done by GET or HEAD, nor by a method in disguise", async () => {
    const visitor = await signedIn("disguised");
    const url = `${app().appUrl}/notes/new`;

    const answers = [
      await visitor.request("GET", url),
      await visitor.request("HEAD", url),
      await visitor.request("GET", `${url}?_method=POST`, {
        headers: { "x-http-method-override": "POST" },
      }),
    ];

    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404]);
    expect(notes).not.toContain("disguised");
  });

  test("CS-1: from another site leaves no trace in the visitor's browser", async () => {
    const visitor = await signedIn();
    const before = sessionCookieOf(visitor, app()).value;

    const answers = await Promise.all(
      ["/logout", "/login", "/sessions/end-all", "/notes/new"].map((path) =>
        post(visitor, { "sec-fetch-site": "cross-site" }, path),
      ),
    );

    for (const { status, setCookies, text } of answers) {
      expect([status, setCookies]).toEqual([403, []]);
      expect(text).toContain("Another website tried to act in your name");
    }
    expect(sessionCookieOf(visitor, app()).value).toBe(before);
  });

  test.each(["https://evil.example", "null", "http://localhost"])(
    "CS-2: no other origin may read an answer, such as %s",
    async (origin) => {
      const visitor = await signedIn();

      const answers = await Promise.all([
        probe(visitor, origin, "GET", "/notes"),
        probe(visitor, origin, "OPTIONS", "/notes/new"),
        probe(visitor, origin, "POST", "/notes/new"),
        probe(visitor, origin, "GET", "/login"),
        probe(visitor, origin, "OPTIONS", "/logout"),
      ]);

      expect(answers.flatMap(namesOfAccess)).toEqual([]);
    },
  );
});

describe("A request to the site", () => {
  test("CS-1: from another site is refused at any path", async () => {
    const visitor = await signedIn();

    const answers = await Promise.all(
      ["/", "/logged-in", "/nowhere"].map((path) =>
        visitor.request("POST", app().appUrl + path, {
          headers: { "sec-fetch-site": "cross-site" },
        }),
      ),
    );

    expect(answers.map(({ status, setCookies }) => [status, setCookies])).toEqual(
      Array(3).fill([403, []]),
    );
  });

  test("CS-2: may be read by no other origin, at paths for machines neither", async () => {
    const visitor = await signedIn();

    const answers = await Promise.all(
      ["/notes", "/readyz", "/assets/site.css"].map((path) =>
        probe(visitor, "https://evil.example", "GET", path),
      ),
    );

    expect(answers.flatMap(namesOfAccess)).toEqual([]);
    for (const { headers } of answers) expect(headers["referrer-policy"]).toBe("same-origin");
  });
});

function probe(visitor: Visitor, origin: string, method: string, path: string) {
  const headers = { origin, "access-control-request-method": "POST", "sec-fetch-mode": "cors" };
  return visitor.request(method, app().appUrl + path, { headers });
}

function namesOfAccess({ headers }: Exchange): string[] {
  return Object.keys(headers).filter((name) => name.startsWith("access-control-"));
}

describeInEachApp("An access token of the pool", () => {
  /** A member, and the access token that the app was given for her. */
  async function memberWithToken(): Promise<{ member: Visitor; authorization: string }> {
    let token: unknown;
    provider().scriptNext({
      tokenBody: (body) => {
        token = body.access_token;
        return body;
      },
    });
    const member = await signedIn("mira");
    expect(token).toEqual(expect.stringMatching(/^ey/));
    return { member, authorization: `Bearer ${token}` };
  }

  test.each([
    ["GET", "/"],
    ["GET", "/logged-in"],
    ["GET", "/sessions"],
    ["POST", "/sessions/end-all"],
    ["POST", "/notes/new"],
  ])("says nothing of who asks: %s %s", async (method, path) => {
    const { member, authorization } = await memberWithToken();
    const noor = await signedIn("noor");
    const url = `${app().appUrl}${path}`;
    const ask = (visitor: Visitor, headers: HeaderChanges) =>
      visitor.request(method, url, { headers: { ...html, origin: app().appUrl, ...headers } });
    const earlier = notes.length;

    const plain = await ask(createVisitor(), {});
    const stranger = await ask(createVisitor(), { authorization });
    const other = await ask(noor, { authorization });

    expect([stranger.status, stranger.location]).toEqual([plain.status, plain.location]);
    expect(stranger.setCookies).toEqual(plain.setCookies);
    expect(stranger.text + other.text).not.toContain("mira");
    expect(notes.slice(earlier)).not.toContain("mira");
    expect(await signedInAs(member, app())).toBe("mira");
  });
});
