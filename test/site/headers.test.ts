import type { Express } from "express";
import { afterEach, describe, expect, test } from "vitest";
import { type AddPages, addPages } from "../../src/pages.ts";
import { answer } from "../support/faults.ts";
import { createUser } from "../support/pool-claims.ts";
import { providerForAll } from "../support/provider-for-all.ts";
import { rawRequest, sendBytes } from "../support/raw-request.ts";
import { signInAtProvider } from "../support/refused.ts";
import { startForAll } from "../support/start.ts";
import { createVisitor, type Exchange, type Visitor } from "../support/visitor.ts";
import { storeIsDown, watchRows } from "../support/watched-rows.ts";

let express: Express;
const pages: AddPages = (app, guards, services) => {
  addPages(app, guards, services);
  express = app;
  app.get("/items/:id", (_req, res) => void res.send("item"));
  app.get("/editors", guards.requireGroup("editors"), (_req, res) => void res.send("in"));
  app.get("/throws", () => {
    throw new Error("on purpose");
  });
};

const rows = watchRows();
afterEach(() => {
  rows.before = () => {};
});

const provider = providerForAll();
const app = startForAll(() => ({ userPool: provider(), pages, wrapRows: rows.wrap }));
const publicUrl = "https://localhost:8443";
const publicApp = startForAll(() => ({
  userPool: provider(),
  pages,
  env: { APP_URL: publicUrl },
}));

const at = (path: string) => app().appUrl + path;

async function signedIn(name = "mira"): Promise<Visitor> {
  const visitor = createVisitor();
  provider().user = createUser(name, { name });
  await signInAtProvider(visitor, app());
  return visitor;
}

describe("HT-1: every answer has the headers", () => {
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

  function expectHeaders({ headers, status, url }: Omit<Exchange, "setCookies" | "sent">): void {
    expect(headers).toMatchObject({
      "content-security-policy": policy(),
      "x-content-type-options": "nosniff",
      "referrer-policy": "same-origin",
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-resource-policy": "same-origin",
      "x-frame-options": "DENY",
    });
    for (const name of ["x-powered-by", "server", "access-control-allow-origin", "via"]) {
      expect(headers).not.toHaveProperty(name);
    }
    const isPublic = url.startsWith("https:");
    expect(headers["strict-transport-security"]).toBe(isPublic ? "max-age=31536000" : undefined);
    const type = headers["content-type"];
    if (type && /^text|json|svg/.test(type)) expect(type).toContain("charset=utf-8");
    const isAsset = url.includes("/assets/") && [200, 206, 304].includes(status);
    expect(headers["cache-control"]).toBe(isAsset ? "no-cache" : "no-store");
  }

  /** One of each kind, for a visitor without a session. */
  const kinds: [method: string, path: string, status: number, headers?: Record<string, string>][] =
    [
      ["GET", "/", 200],
      ["HEAD", "/", 200],
      ["GET", "/logout", 200],
      ["GET", "/healthz", 200],
      ["GET", "/readyz", 200],
      ["GET", "/assets/site.css", 200],
      ["GET", "/assets/favicon.svg", 200],
      ["GET", "/assets/site.css", 206, { range: "bytes=0-9" }],
      ["GET", "/login", 302],
      ["GET", "/signup", 302],
      ["GET", "/logged-in", 303],
      ["POST", "/logout", 303],
      ["GET", "/sessions", 303],
      ["GET", "/login", 204, { "sec-purpose": "prefetch" }],
      ["GET", "/logged-in?code=x", 400],
      ["GET", "/items/%ff", 400],
      ["GET", "/assets/%ff", 404],
      ["GET", "/logged-in", 401, { accept: "application/json" }],
      ["POST", "/logout", 403, { origin: "null" }],
      ["GET", "/nowhere", 404],
      ["GET", "/assets/nothing.css", 404],
      ["HEAD", "/login", 405],
      ["OPTIONS", "/logged-in", 405],
      ["GET", "/sessions/end-all", 405],
      ["GET", "/assets/site.css", 412, { "if-match": '"another"' }],
      ["GET", "/assets/site.css", 416, { range: "bytes=999999-" }],
      ["GET", "/throws", 500],
    ];

  test.each(kinds)(
    "to %s %s, a %i, on http and on https",
    async (method, path, status, headers) => {
      const local = await createVisitor().request(method, at(path), { headers: headers ?? {} });
      const visitor = createVisitor({ proxied: { [publicUrl]: publicApp().origin } });
      const secure = await visitor.request(method, publicUrl + path, { headers: headers ?? {} });

      for (const answered of [local, secure]) {
        expect(answered.status).toBe(status);
        expectHeaders(answered);
      }
    },
  );

  test("to an unchanged asset and to a signed-in visitor", async () => {
    const visitor = await signedIn();
    const asset = await visitor.request("GET", at("/assets/site.css"));

    const unchanged = await visitor.request("GET", at("/assets/site.css"), {
      headers: { "if-none-match": asset.headers.etag },
    });
    const answers = [
      unchanged,
      ...(await Promise.all(["/", "/logged-in"].map((path) => visitor.request("GET", at(path))))),
      await visitor.request("GET", at("/logout"), { headers: { "sec-fetch-site": "cross-site" } }),
      await visitor.request("GET", at("/editors")),
      await visitor.request("POST", at("/logout")),
    ];

    expect(answers.map(({ status }) => status)).toEqual([304, 200, 200, 200, 403, 303]);
    for (const answered of answers) expectHeaders(answered);
    expect(policy()).not.toMatch(/unsafe|\*|data:|https?:(?!\/\/127)/);
  });

  test("to failures of Cognito and of the store", async () => {
    const visitor = await signedIn();
    const [refused, unreachable] = [createVisitor(), createVisitor()];
    provider().scriptNext({ tokenAnswer: answer(401, { error: "invalid_client" }) });
    const refusal = await signInAtProvider(refused, app());
    provider().scriptNext({ tokenAnswer: (res) => void res.socket?.destroy() });
    const silence = await signInAtProvider(unreachable, app());
    rows.before = storeIsDown;
    const outage = await visitor.request("GET", at("/logged-in"));
    const unready = await visitor.request("GET", at("/readyz"));

    const answers = [refusal, silence, outage, unready];
    expect(answers.map(({ status }) => status)).toEqual([502, 504, 503, 503]);
    for (const answered of answers) expectHeaders(answered);
  });

  test("on every route of the app, whatever the method", async () => {
    const ofTheSignIn =
      "/login /signup /logout /sessions /sessions/end /sessions/end-others /sessions/end-all";
    const paths = [...ofTheSignIn.split(" "), ...routesOf(express.router.stack)];
    const methods = ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE"];

    expect(paths.length).toBeGreaterThan(8);
    for (const path of paths) {
      for (const method of methods) {
        const raw = await rawRequest(app().port, [`${method} ${path} HTTP/1.1`, "Host: localhost"]);
        expect(raw.status, `${method} ${path}`).toBeGreaterThanOrEqual(200);
        expectHeaders({ ...raw, method, url: at(path), location: undefined });
      }
    }
  });

  test.each(["http://[::1/x", "http://?code=S", "http://%@x/anything"])(
    "to the target %s, which has no path and is a page that does not exist",
    async (target) => {
      const before = app().log.length;

      const answered = await rawRequest(app().port, [`GET ${target} HTTP/1.1`, "Host: localhost"]);

      expect(answered.status).toBe(404);
      expectHeaders({ ...answered, method: "GET", url: at("/"), location: undefined });
      expect(answered.text).not.toContain(target);
      await expect.poll(() => app().log.length).toBeGreaterThan(before);
    },
  );

  test.each([
    ["a request line that is none", "nonsense\r\n\r\n", 400],
    [
      "a header block of 20 KB",
      `GET / HTTP/1.1\r\nHost: x\r\nx: ${"y".repeat(20_000)}\r\n\r\n`,
      431,
    ],
  ])(
    "but to %s, which ends in a bare status line with nothing to protect",
    async (_case, bytes, status) => {
      const { answer: bare } = await sendBytes(app().port, bytes);

      expect(bare).toMatch(
        new RegExp(`^HTTP/1.1 ${status} [\\w ]+\\r\\nConnection: close\\r\\n\\r\\n$`),
      );
    },
  );

  interface Layer {
    route?: { path: string | string[] };
    handle?: { stack?: Layer[] };
  }

  /** The paths of all routes, those of routers within routers included; a parameter stands for itself. */
  function routesOf(stack: unknown): string[] {
    const paths = (stack as Layer[]).flatMap(({ route, handle }) =>
      route ? route.path : handle?.stack ? routesOf(handle.stack) : [],
    );
    return [...new Set(paths)];
  }
});

describe("HT-8: an answer", () => {
  test("about a person depends on no validator of another person's page", async () => {
    const [ann, bob] = [await signedIn("Ann"), await signedIn("Bob")];
    for (const path of ["/", "/logged-in"]) {
      const hers = await ann.request("GET", at(path));

      const his = await bob.request("GET", at(path), {
        headers: {
          "if-none-match": hers.headers.etag ?? 'W/"4a2-hers"',
          "if-modified-since": new Date().toUTCString(),
        },
      });

      expect(hers.headers).not.toHaveProperty("etag");
      const names = ["Bob", "Ann"].map((name) => his.text.includes(name));
      expect([his.status, ...names]).toEqual([200, true, false]);
    }
  });

  test.each([
    "/logged-in/x.css",
    "/logged-in.css",
    "/logged-in;x.css",
    "/logged-in%2fx.css",
    "/logged-in%3bx.js",
    "/sessions/x.png",
    "/x.css",
  ])("to a page under the false name %s is a 404 that nobody keeps", async (path) => {
    const visitor = await signedIn("Ann");

    const answered = await visitor.request("GET", at(path));

    expect([answered.status, answered.headers["cache-control"]]).toEqual([404, "no-store"]);
    expect(answered.text).not.toContain("Ann");
  });

  test("from an address that a page links may be kept for a year", async () => {
    const index = await createVisitor().visit(at("/"));
    const href = index.html.querySelector("link[rel=stylesheet]")?.getAttribute("href");

    const { headers } = await createVisitor().request("GET", at(href ?? ""));

    expect(headers["cache-control"]).toBe("public, max-age=31536000, immutable");
    expect(headers["content-type"]).toBe("text/css; charset=utf-8");
  });
});
