import { createHash, randomBytes } from "node:crypto";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { type AddPages, addPages } from "../../../src/pages.ts";
import { createOneTimeValues } from "../../../src/sign-in/cognito/authorization-request.ts";
import { clockForAll } from "../../support/clock-for-all.ts";
import { answer as answerWith } from "../../support/faults.ts";
import { createUser } from "../../support/pool-claims.ts";
import { providerForAll } from "../../support/provider-for-all.ts";
import { rawRequest } from "../../support/raw-request.ts";
import { redirectPayloads } from "../../support/redirect-payloads.ts";
import { callbackOf, signInAtProvider } from "../../support/refused.ts";
import {
  cookieNameOf,
  pendingCookiesOf,
  sessionCookieOf,
  signedInAs,
  signedInHeading,
} from "../../support/signed-in.ts";
import { describeInEachApp, type Started, start, startForAll } from "../../support/start.ts";
import { createVisitor, type Visitor } from "../../support/visitor.ts";
import { watchRows } from "../../support/watched-rows.ts";

const clock = clockForAll();
const { now } = clock;

const provider = providerForAll({ now });
const pages: AddPages = (app, signIn, site) => {
  addPages(app, signIn, site);
  app.get("/link", (req, res) => void res.send(req.signIn.loginUrl(req.query)));
  app.get("/tried", (req, res) => void res.send(`<h1>${req.signIn.user?.username}</h1>`));
};
const app = startForAll(() => ({
  userPool: provider(),
  now,
  env: { IDENTITY_PROVIDERS: "Google,Facebook" },
  pages,
}));

const parameterNames = [
  "client_id",
  "code_challenge",
  "code_challenge_method",
  "nonce",
  "redirect_uri",
  "response_type",
  "scope",
  "state",
];

const randomText = (length: number) => randomBytes(length).toString("base64url").slice(0, length);

/** Where a sign-in start leads, without going there. */
async function startSignIn(query = "", visitor = createVisitor()): Promise<URL> {
  const answer = await visitor.request("GET", `${app().appUrl}/login${query}`);
  return new URL(answer.location ?? "");
}

describeInEachApp("The authorization request", () => {
  test("AR-1: goes to the authorize endpoint with these parameters and no other", async () => {
    const answer = await createVisitor().request("GET", `${app().appUrl}/login`);

    const { origin, pathname, searchParams } = new URL(answer.location ?? "");
    expect(answer.status).toBe(302);
    expect(answer.headers["cache-control"]).toBe("no-store");
    expect(`${origin}${pathname}`).toBe(`${provider().domain}/oauth2/authorize`);
    expect([...searchParams.keys()].sort()).toEqual(parameterNames);
    expect(Object.fromEntries(searchParams)).toMatchObject({
      response_type: "code",
      client_id: provider().clientId,
      redirect_uri: `${app().appUrl}/logged-in`,
      scope: "email openid phone",
      code_challenge_method: "S256",
    });
    expect(answer.location).not.toContain(provider().clientSecret);
  });

  test("AR-2: carries one-time values that never repeat, of 256 bits each", async () => {
    const starts = await Promise.all(Array.from({ length: 100 }, () => startSignIn()));

    const values = starts.flatMap(({ searchParams }) =>
      ["state", "nonce", "code_challenge"].map((name) => searchParams.get(name) ?? ""),
    );
    expect(new Set(values).size).toBe(300);
    for (const value of values) expect(value).toMatch(/^[\w-]{43}$/);
  });

  test("AR-2: carries the challenge of the verifier that the token request sends", async () => {
    await signInAtProvider(createVisitor(), app());

    const [authorize, token] = ["/oauth2/authorize", "/oauth2/token"].map((path) =>
      provider().requests.find((request) => request.path === path),
    );
    const verifier = new URLSearchParams(token?.body).get("code_verifier") ?? "";
    expect(verifier).toMatch(/^[\w.~-]{43,128}$/);
    const challenge = createHash("sha256").update(verifier).digest("base64url");
    expect(authorize?.query.get("code_challenge")).toBe(challenge);
    expect([...(authorize?.query.values() ?? [])]).not.toContain(verifier);
  });

  test.each([
    "redirect_uri",
    "scope",
    "client_id",
    "response_type",
    "response_mode",
    "prompt",
    "state",
    "nonce",
    "code_challenge",
    "code_challenge_method",
    "code_verifier",
    "identity_provider",
    "lang",
  ])("AR-3: takes no %s from the caller", async (name) => {
    const queries = [
      `?${name}=evil-choice`,
      `?${name}=evil-choice&${name}=evil-choice`,
      `?${name}[]=evil-choice`,
      `?${name}[x]=evil-choice`,
    ];

    const locations = await Promise.all(queries.map((query) => startSignIn(query)));

    for (const { href, searchParams } of locations) {
      expect([...searchParams.keys()].sort()).toEqual(parameterNames);
      expect(href).not.toContain("evil-choice");
    }
  });

  test.each([
    ["login_hint", "mira@example.org"],
    ["lang", "pt-BR"],
    ["prompt", "none"],
    ["prompt", "login select_account"],
  ])("AR-3: takes %s from the caller where it can be one: %s", async (name, value) => {
    const query = new URLSearchParams({ [name]: value });

    const location = await startSignIn(`?${query}`);

    expect(location.searchParams.get(name)).toBe(value);
  });

  test.each([
    ["login_hint", "a\nb"],
    ["login_hint", "x".repeat(257)],
    ["lang", "evil-choice"],
    ["lang", "es&scope=x"],
    ["prompt", "none login"],
    ["prompt", "evil-choice"],
  ])("AR-3: takes no %s from the caller that is none: %j", async (name, value) => {
    const query = new URLSearchParams({ [name]: value });

    const locations = [await startSignIn(`?${query}`), await startSignIn(`?${query}&${query}`)];

    for (const { searchParams } of locations) {
      expect([...searchParams.keys()].sort()).toEqual(parameterNames);
    }
  });

  test.each([
    ["?provider=Google", "Google"],
    ["?provider=Facebook&returnTo=/x", "Facebook"],
    ["?provider=google", null],
    ["?provider=Evil", null],
    ["?provider=Google&provider=Facebook", null],
    ["?provider[]=Google", null],
    ["?provider=", null],
  ])("AR-3: of %s makes the identity provider %j", async (query, expected) => {
    const location = await startSignIn(query);

    expect(location.searchParams.get("identity_provider")).toBe(expected);
  });

  test("GET /signup opens the hosted sign-up page with the same parameters", async () => {
    const visitor = createVisitor();

    const answer = await visitor.request("GET", `${app().appUrl}/signup`);

    const { origin, pathname, searchParams } = new URL(answer.location ?? "");
    expect(`${origin}${pathname}`).toBe(`${provider().domain}/signup`);
    expect([...searchParams.keys()].sort()).toEqual(parameterNames);
    const page = await visitor.visit(answer.location ?? "");
    expect(page.heading).toBe(signedInHeading);
  });

  test.each(["/login", "/signup"])(
    "AR-5: HEAD and a prefetch of %s begin nothing",
    async (path) => {
      const rows = watchRows();
      const watched = await start({ userPool: provider(), wrapRows: rows.wrap });
      const ask = (method: string, headers = {}) =>
        createVisitor().request(method, `${watched.appUrl}${path}`, { headers });

      const answers = await Promise.all([
        ask("HEAD"),
        ask("POST"),
        ask("GET", { "sec-purpose": "prefetch" }),
        ask("GET", { "sec-purpose": "prefetch;prerender" }),
        ask("GET", { purpose: "prefetch" }),
      ]);

      expect(answers.map(({ status }) => status)).toEqual([405, 405, 204, 204, 204]);
      expect(answers[0]?.headers.allow).toBe("GET");
      expect(answers.flatMap(({ setCookies, location }) => [...setCookies, location])).toEqual(
        Array(5).fill(undefined),
      );
      expect(rows.calls).toEqual([]);
    },
  );

  test.each([
    ["an image", { "sec-fetch-dest": "image", "sec-fetch-mode": "no-cors" }],
    ["a frame", { "sec-fetch-dest": "iframe", "sec-fetch-mode": "navigate" }],
    ["a script", { "sec-fetch-dest": "empty", "sec-fetch-mode": "no-cors" }],
  ])("SC-4: %s of a neighbouring site pushes no pending sign-in out", async (_what, headers) => {
    const visitor = createVisitor();
    const callback = await callbackOf(visitor, app());
    const embedded = { headers: { "sec-fetch-site": "same-site", ...headers } };

    for (const path of Array(5).fill(["/login", "/signup"]).flat()) {
      const answer = await visitor.request("GET", app().appUrl + path, embedded);
      expect([answer.status, answer.setCookies]).toEqual([403, []]);
    }

    expect((await visitor.visit(callback.href)).heading).toBe(signedInHeading);
  });

  test("AR-6: leaves a session alone until a new sign-in has succeeded, which replaces it whole", async () => {
    const visitor = createVisitor();
    provider().user = createUser("ann", { "cognito:groups": ["editors"] });
    await signInAtProvider(visitor, app());
    const before = visitor.clone();

    await callbackOf(visitor, app());
    expect(await signedInAs(visitor, app())).toBe("ann");
    provider().scriptNext({ tokenBody: () => ({ error: "server_error" }) });
    const failed = await signInAtProvider(visitor, app());
    expect(failed.status).toBe(502);
    expect(await signedInAs(visitor, app())).toBe("ann");

    provider().user = createUser("bob");
    const page = await signInAtProvider(visitor, app());
    expect(page.text).not.toMatch(/ann|editors/);
    expect(await signedInAs(visitor, app())).toBe("bob");
    expect(await signedInAs(before, app())).toBeUndefined();
  });
});

describeInEachApp("A link with wishes", () => {
  const linkOf = (wishes: Record<string, string>) =>
    createVisitor().request("GET", `${app().appUrl}/link?${new URLSearchParams(wishes)}`);

  test("passes them on to Cognito, and comes back to its page", async () => {
    const wishes = { provider: "Google", loginHint: "mira", lang: "es", prompt: "login" };
    const { text: link } = await linkOf({ ...wishes, signUp: "1", returnTo: "/tried?a=b" });

    const page = await createVisitor().visit(app().appUrl + link);

    const { pathname, searchParams } = new URL(page.hops[1]?.url ?? "");
    expect(pathname).toBe("/signup");
    expect(Object.fromEntries(searchParams)).toMatchObject({
      identity_provider: "Google",
      login_hint: "mira",
      lang: "es",
      prompt: "login",
    });
    expect([page.url, page.heading]).toEqual([`${app().appUrl}/tried?a=b`, "mira"]);
  });

  test.each([
    { provider: "Evil" },
    { returnTo: "https://evil.example" },
    { lang: "no language" },
    { prompt: "now" },
  ])("is not made for %j", async (wishes) => {
    expect((await linkOf(wishes)).status).toBe(500);
  });
});

describeInEachApp("A silent try", () => {
  const trial = () => `${app().appUrl}/login?prompt=none&returnTo=/tried`;

  /** Cognito asks nothing, and says that it would have to. */
  function answerSilently(error: string): void {
    provider().scriptNext({
      authorizeAnswer: (res) => {
        const { query } = provider().requests.at(-1) ?? {};
        const back = new URLSearchParams({ error, state: query?.get("state") ?? "" });
        return answerWith(302, "", { location: `${query?.get("redirect_uri")}?${back}` })(res);
      },
    });
  }

  test("signs in whom Cognito still knows", async () => {
    const visitor = createVisitor();

    const page = await visitor.visit(trial());

    expect(provider().requests[0]?.query.get("prompt")).toBe("none");
    expect([page.url, page.heading]).toEqual([`${app().appUrl}/tried`, "mira"]);
  });

  test.each(["login_required", "interaction_required"])(
    "brings back whom Cognito does not know, as they are: %s",
    async (error) => {
      const visitor = createVisitor();
      const member = createVisitor();
      await signInAtProvider(member, app());
      answerSilently(error);

      const page = await visitor.visit(trial());
      answerSilently(error);
      const kept = await member.visit(trial());

      expect([page.status, page.url, page.heading]).toEqual([
        200,
        `${app().appUrl}/tried`,
        "undefined",
      ]);
      expect(visitor.cookies(app().appUrl)).toEqual([]);
      expect([kept.url, kept.heading]).toEqual([page.url, "mira"]);
    },
  );

  test("is over where Cognito has another reason", async () => {
    answerSilently("server_error");

    expect((await createVisitor().visit(trial())).status).toBe(400);
  });
});

describeInEachApp("The host name of a request", () => {
  const hosts = [
    "evil.example",
    "localhost",
    "127.0.0.1",
    'a"><script>',
    "evil.example:80",
    "[::1]",
  ];
  const forwarded: Record<string, string>[] = [
    {},
    { "x-forwarded-host": "evil.example" },
    { "x-forwarded-host": "evil.example, localhost" },
    { "x-forwarded-proto": "https" },
    {
      "x-forwarded-proto": "https",
      "x-forwarded-host": "evil.example",
      "x-forwarded-port": "8443",
    },
    { "x-forwarded-uri": "https://evil.example/logged-in", "x-original-url": "/evil" },
    { "x-forwarded-prefix": "/evil", "x-forwarded-server": "evil.example" },
    { forwarded: "for=1.2.3.4;host=evil.example;proto=https" },
    { "x-forwarded-for": "127.0.0.1", "x-real-ip": "127.0.0.1", via: "1.1 evil.example" },
  ];
  const combinations = hosts.flatMap((host) => forwarded.map((headers) => ({ host, ...headers })));

  describe.each([{}, { TRUST_PROXY: "1" }, { TRUST_PROXY: "127.0.0.0/8" }])("with %j", (env) => {
    const exposed = startForAll(() => ({ userPool: provider(), env }));

    test("AR-4: changes neither the callback nor the sign-out address", async () => {
      const { appUrl } = exposed();
      const ask = (method: string, path: string) =>
        Promise.all(
          combinations.map((headers) =>
            createVisitor().request(method, appUrl + path, { headers }),
          ),
        );

      const starts = await ask("GET", "/login?from=other-host");
      const signOuts = await ask("POST", "/logout");

      const values = (answers: typeof starts, name: string) =>
        new Set(answers.map(({ location }) => new URL(location ?? "").searchParams.get(name)));
      expect(values(starts, "redirect_uri")).toEqual(new Set([`${appUrl}/logged-in`]));
      expect(values(signOuts, "logout_uri")).toEqual(new Set([`${appUrl}/logout`]));
    });

    test("AR-4: leads a sign-in to APP_URL's host or the hosted UI, and nowhere else", async () => {
      const { appUrl } = exposed();

      const answers = await Promise.all(
        combinations.map((headers) =>
          createVisitor().request("GET", `${appUrl}/login?returnTo=/x`, { headers }),
        ),
      );

      const targets = answers.map(({ location }) => new URL(location ?? "").origin);
      expect([appUrl, provider().domain]).toEqual(expect.arrayContaining([...new Set(targets)]));
    });
  });

  test("AR-4: does not count where it stands in the request line, or twice", async () => {
    const { port, appUrl } = app();
    const ask = (target: string, ...hosts: string[]) =>
      rawRequest(port, [`GET ${target} HTTP/1.1`, ...hosts.map((host) => `Host: ${host}`)]);

    const answers = await Promise.all([
      ask("http://evil.example/login?from=other-host", `localhost:${port}`),
      ask("http://evil.example/login", "evil.example"),
      ask("/login?from=other-host", "evil.example", `localhost:${port}`),
    ]);

    expect(answers.map(({ status }) => status)).toEqual([302, 302, 302]);
    for (const { headers } of answers) {
      const { origin, searchParams } = new URL(headers.location ?? "");
      expect([appUrl, provider().domain]).toContain(origin);
      expect([null, `${appUrl}/logged-in`]).toContain(searchParams.get("redirect_uri"));
    }
  });

  test("is exchanged for APP_URL's before the sign-in begins, with what was asked for", async () => {
    const visitor = createVisitor();

    const page = await visitor.visit(
      `http://127.0.0.1:${app().port}/login?returnTo=%2F%3Fa%3Db&provider=Google&x=y`,
    );

    const [first, second, third] = page.hops;
    expect([first?.status, first?.setCookies]).toEqual([302, []]);
    expect(second?.url).toBe(
      `${app().appUrl}/login?returnTo=%2F%3Fa%3Db&provider=Google&from=other-host`,
    );
    expect(new URL(third?.url ?? "").searchParams.get("identity_provider")).toBe("Google");
    expect(page.url).toBe(`${app().appUrl}/?a=b`);
    expect(await signedInAs(visitor, app())).toBe("mira");
  });

  test.each([
    ["another site to return to", "returnTo=//evil.example/x"],
    ["a provider that is not set", "provider=SignInWithEvil"],
  ])("is exchanged without %s", async (_what, query) => {
    const address = `http://127.0.0.1:${app().port}/login?${query}`;

    const { location } = await createVisitor().request("GET", address);

    expect(location).toBe(`${app().appUrl}/login?from=other-host`);
  });

  test("is exchanged once only, so that a proxy that hides it makes no ring", async () => {
    const headers = { host: "inside.example" };

    const page = await createVisitor().visit(`${app().appUrl}/login`, {
      headers,
      stopBefore: ({ origin }) => origin === provider().domain,
    });

    expect(page.hops).toHaveLength(2);
  });

  test("is taken from a trusted proxy, which spares the detour", async () => {
    const proxied = await start({ userPool: provider(), env: { TRUST_PROXY: "1" } });

    const answer = await createVisitor().request("GET", `${proxied.appUrl}/login`, {
      headers: { host: "inside.example", "x-forwarded-host": new URL(proxied.appUrl).host },
    });

    expect(answer.location).toContain(`${provider().domain}/oauth2/authorize?`);
  });
});

/** Signs a new visitor in with this return address and resolves to the Location that the callback answers with. */
async function landingOf(query: string, at: Started = app()): Promise<string> {
  const visitor = createVisitor();
  const begun = await visitor.request("GET", `${at.appUrl}/login?${query}`);
  const granted = await visitor.request("GET", begun.location ?? "");
  const answer = await visitor.request("GET", granted.location ?? "");
  expect(answer.status).toBe(303);
  return answer.headers.location ?? "";
}

describeInEachApp("The page to return to", () => {
  test.each([
    ["/", "/"],
    ["/logged-in", "/logged-in"],
    ["/notes/7?sort=date&dir=up#last", "/notes/7?sort=date&dir=up#last"],
    ["/caf\u00e9?q=\u{1f600}", "/caf%C3%A9?q=%F0%9F%98%80"],
    ["/a/../b", "/b"],
    ["/search?next=https://other.example/", "/search?next=https://other.example/"],
    ["/search?code=x&state=y", "/search?code=x&state=y"],
    ["/logged-in?postcode=x", "/logged-in?postcode=x"],
  ])("is %s where that was asked for", async (returnTo, expected) => {
    expect(await landingOf(`returnTo=${encodeURIComponent(returnTo)}`)).toBe(expected);
  });

  test.each([
    ["256 characters", `/${"x".repeat(255)}`],
    ["257 characters", `/${"x".repeat(256)}`],
    ["84 Cyrillic letters", `/search?q=${encodeURIComponent("\u0436".repeat(84))}`],
    ["600 Cyrillic letters", `/search?q=${encodeURIComponent("\u0436".repeat(600))}`],
    ["3,500 random characters", `/report?filter=${randomText(3_500)}`],
    ["4,096 characters", `/${"x".repeat(4_095)}`],
  ])("may be long: %s", async (_title, returnTo) => {
    expect(await landingOf(`returnTo=${encodeURIComponent(returnTo)}`)).toBe(returnTo);
  });

  test.each([
    ["a character too long", `/${"x".repeat(4_096)}`],
    ["10 KB long", `/${"x".repeat(10_000)}`],
    ["long once it is encoded", `/${"\u00e9".repeat(700)}`],
    ["too long for a cookie", `/${randomText(4_095)}`],
  ])("is said to be too long, before anybody signs in for it: %s", async (_title, returnTo) => {
    const visitor = createVisitor();
    const query = `returnTo=${encodeURIComponent(returnTo)}`;

    const page = await visitor.visit(`${app().appUrl}/login?${query}`);

    expect([page.status, page.heading]).toEqual([414, "This address is too long to come back to"]);
    expect(page.text).toContain("Sign in first, and then open it again.");
    expect(pendingCookiesOf(visitor, app())).toEqual([]);
  });

  test("of two tabs with long ones is the newer's; the other one signs in and says that its own is forgotten", async () => {
    const visitor = createVisitor();
    const begin = async (path: string) => {
      const query = new URLSearchParams({ returnTo: path });
      const begun = await visitor.request("GET", `${app().appUrl}/login?${query}`);
      return (await visitor.request("GET", begun.location ?? "")).location ?? "";
    };
    const paths = ["/a", "/b"].map((path) => `${path}?${"x".repeat(1_000)}`);
    const [first = "", second = ""] = [await begin(paths[0] ?? ""), await begin(paths[1] ?? "")];

    const page = await visitor.visit(first);

    expect([page.status, page.heading]).toEqual([409, "Please open your page again"]);
    expect(await signedInAs(visitor, app())).toBe("mira");
    expect((await visitor.request("GET", second)).headers.location).toBe(paths[1]);
    expect(visitor.cookies(app().appUrl).map(({ name }) => name)).toEqual([cookieNameOf(app())]);
  });

  test.each([
    "//evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "https://evil.example",
    "/.//evil.example",
    "//evil.example&returnTo=/x",
  ])("RD-1: is one of ours for %j as it stands in the request line", async (payload) => {
    const begun = await rawRequest(app().port, [
      `GET /login?returnTo=${payload} HTTP/1.1`,
      `Host: localhost:${app().port}`,
    ]);

    expect(begun.status).toBe(302);
    const landing = await landingAfter(begun.headers);
    expect(new URL(landing, app().appUrl).origin).toBe(app().appUrl);
  });

  async function landingAfter(headers: Record<string, string>): Promise<string> {
    const visitor = createVisitor();
    visitor.setCookie(app().appUrl, headers["set-cookie"] ?? "");
    const granted = await visitor.request("GET", headers.location ?? "");
    const answer = await visitor.request("GET", granted.location ?? "");
    expect(answer.status).toBe(303);
    return answer.headers.location ?? "";
  }

  test.each([
    ["the sign-in", "returnTo=/login"],
    ["the sign-in with a query", "returnTo=/login%3FreturnTo%3D/x"],
    ["the sign-in in capitals", "returnTo=/LOGIN"],
    ["the sign-in with a slash", "returnTo=/login/"],
    ["the sign-in with two slashes", "returnTo=/login//"],
    ["the sign-in by a detour", "returnTo=/x/../login"],
    ["the sign-up", "returnTo=/signup"],
    ["the sign-out", "returnTo=/logout"],
    ["a callback", "returnTo=/logged-in%3Fcode%3Dx%26state%3Dy"],
    ["a callback in brackets", "returnTo=/logged-in%3Fcode%5B%5D%3Dx"],
    ["an error's callback", "returnTo=/logged-in/%3Ferror%3Dx"],
    ["a callback with more to it", "returnTo=/logged-in%3Fcode%3Dx%26more%3Dy"],
    ["given twice", "returnTo=/a&returnTo=/b"],
    ["in brackets", "returnTo[]=/a"],
    ["empty", "returnTo="],
    ["missing", ""],
  ])("RD-3: is the default where it is %s", async (_title, query) => {
    expect(await landingOf(query)).toBe("/logged-in");
  });
});

describe("The page to return to, of the corpus", () => {
  test.each(redirectPayloads.map((payload) => [JSON.stringify(payload), payload]))(
    "RD-1: is one of ours for %s",
    async (_title, payload) => {
      const encoded = await landingOf(`returnTo=${encodeURIComponent(payload)}`);

      expect(new URL(encoded, app().appUrl).origin).toBe(app().appUrl);
      expect(encoded).toMatch(/^\/(?![/\\])[\x21-\x7e]*$/);
    },
  );
});

/** Starts sign-ins in as many tabs, a second apart, and resolves to their callbacks. */
async function openTabs(visitor: Visitor, count: number, query = ""): Promise<string[]> {
  const callbacks: string[] = [];
  for (let tab = 0; tab < count; tab++) {
    clock.offset += 1000;
    const begun = await visitor.request("GET", `${app().appUrl}/login${query}`);
    const granted = await visitor.request("GET", begun.location ?? "");
    callbacks.push(granted.location ?? "");
  }
  return callbacks;
}

describeInEachApp("Unfinished sign-ins", () => {
  test("IN-1: are four at most, and the oldest gives way", async () => {
    const visitor = createVisitor();

    const [first = "", ...others] = await openTabs(visitor, 5);

    expect(pendingCookiesOf(visitor, app())).toHaveLength(4);
    expect((await visitor.request("GET", first)).status).toBe(400);
    for (const callback of others.reverse()) {
      expect((await visitor.visit(callback)).heading).toBe(signedInHeading);
    }
    expect(pendingCookiesOf(visitor, app())).toEqual([]);
  });

  test.each([
    ["a name that no cookie may have", "sign-in-(x)=1; sign-in-\u00e9\u00e9=2; sign-in-[a]=3"],
    ["no name behind the prefix", "sign-in-=1; sign-in-; =sign-in-"],
    [
      "one of our names seven hundred times",
      Array.from({ length: 700 }, () => "OURS=x").join("; "),
    ],
    ["a hundred names", Array.from({ length: 100 }, (_, i) => `sign-in-tossed${i}=x`).join("; ")],
  ])(
    "are begun all the same where another site has planted cookies with %s",
    async (_title, cookie) => {
      const visitor = createVisitor();

      const sent = cookie.replaceAll("OURS", cookieNameOf(app(), "a"));
      const begun = await visitor.request("GET", `${app().appUrl}/login`, {
        headers: { cookie: sent },
      });

      expect(begun.status).toBe(302);
      expect(begun.setCookies.length).toBeLessThanOrEqual(13);
      const page = await visitor.visit(begun.location ?? "");
      expect(page.heading).toBe(signedInHeading);
      expect(sessionCookieOf(visitor, app())).toBeDefined();
    },
  );
});

describe("A hundred unfinished sign-ins", () => {
  test("IN-1: of a hundred tabs with long return addresses still fit into a request", async () => {
    const visitor = createVisitor();
    await signInAtProvider(visitor, app());

    const callbacks = await openTabs(visitor, 100, `?returnTo=/${randomText(3_500)}`);

    const answer = await visitor.request("GET", callbacks.at(-1) ?? "");
    expect(answer.status).toBe(303);
    expect(answer.sent.cookie?.length).toBeLessThan(10_000);
    for (const { name, value } of pendingCookiesOf(visitor, app())) {
      expect(name.length + value.length).toBeLessThan(4096);
    }
  });

  test("IN-1: of a hundred tabs that open at the same moment still fit into a request", async () => {
    const visitor = createVisitor();
    const query = `?returnTo=/${randomText(3_500)}`;
    const stranger = { cookie: undefined };

    await Promise.all(
      Array.from({ length: 100 }, () =>
        visitor.request("GET", `${app().appUrl}/login${query}`, { headers: stranger }),
      ),
    );

    const answer = await visitor.request("GET", `${app().appUrl}/`);
    expect(answer.status).toBe(200);
    expect(answer.sent.cookie?.length).toBeLessThan(14_000);
    expect((await signInAtProvider(visitor, app())).heading).toBe(signedInHeading);
    expect(pendingCookiesOf(visitor, app()).length).toBeLessThanOrEqual(4);
  });
});

test("AR-2: carries values of which ten thousand are all different, whatever Math.random says", () => {
  const fixed = vi.spyOn(Math, "random").mockReturnValue(0.5);
  onTestFinished(() => fixed.mockRestore());

  const values = Array.from({ length: 10_000 }, createOneTimeValues).flatMap(Object.values);

  expect(new Set(values).size).toBe(30_000);
  expect(values.filter((value) => !/^[\w-]{43}$/.test(value))).toEqual([]);
});
