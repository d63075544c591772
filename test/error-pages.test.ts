import { createHash } from "node:crypto";
import { parse } from "node-html-parser";
import { afterEach, describe, expect, test, vi } from "vitest";
import type { ErrorCode } from "../src/errors.ts";
import { type AddPages, addPages } from "../src/web/pages.ts";
import { type Answer, answer } from "./support/faults.ts";
import { type Claims, createUser } from "./support/pool-claims.ts";
import { providerForAll } from "./support/provider-for-all.ts";
import { rawRequest } from "./support/raw-request.ts";
import { callbackOf, signInAtProvider } from "./support/refused.ts";
import { sessionCookieOf, signedInAs } from "./support/signed-in.ts";
import { start, startForAll } from "./support/start.ts";
import { createVisitor, type Exchange, type Page, type Visitor } from "./support/visitor.ts";
import { failing, storeIsDown, watchRows } from "./support/watched-rows.ts";

const canary = "canary-7f3a91";

const pages: AddPages = (app, guards, services) => {
  addPages(app, guards, services);
  // What Express itself would show or print outside of tests.
  app.set("env", "development");
  app.get("/throws", () => {
    throw new Error(canary);
  });
  app.get("/rejects", async () => {
    await Promise.reject(new TypeError(canary));
  });
  app.get("/throws-text", () => {
    throw canary;
  });
  app.get("/rejects-with-nothing", () => Promise.reject());
  app.get("/throws-status", () => {
    throw Object.assign(new Error(canary), { status: 599, expose: true, headers: { "x-a": "b" } });
  });
  app.get("/no-template", (_req, res) => res.render(`no-such-${canary}`));
  app.get("/bad-template", (_req, res) => res.render("loggedIn", { user: undefined }));
  app.get("/broken-error-page", (_req, res) => {
    res.app.locals.assetUrl = () => {
      throw new Error(canary);
    };
    throw new Error(canary);
  });
  app.get("/half", (_req, res) => {
    res.type("html").write("<h1>Half a page", () => {});
    throw new Error(canary);
  });
  app.get("/items/:id", (_req, res) => void res.send("item"));
  app.get("/editors", guards.requireGroup("editors"), (_req, res) => void res.send("in"));
};

const rows = watchRows();
afterEach(() => {
  rows.before = () => {};
});

const provider = providerForAll();
const app = startForAll(() => ({ userPool: provider(), pages, wrapRows: rows.wrap }));

const at = (path: string) => app().appUrl + path;

async function signedIn(claims: Claims = {}): Promise<Visitor> {
  const visitor = createVisitor();
  provider().user = createUser("mira", claims);
  await signInAtProvider(visitor, app());
  return visitor;
}

describe("The page of a failure", () => {
  interface Failure {
    arrive: (visitor: Visitor) => Promise<Exchange>;
    status: number;
    sentence: string;
    next: [label: string, path: string];
  }
  const callbackWith = (query: string) => async (visitor: Visitor) => {
    const callback = await callbackOf(visitor, app());
    const state = callback.searchParams.get("state") ?? "";
    return await visitor.visit(at(`/logged-in?${query.replace("STATE", state)}`));
  };
  const signIn = (visitor: Visitor) => signInAtProvider(visitor, app());

  const failures: Record<ErrorCode, Failure> = {
    sign_in_declined: {
      arrive: callbackWith("error=access_denied&state=STATE"),
      status: 400,
      sentence: "Sign-in was not completed. Nothing has changed.",
      next: ["Sign in", "/login"],
    },
    sign_in_refused: {
      arrive: callbackWith("error=server_error&state=STATE"),
      status: 400,
      sentence: "The sign-in service could not complete this sign-in. Nothing has changed.",
      next: ["Try again", "/login"],
    },
    callback_malformed: {
      arrive: callbackWith("code=x"),
      status: 400,
      sentence: "The sign-in service's answer arrived damaged, so nobody was signed in by it.",
      next: ["Start again", "/login"],
    },
    no_pending_sign_in: {
      arrive: (visitor) => visitor.visit(at("/logged-in?code=x&state=y")),
      status: 400,
      sentence:
        "This sign-in was not started in this browser, it took too long, or it is finished already. If this happens again, allow cookies for this site.",
      next: ["Start again", "/login"],
    },
    state_mismatch: {
      arrive: callbackWith("code=x&state=y"),
      status: 400,
      sentence: "This link does not match the sign-in we started.",
      next: ["Start again", "/login"],
    },
    token_request_refused: {
      arrive: (visitor) => {
        provider().scriptNext({ tokenAnswer: answer(401, { error: "invalid_client" }) });
        return signIn(visitor);
      },
      status: 502,
      sentence: "Cognito refused our request, so you are not signed in.",
      next: ["Try again", "/login"],
    },
    cognito_unreachable: {
      arrive: (visitor) => {
        provider().scriptNext({ tokenAnswer: (res) => void res.socket?.destroy() });
        return signIn(visitor);
      },
      status: 504,
      sentence: "We could not reach the sign-in service.",
      next: ["Try again in a minute", "/login"],
    },
    cognito_answer_invalid: {
      arrive: (visitor) => {
        provider().scriptNext({ tokenBody: () => ({}) });
        return signIn(visitor);
      },
      status: 502,
      sentence: "The sign-in service's answer made no sense to us, so you are not signed in.",
      next: ["Start again", "/login"],
    },
    id_token_invalid: {
      arrive: (visitor) => {
        provider().scriptNext({ claims: (claims) => ({ ...claims, aud: "another" }) });
        return signIn(visitor);
      },
      status: 502,
      sentence: "The sign-in service's answer did not pass our checks.",
      next: ["Start again", "/login"],
    },
    sign_in_required: {
      arrive: (visitor) =>
        visitor.visit(at("/logged-in"), { headers: { "sec-fetch-mode": "cors" } }),
      status: 401,
      sentence: "You need to be signed in for this.",
      next: ["Sign in", "/login"],
    },
    forbidden: {
      arrive: async () => (await signedIn()).visit(at("/editors")),
      status: 403,
      sentence: "Your account does not belong to the group that may see this page.",
      next: ["Go to the start page", "/"],
    },
    cross_site_request: {
      arrive: async () => {
        const page = await (await signedIn()).visit(at("/logged-in"));
        return await page.submit("Logout", {}, { headers: { "sec-fetch-site": "cross-site" } });
      },
      status: 403,
      sentence: "Another website tried to act in your name, so we did nothing.",
      next: ["Go to the start page", "/"],
    },
    store_unavailable: {
      arrive: async () => {
        const visitor = await signedIn();
        rows.before = storeIsDown;
        return await visitor.visit(at("/logged-in"));
      },
      status: 503,
      sentence: "We cannot reach our session store, so we cannot tell whether you are signed in.",
      next: ["Go to the start page", "/"],
    },
    sign_out_unconfirmed: {
      arrive: async () => {
        const page = await (await signedIn()).visit(at("/logged-in"));
        rows.before = failing(["remove"]);
        return await page.submit("Logout");
      },
      status: 503,
      sentence:
        "This browser has forgotten your session, but we could not confirm that it has ended on our side.",
      next: ["Go to the start page", "/"],
    },
    bad_request: {
      arrive: (visitor) => visitor.visit(at("/items/%ff")),
      status: 400,
      sentence: "Something in this address or request is malformed.",
      next: ["Go to the start page", "/"],
    },
    method_not_allowed: {
      arrive: (visitor) => visitor.request("POST", at("/login")),
      status: 405,
      sentence: "This address does not accept that kind of request.",
      next: ["Go to the start page", "/"],
    },
    not_found: {
      arrive: (visitor) => visitor.visit(at("/nowhere")),
      status: 404,
      sentence: "That page does not exist. The address may be mistyped, or the page has moved.",
      next: ["Go to the start page", "/"],
    },
    unexpected: {
      arrive: (visitor) => visitor.visit(at("/throws")),
      status: 500,
      sentence: "Something went wrong on our side.",
      next: ["Go to the start page", "/"],
    },
  };

  test.each(Object.entries(failures))(
    "says for %s what is the matter and what comes next, and gives a reference",
    async (code, failure) => {
      const page = await failure.arrive(createVisitor());

      const { sentence, next, reference } = read(page);
      expect([page.status, sentence, next]).toEqual([
        failure.status,
        failure.sentence,
        failure.next,
      ]);
      expect(page.headers["cache-control"]).toBe("no-store");
      expect(reference).toMatch(/^[\da-f-]{36}$/);
      const logged = app().log.filter(({ requestId }) => requestId === reference);
      expect(logged).toContainEqual(
        expect.objectContaining({ msg: "request", status: page.status }),
      );
      if (code !== "not_found") {
        expect(logged).toContainEqual(expect.objectContaining({ code, status: page.status }));
      }
      if (page.headers["content-type"]?.startsWith("text/html")) {
        const followed = await createVisitor().visit(at(failure.next[1]));
        expect(followed.status).toBeLessThan(400);
      }
    },
  );

  /** What a page tells a person, or a JSON answer a script. */
  function read({ headers, text }: Exchange) {
    if (headers["content-type"]?.startsWith("application/json")) {
      const { message, reference } = JSON.parse(text);
      return { sentence: message, next: ["Sign in", "/login"], reference };
    }
    const html = parse(text);
    const link = html.querySelector("main a");
    return {
      sentence: html.querySelector("[role=alert]")?.text,
      next: [link?.text, link?.getAttribute("href")],
      reference: html.querySelector("code")?.text ?? "",
    };
  }
});

describe("A route that fails", () => {
  test.each([
    "/throws",
    "/rejects",
    "/throws-text",
    "/rejects-with-nothing",
    "/throws-status",
    "/no-template",
    "/bad-template",
  ])("CF-3: is a plain 500 page at %s, and the reason is in the log alone", async (path) => {
    const page = await createVisitor().visit(at(path));

    expect([page.status, page.heading]).toEqual([500, "An error on our side"]);
    expect(page.text).not.toMatch(
      new RegExp(`${canary}|\\bat |\\.ts|\\.ejs|node_modules|development`),
    );
    expect(page.headers).not.toHaveProperty("x-a");
    const requestId = page.html.querySelector("code")?.text;
    const logged = app().log.find((entry) => entry.requestId === requestId && entry.err);
    expect(logged).toMatchObject({ level: 50, code: "unexpected", status: 500 });
  });

  test("CF-3: answers a fetch with the reference in JSON and no more", async () => {
    const answered = await createVisitor().request("GET", at("/throws"), {
      headers: { accept: "application/json" },
    });

    expect(answered.status).toBe(500);
    expect(JSON.parse(answered.text)).toEqual({
      error: "unexpected",
      message: "Something went wrong on our side.",
      reference: expect.any(String),
    });
  });

  test("CF-3: is two words where the error page fails as well", async () => {
    const broken = await start({ userPool: provider(), pages });

    const page = await createVisitor().visit(`${broken.appUrl}/broken-error-page`);

    expect([page.status, page.text]).toEqual([500, "Internal Server Error"]);
    expect(page.headers["content-type"]).toBe("text/plain; charset=utf-8");
    expect(broken.log).toContainEqual(
      expect.objectContaining({ msg: "the error page itself failed", level: 50 }),
    );
  });

  test("CF-3: after its headers cuts the answer off, tells the log, and the app goes on", async () => {
    const visitor = createVisitor();

    await expect(visitor.request("GET", at("/half"))).rejects.toThrow(/aborted|hang up|ECONNRESET/);

    await vi.waitFor(() =>
      expect(app().log).toContainEqual(
        expect.objectContaining({ msg: "request", path: "/half", status: 499 }),
      ),
    );
    expect((await visitor.visit(at("/"))).status).toBe(200);
  });
});

describe("Every answer", () => {
  const policy = () =>
    [
      "default-src 'none'",
      "style-src 'self'",
      "img-src 'self'",
      `form-action 'self' ${provider().domain}`,
      "frame-ancestors 'none'",
      "base-uri 'none'",
      "object-src 'none'",
    ].join(";");

  /** One of each kind, for a visitor without a session and for one with. */
  const kinds: [method: string, path: string, status: number, headers?: Record<string, string>][] =
    [
      ["GET", "/", 200],
      ["HEAD", "/", 200],
      ["GET", "/logout", 200],
      ["GET", "/healthz", 200],
      ["GET", "/readyz", 200],
      ["GET", "/assets/site.css", 200],
      ["GET", "/assets/favicon.svg", 200],
      ["GET", "/login", 302],
      ["GET", "/logged-in", 303],
      ["POST", "/logout", 303],
      ["GET", "/login", 204, { "sec-purpose": "prefetch" }],
      ["GET", "/logged-in?code=x", 400],
      ["GET", "/items/%ff", 400],
      ["GET", "/logged-in", 401, { accept: "application/json" }],
      ["POST", "/logout", 403, { origin: "null" }],
      ["GET", "/nowhere", 404],
      ["GET", "/assets/nothing.css", 404],
      ["HEAD", "/login", 405],
      ["OPTIONS", "/logged-in", 405],
      ["GET", "/throws", 500],
    ];

  test.each(kinds)(
    "HT-1: to %s %s, a %i, has the headers",
    async (method, path, status, headers) => {
      const answered = await createVisitor().request(method, at(path), { headers: headers ?? {} });

      expect(answered.status).toBe(status);
      expect(answered.headers).toMatchObject({
        "content-security-policy": policy(),
        "x-content-type-options": "nosniff",
        "referrer-policy": "same-origin",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "x-frame-options": "DENY",
      });
      expect(answered.headers).not.toHaveProperty("x-powered-by");
      expect(answered.headers).not.toHaveProperty("strict-transport-security");
      const type = answered.headers["content-type"];
      if (type && /^text|json/.test(type)) expect(type).toContain("charset=utf-8");
      const isAsset = path.startsWith("/assets/") && status === 200;
      expect(answered.headers["cache-control"]).toBe(isAsset ? "no-cache" : "no-store");
    },
  );

  test("HT-1: to an unchanged asset and to a signed-in visitor has them too", async () => {
    const visitor = await signedIn();
    const asset = await visitor.request("GET", at("/assets/site.css"));

    const unchanged = await visitor.request("GET", at("/assets/site.css"), {
      headers: { "if-none-match": asset.headers.etag },
    });
    const page = await visitor.request("GET", at("/logged-in"));

    expect([unchanged.status, page.status]).toEqual([304, 200]);
    for (const { headers } of [unchanged, page]) {
      expect(headers["content-security-policy"]).toBe(policy());
      expect(headers["x-content-type-options"]).toBe("nosniff");
    }
    expect(policy()).not.toMatch(/unsafe|\*|data:|https?:(?!\/\/127)/);
  });

  test("HT-1: over https says that it is https only, for a year", async () => {
    const appUrl = "https://localhost:8443";
    const secure = await start({ userPool: provider(), env: { APP_URL: appUrl } });
    const visitor = createVisitor({ proxied: { [appUrl]: secure.origin } });

    const answers = await Promise.all(
      ["/", "/login", "/nowhere", "/assets/site.css", "/healthz"].map((path) =>
        visitor.request("GET", appUrl + path),
      ),
    );

    for (const { headers } of answers) {
      expect(headers["strict-transport-security"]).toBe("max-age=31536000");
    }
  });

  test("HT-8: about a person is kept by no cache and depends on no validator", async () => {
    const ann = await signedIn({ name: "Ann" });
    const bob = await signedIn({ name: "Bob" });
    const hers = await ann.request("GET", at("/logged-in"));

    const his = await bob.request("GET", at("/logged-in"), {
      headers: {
        "if-none-match": hers.headers.etag ?? 'W/"4a2-hers"',
        "if-modified-since": new Date().toUTCString(),
      },
    });

    expect(hers.headers).not.toHaveProperty("etag");
    expect([his.status, his.text.includes("Bob"), his.text.includes("Ann")]).toEqual([
      200,
      true,
      false,
    ]);
  });

  test("HT-8: from an address that a page links may be kept for a year", async () => {
    const index = await createVisitor().visit(at("/"));
    const href = index.html.querySelector("link[rel=stylesheet]")?.getAttribute("href");

    const { headers } = await createVisitor().request("GET", at(href ?? ""));

    expect(headers["cache-control"]).toBe("public, max-age=31536000, immutable");
    expect(headers["content-type"]).toBe("text/css; charset=utf-8");
  });
});

describe("Hostile text", () => {
  const polyglots = [
    `zqx-polyglot-"'><svg/onload=alert(1)>`,
    `zqx-polyglot-</title></textarea></script><script>alert(1)</script>`,
    `zqx-polyglot-<%= process.env %><%- include("/etc/passwd") %>`,
    `zqx-polyglot-\u2028javascript:/*--></style><img src=x onerror=alert(1)>`,
    `zqx-polyglot-&lt;script&gt;&#x3c;script&#x3e;`,
  ];
  const skeletonOf = ({ html }: Page) =>
    html
      .querySelectorAll("*")
      .map(({ rawTagName, attributes }) => [rawTagName, ...Object.keys(attributes)].join(" "));

  test.each(polyglots)("HT-3: stays text in every claim: %s", async (text) => {
    const claims = (value: string): Claims => ({
      sub: "s-1",
      "cognito:username": value,
      name: value,
      email: value,
      picture: value,
      "custom:x": value,
      "cognito:groups": [value, value],
    });
    const [plain, hostile] = [await signedIn(claims("plain")), await signedIn(claims(text))];

    for (const path of ["/", "/logged-in"]) {
      const [expected, page] = [await plain.visit(at(path)), await hostile.visit(at(path))];
      expect(skeletonOf(page)).toEqual(skeletonOf(expected));
      expect(page.text).toContain("zqx-polyglot-");
      expect(page.text).not.toMatch(/<script|<svg|<img src=x|<\/title><\/textarea/);
    }
  });

  test("HT-3: stays text in a subject", async () => {
    const visitor = await signedIn({ sub: `zqx-polyglot-"><script>alert(1)</script>` });

    const page = await visitor.visit(at("/logged-in"));

    expect(page.status).toBe(200);
    expect(page.text).toContain("zqx-polyglot-&#34;&gt;&lt;script&gt;");
  });

  test.each(polyglots)("HT-4: is not reflected from a request: %s", async (text) => {
    const encoded = encodeURIComponent(text);
    const headers = {
      "user-agent": Buffer.from(text).toString("latin1"),
      referer: `${at("/")}?${encoded}`,
      "x-forwarded-host": encoded,
      "accept-language": encoded,
      cookie: `session=${encoded}; sign-in-12345678=${encoded}; ${encoded}=1`,
    };
    const paths = [
      `/${encoded}`,
      `/${encoded}/x.html?${encoded}=${encoded}`,
      `/?${encoded}=${encoded}`,
      `/logout?${encoded}=${encoded}&returnTo=${encoded}`,
      `/logged-in?error=${encoded}&error_description=${encoded}&state=${encoded}`,
      `/logged-in?code=${encoded}&state=${encoded}`,
      `/items/%ff${encoded}`,
      `/throws?${encoded}`,
      `/assets/${encoded}.css`,
    ];

    const answers = await Promise.all(
      paths.flatMap((path) => [
        createVisitor().request("GET", at(path), { headers }),
        createVisitor().request("GET", at(path), {
          headers: { ...headers, accept: "application/json" },
        }),
      ]),
    );

    for (const answered of answers) {
      expect(answered.text).not.toContain("zqx-polyglot-");
      expect(JSON.stringify(answered.setCookies)).not.toContain("zqx-polyglot-");
    }
  });

  test.each<[string, unknown]>([
    ["an object", { a: 1 }],
    ["a list", ["a", "b"]],
    ["null", null],
    ["true", true],
    ["a number", 1e308],
    ["an object with a toString", { toString: 1, valueOf: 1 }],
    ["a lone surrogate", "zqx-polyglot-\ud800y"],
    ["marks that turn text around", "zqx-polyglot-\u202egnp.exe\u2066"],
    ["control characters", "zqx-polyglot-\u0000\u0007\r\ny"],
    ["4 KB of text", "x".repeat(4 * 1024)],
    ["empty", ""],
  ])("HT-5: is safe where a claim is %s", async (_title, value) => {
    const visitor = await signedIn({
      name: value,
      email: value,
      email_verified: value,
      "cognito:username": value,
      "cognito:groups": value,
    });

    const page = await visitor.visit(at("/logged-in"));

    expect([page.status, page.heading]).toEqual([200, "You have successfully logged in."]);
    expect(page.text).not.toMatch(/[\u202a-\u202e\u2066-\u2069]|\[object|toString/);
    expect(page.text.replaceAll("\n", "")).not.toMatch(/\p{Cc}/u);
    expect(page.text.length).toBeLessThan(4000);
    expect((await visitor.visit(at("/"))).status).toBe(200);
  });

  const optionNames = [
    "settings",
    "view options",
    "cache",
    "delimiter",
    "openDelimiter",
    "async",
    "client",
    "debug",
    "compileDebug",
    "filename",
    "root",
    "views",
    "_with",
    "escape",
    "escapeFunction",
    "outputFunctionName",
    "locals",
    "layout",
    "assetUrl",
    "user",
    "identityProviders",
    "isUserUnknown",
    "__proto__",
    "constructor",
    "status",
  ];

  test("HT-6: of the template engine's options in a query changes no page", async () => {
    const query = optionNames.flatMap((name) => {
      const key = encodeURIComponent(name);
      return [`${key}=1`, `${key}[x]=1`, `${key}[view options][client]=1`];
    });
    const paths = ["/", "/logout", "/nowhere"];
    const visit = (path: string, suffix = "") => createVisitor().visit(at(path) + suffix);

    for (const path of paths) {
      const [plain, odd] = [await visit(path), await visit(path, `?${query.join("&")}`)];
      expect(withoutReference(odd)).toBe(withoutReference(plain));
    }
  });

  test("HT-6: of the template engine's options in claims changes no page", async () => {
    const [plain, odd] = [await signedIn({ sub: "s-2" }), await signedIn({ sub: "s-2" })];
    provider().user = createUser("mira", {
      sub: "s-2",
      ...Object.fromEntries(optionNames.map((name) => [name, { client: true, x: "1" }])),
    });
    await signInAtProvider(odd, app());

    for (const path of ["/", "/logged-in"]) {
      expect((await odd.visit(at(path))).text).toBe((await plain.visit(at(path))).text);
    }
  });

  function withoutReference({ text }: Page): string {
    return text.replace(/<code>[\da-f-]{36}<\/code>/, "<code></code>");
  }
});

describe("The log", () => {
  test("CF-2: at its most talkative names nothing that opens a door", async () => {
    const quiet = await start({ userPool: provider(), pages });
    const visitor = createVisitor();
    const secrets = new Set<string>([provider().clientSecret]);
    provider().script({
      tokenBody: (body) => {
        for (const name of ["id_token", "access_token", "refresh_token"])
          secrets.add(String(body[name]));
        return body;
      },
    });

    const callback = await callbackOf(visitor, quiet);
    await visitor.request("GET", `${callback.href}&iss=other`);
    await visitor.visit(callback.href);
    const { value: session } = sessionCookieOf(visitor, quiet);
    provider().script({ revokeAnswer: (res) => void res.socket?.destroy() });
    await visitor.request("POST", `${quiet.appUrl}/logout`);
    for (const script of [
      { tokenAnswer: answer(400, { error: "invalid_grant" }) },
      { claims: (claims: Claims) => ({ ...claims, nonce: "another" }) },
      { jwt: (jwt: string) => `${jwt}x` },
      { accessToken: (claims: Claims) => claims, jwksAnswer: answer(500) },
    ]) {
      provider().scriptNext(script);
      await signInAtProvider(visitor, quiet);
    }
    await visitor.visit(`${quiet.appUrl}/throws?code=${callback.searchParams.get("code")}`);

    for (const { path, query, body, headers } of provider().requests) {
      const form = new URLSearchParams(body);
      for (const name of ["code", "code_verifier", "token"]) secrets.add(form.get(name) ?? "");
      if (path === "/oauth2/authorize") {
        for (const name of ["state", "nonce"]) secrets.add(query.get(name) ?? "");
      }
      secrets.add(headers.authorization?.split(" ")[1] ?? "");
    }
    secrets.add(session).add(decodeURIComponent(session).slice(2, 26)).delete("");
    const log = JSON.stringify(quiet.log);
    expect(secrets.size).toBeGreaterThan(30);
    expect([...secrets].filter((secret) => log.includes(secret))).toEqual([]);
  });

  test("CF-2: tells of every sign-in, refusal and sign-out, and of whom by a hash", async () => {
    const watched = await start({ userPool: provider() });
    const visitor = createVisitor();
    provider().user = createUser("mira");
    await signInAtProvider(visitor, watched);
    await visitor.request("POST", `${watched.appUrl}/logout`);
    provider().scriptNext({ claims: (claims) => ({ ...claims, aud: "another" }) });
    await signInAtProvider(visitor, watched);

    const subject = createHash("sha256")
      .update(String(provider().user.sub))
      .digest("base64url")
      .slice(0, 12);
    const common = { time: expect.any(Number), requestId: expect.any(String) };
    expect(watched.log.filter(({ event }) => event)).toMatchObject([
      { ...common, event: "sign-in", msg: "signed in", subject },
      { ...common, event: "sign-out", msg: "signed out", subject, revoked: true },
      {
        ...common,
        event: "sign-in",
        msg: "sign-in refused",
        code: "id_token_invalid",
        reason: "aud",
      },
    ]);
    expect(JSON.stringify(watched.log)).not.toMatch(/mira@|"mira"/);
    expect(await signedInAs(visitor, watched)).toBeUndefined();
  });
});

describe("A request target without a path", () => {
  test.each(["http://[::1/x", "http://?code=S"])(
    "HT-1: %s is a page of ours that does not exist",
    async (target) => {
      const before = app().log.length;

      const answered = await rawRequest(app().port, [`GET ${target} HTTP/1.1`, "Host: localhost"]);

      expect(answered.status).toBe(404);
      expect(answered.headers["content-security-policy"]).toContain("default-src 'none'");
      expect(answered.text).not.toContain(target);
      await expect.poll(() => app().log.length).toBeGreaterThan(before);
    },
  );
});

describe("After a sign-in that failed", () => {
  test("the next attempt leads to the page that was wanted", async () => {
    const visitor = createVisitor();
    provider().scriptNext({ authorizeAnswer: declined });

    const page = await visitor.visit(`${app().appUrl}/login?returnTo=/wanted?page=2`);

    expect(page.status).toBe(400);
    expect(page.link("Sign in")).toBe(`${app().appUrl}/login?returnTo=%2Fwanted%3Fpage%3D2`);
  });

  const declined: Answer = (res) => {
    const { query } = provider().requests.at(-1) ?? { query: new URLSearchParams() };
    const location = `${query.get("redirect_uri")}?error=access_denied&state=${query.get("state")}`;
    res.writeHead(302, { location }).end();
  };
});
