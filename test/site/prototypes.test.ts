import express from "express";
import { describe, expect, test } from "vitest";
import { type AddPages, addPages } from "../../src/pages.ts";
import { createRowSealer } from "../../src/sign-in/session/row-sealer.ts";
import { answer } from "../support/faults.ts";
import { mira, register } from "../support/local-journey.ts";
import { createUser } from "../support/pool-claims.ts";
import { takePollution } from "../support/prototypes.ts";
import { providerForAll } from "../support/provider-for-all.ts";
import { rawRequest } from "../support/raw-request.ts";
import { signInAtProvider } from "../support/refused.ts";
import { sessionKeyOf, signedInHeading } from "../support/signed-in.ts";
import { freePort, poolSettings, spawnServer } from "../support/spawn-server.ts";
import { start, startForAll, testSecret } from "../support/start.ts";
import { createVisitor } from "../support/visitor.ts";

/** As JSON has it: members of their own, which a careless copy would write into every object. */
const hostile = `"__proto__":{"groups":["editors"],"isAdmin":true},"constructor":{"prototype":{"isAdmin":true}}`;
const hostileMembers: Record<string, unknown> = JSON.parse(`{${hostile}}`);
const names = [
  "__proto__",
  "__proto__[isAdmin]",
  "constructor[prototype][isAdmin]",
  "constructor.prototype.isAdmin",
  "prototype",
];

const pages: AddPages = (app, guards, services) => {
  addPages(app, guards, services);
  app.get("/editors", guards.requireGroup("editors"), (_req, res) => void res.send("in"));
  const parsers = [express.json(), express.urlencoded({ extended: false })];
  app.post("/echo", parsers, (req: express.Request, res: express.Response) => {
    res.json(Object.keys(req.body ?? {}).length);
  });
};

const provider = providerForAll();
const app = startForAll(() => ({ userPool: provider(), pages }));
const at = (path: string) => app().appUrl + path;

// Every test of the suite ends with the same look at the prototype: setup.ts fails the one that changed it.
describe("HT-7: the prototype of every object stays as it is", () => {
  const expectUntouched = () => {
    expect(takePollution()).toEqual([]);
    expect({}).not.toHaveProperty("isAdmin");
  };

  test("and a change of it would be seen", () => {
    Object.assign(Object.prototype, { isAdmin: true });
    expect(takePollution()).toEqual(["Object.prototype has got a isAdmin."]);
    expectUntouched();
  });

  test("whatever a query says", async () => {
    const query = names.map((name) => `${encodeURIComponent(name)}=true`).join("&");
    const paths = [
      "/",
      "/login",
      "/signup",
      "/logged-in",
      "/logout",
      "/sessions",
      "/healthz",
      "/nowhere",
    ];
    for (const path of [...paths, "/logged-in?code=x&state=y", "/login?returnTo=/__proto__"]) {
      const { status } = await createVisitor().request(
        "GET",
        at(`${path}${path.includes("?") ? "&" : "?"}${query}`),
      );
      expect(status, path).toBeLessThan(500);
      expectUntouched();
    }
  });

  test("whatever a form, a JSON body, a cookie or a header says", async () => {
    const visitor = createVisitor();
    await signInAtProvider(visitor, app());
    const form = Object.fromEntries(names.map((name) => [name, "true"]));
    const json = { headers: { "content-type": "application/json" }, body: `{${hostile}}` };
    for (const path of ["/echo", "/sessions/end", "/sessions/end-others", "/logout"]) {
      for (const sent of [{ form: { session: "x", ...form } }, json]) {
        const { status } = await visitor.request("POST", at(path), sent);
        expect(status, path).toBeLessThan(500);
        expectUntouched();
      }
    }
    const lines = ["__proto__: x", "Cookie: __proto__=x; constructor=y; session=__proto__"];
    const raw = await rawRequest(app().port, ["GET / HTTP/1.1", "Host: localhost", ...lines]);
    expect(raw.status).toBe(200);
    expectUntouched();
  });

  test("whatever Cognito answers: tokens, claims, keys and its description", async () => {
    const fresh = await start({ userPool: provider(), pages });
    const jwks = { keys: provider().publishedJwks.map((jwk) => ({ ...jwk, ...hostileMembers })) };
    provider().user = createUser("mira", hostileMembers);
    provider().script({
      header: (header) => ({ ...header, ...hostileMembers }),
      tokenBody: (body) => ({ ...body, ...hostileMembers }),
      jwksAnswer: answer(200, JSON.parse(`${JSON.stringify(jwks).slice(0, -1)},${hostile}}`)),
      discoveryAnswer: answer(200, hostileMembers),
    });
    const visitor = createVisitor();

    await fresh.warmUp();
    expect((await signInAtProvider(visitor, fresh)).heading).toBe(signedInHeading);

    expectUntouched();
    expect((await visitor.request("GET", `${fresh.appUrl}/editors`)).status).toBe(403);
  });

  test("whatever a row of the store holds", async () => {
    const visitor = createVisitor();
    await signInAtProvider(visitor, app());
    const key = sessionKeyOf(visitor, app());
    const sealer = createRowSealer([testSecret], app().config.userPool);
    const row = (await app().rows.read(key)) as Uint8Array;
    const session = sealer.open(row, key) ?? "";
    expect(session).toMatch(/^\{/);

    await app().rows.update(
      key,
      row,
      sealer.seal(`{${hostile},${session.slice(1)}`, key),
      Date.now() + 60_000,
    );

    expect((await visitor.visit(at("/logged-in"))).heading).toBe(signedInHeading);
    expect((await visitor.request("GET", at("/editors"))).status).toBe(403);
    expectUntouched();
  });

  test("whatever a form of local Cognito says", async () => {
    const local = await start();
    const visitor = createVisitor();
    await register(visitor, local);
    const origin = local.localCognito?.origin;
    const form = {
      username: mira.username,
      ...Object.fromEntries(names.map((name) => [name, "x"])),
    };
    for (const path of ["/login", "/signup", "/confirm", "/oauth2/token", "/oauth2/revoke"]) {
      const { status } = await visitor.request(
        "POST",
        `${origin}${path}?${new URLSearchParams(form)}`,
        { form },
      );
      expect(status, path).toBeLessThan(500);
      expectUntouched();
    }
  });
});

// `NODE_OPTIONS=--disable-proto=delete npm test` runs the whole suite so.
test("HT-7: the app needs no access to prototypes: it serves, signs in and signs out without", async () => {
  const port = await freePort();
  const env = { PORT: port, ...poolSettings(provider()) };
  const run = await spawnServer(env, { nodeOptions: ["--disable-proto=throw"] });
  try {
    await run.says("Server running at");
    const appUrl = `http://localhost:${port}`;
    const visitor = createVisitor();

    const page = await visitor.visit(`${appUrl}/login`);
    const signedOut = await page.submit("Logout");

    expect(page.heading).toBe(signedInHeading);
    expect(signedOut.heading).toBe("You have been successfully logged out.");
    expect(run.output()).not.toContain("ERR_PROTO_ACCESS");
  } finally {
    await run.remove();
  }
});
