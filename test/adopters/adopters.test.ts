import { execFile, spawnSync } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { runApp } from "../support/run-app.ts";
import { createVisitor } from "../support/visitor.ts";
import { type App, itself, packForAll } from "./support/install.ts";
import { startOrdersApi } from "./support/orders-api.ts";
import { settingsWithPeople, signInOn } from "./support/people.ts";

const install = packForAll();

const shop: App = {
  name: "express-5-ejs",
  type: "module",
  packages: itself("express", "ejs", "express-session"),
};
const library: App = {
  name: "express-4-pug",
  type: "commonjs",
  packages: { ...itself("pug", "express-session"), express: "express-4" },
};
const orders: App = { name: "with-an-api", type: "module", packages: itself("express") };

const typed: App = {
  name: "strict-typescript",
  type: "module",
  packages: itself("express", "@types/express", "@types/node"),
};

const compiler = new URL("../../node_modules/typescript/bin/tsc", import.meta.url).pathname;

const json = { headers: { accept: "application/json" } };

async function start(app: App, settings: Record<string, string>) {
  return await runApp(["app.js"], await install(app), settings);
}

/** Each starts processes of its own on ports that were free a moment before: another test's server may take one meanwhile. */
const ofItsOwnProcess = { timeout: 300_000, retry: 2 };

test(
  "Express 5 with EJS keeps its session, its paths, its pages and its errors",
  ofItsOwnProcess,
  async () => {
    const app = await start(shop, await settingsWithPeople());
    const visitor = createVisitor();

    const index = await visitor.visit(app.url);
    expect(index.heading).toBe("Hello, stranger");
    expect(index.headers).not.toHaveProperty("content-security-policy");
    for (const path of ["/sessions", "/account", "/healthz"]) {
      expect((await visitor.request("GET", app.url + path)).text).toContain("of this app");
    }
    expect((await visitor.request("GET", `${app.url}/assets/site.css`)).text).toContain(
      "of this app",
    );

    const stranger = await index.click("Do you know me?");
    expect(stranger.hops.some(({ url }) => url.startsWith(`${app.cognito}/oauth2/`))).toBe(true);

    const ordersPage = await signInOn(await visitor.visit(`${app.url}/orders`), "bob");
    expect(ordersPage).toMatchObject({
      url: `${app.url}/orders`,
      text: '{"of":"bob@example.org"}',
    });
    const home = await visitor.visit(app.url);
    expect(home.heading).toBe("Hello, bob");
    const pages = Number(home.html.querySelector("#pages")?.text);
    expect(pages).toBeGreaterThan(6);

    const refused = await visitor.visit(`${app.url}/drafts/`);
    expect(refused).toMatchObject({ status: 403, heading: "forbidden" });
    expect(refused.html.querySelector("#who")?.text).toBe("bob");
    expect(refused.alert).not.toBe("");

    const bye = await home.submit("Logout");
    expect(bye).toMatchObject({ url: `${app.url}/members/leave`, heading: "Bye" });
    const back = await signInOn(await bye.click("Come back"), "ann");
    expect(back.heading).toBe("Hello, ann");
    expect(Number(back.html.querySelector("#pages")?.text)).toBeGreaterThan(pages);
    expect(JSON.parse((await visitor.visit(`${app.url}/drafts`)).text)).toEqual({
      drafts: [],
      reader: "ann",
      user: "the user of this app",
    });
    expect((await visitor.visit(`${app.url}/members/browsers`)).heading).not.toBe("");
    expect(await app.stop()).toBe(0);
  },
);

test(
  "Express 4 with pug, required, has a session behind, and outlives what is refused",
  ofItsOwnProcess,
  async () => {
    const app = await start(library, await settingsWithPeople());
    const visitor = createVisitor();

    for (const path of ["/orders", "/drafts", "/danger", "/token"]) {
      const answer = await visitor.request("GET", app.url + path, json);
      expect(answer.status, path).toBe(401);
      expect(JSON.parse(answer.text)).toMatchObject({ error: "sign_in_required" });
    }
    const token = await visitor.visit(`${app.url}/token`);
    expect(token).toMatchObject({ status: 401 });

    const index = await visitor.visit(app.url);
    expect(index.heading).toBe("Hello, stranger");
    const ordersPage = await signInOn(await index.click("Orders"), "bob");
    expect(ordersPage.text).toBe('{"of":"bob@example.org"}');
    expect((await visitor.visit(`${app.url}/drafts`)).status).toBe(403);
    expect((await visitor.visit(`${app.url}/token`)).text).toBe('{"token":"there"}');

    const home = await visitor.visit(app.url);
    expect([home.heading, home.html.querySelector("#pages")?.text]).toEqual(["Hello, bob", "2"]);
    const recent = await home.click("Danger");
    expect(recent.text).toContain('"since"');

    const signedOut = await home.submit("Logout");
    expect(signedOut.url).toBe(`${app.url}/logout`);
    expect((await visitor.visit(app.url)).heading).toBe("Hello, stranger");
    expect(await app.stop()).toBe(0);
  },
);

test(
  "an API behind the app verifies its access tokens, of which a restart fetches one",
  ofItsOwnProcess,
  async () => {
    const api = await startOrdersApi();
    const settings = { ...(await settingsWithPeople()), ORDERS_API: api.url };
    const folder = await install(orders);
    const app = await runApp(["app.js"], folder, settings);
    api.trust(app.cognito);
    const visitor = createVisitor();
    const three = Array(3).fill({ of: "ann", scope: expect.stringContaining("openid") });

    expect((await visitor.request("GET", `${app.url}/orders`, json)).status).toBe(401);
    const signInPage = await visitor.visit(`${app.url}/login-with-wishes`);
    expect(signInPage.field("Username").getAttribute("value")).toBe("ann");
    const answered = await signInOn(signInPage, "ann");
    expect(JSON.parse(answered.text)).toEqual(three);
    expect(new Set(api.tokens).size).toBe(1);
    expect(await app.stop()).toBe(0);

    const again = await runApp(["app.js"], folder, settings);
    expect(JSON.parse((await visitor.visit(`${again.url}/orders`)).text)).toEqual(three);
    expect(new Set(api.tokens).size).toBe(2);
    for (const token of api.tokens) expect(again.output() + app.output()).not.toContain(token);

    await visitor.request("POST", `${again.url}/logout`);
    const after = await visitor.request("GET", `${again.url}/orders`, json);
    expect([after.status, JSON.parse(after.text).error]).toEqual([401, "sign_in_required"]);
    expect(await again.stop()).toBe(0);
  },
);

test(
  "two apps on localhost share one browser with programs that set cookies of common names",
  ofItsOwnProcess,
  async () => {
    const [one, other] = await Promise.all([
      start(library, await settingsWithPeople()),
      start(shop, await settingsWithPeople()),
    ]);
    const visitor = createVisitor();
    const foreign = { "XSRF-TOKEN": "theirs", "csrf-token": "theirs", cognito: "theirs" };
    for (const [name, value] of Object.entries({ ...foreign, session: "x", "connect.sid": "x" })) {
      for (const url of [one.url, one.cognito]) visitor.setCookie(url, `${name}=${value}; Path=/`);
    }

    const begunAtOne = await visitor.visit(`${one.url}/orders`);
    const begunAtOther = await visitor.visit(`${other.url}/orders`);
    expect((await signInOn(begunAtOne, "ann")).text).toBe('{"of":"ann@example.org"}');
    expect((await signInOn(begunAtOther, "bob")).text).toBe('{"of":"bob@example.org"}');
    expect((await visitor.visit(`${one.url}/orders`)).text).toBe('{"of":"ann@example.org"}');

    await (await visitor.visit(one.url)).submit("Logout");
    expect((await visitor.visit(one.url)).heading).toBe("Hello, stranger");
    expect((await visitor.visit(other.url)).heading).toBe("Hello, bob");
    const kept = Object.fromEntries(
      visitor.cookies(one.url).map(({ name, value }) => [name, value]),
    );
    expect(kept).toMatchObject(foreign);
  },
);

test.each([
  ["node16", "module"],
  ["nodenext", "commonjs"],
  ["bundler", "module"],
] as const)(
  "strict TypeScript finds the types by %s, in a package of type %s",
  async (resolution, type) => {
    const folder = await install(typed);
    await writeFile(join(folder, "package.json"), JSON.stringify({ type }));
    const compilerOptions = {
      strict: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      noEmit: true,
      target: "es2022",
      lib: ["es2023"],
      module: resolution === "bundler" ? "preserve" : resolution,
      moduleResolution: resolution,
      types: ["node"],
    };
    const project = { compilerOptions, files: ["app.ts"] };
    await writeFile(join(folder, "tsconfig.json"), JSON.stringify(project));

    const complaints = await new Promise<string>((resolve) => {
      execFile(process.execPath, [compiler, "-p", folder], { cwd: folder }, (error, stdout) =>
        resolve(error ? stdout || error.message : ""),
      );
    });
    expect(complaints).toBe("");
  },
);

test("the commands of the package run where it is installed", async () => {
  const folder = await install(orders);
  const installed = join(folder, "node_modules/express-cognito-sign-in");
  const { bin } = JSON.parse(await readFile(join(installed, "package.json"), "utf8"));
  const settings: Record<string, string | undefined> = { PATH: process.env.PATH };
  const run = (command: string, ...words: string[]) => {
    const options = { cwd: folder, encoding: "utf8", env: settings } as const;
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [join(installed, bin[command]), ...words],
      options,
    );
    return [status, stdout + stderr];
  };

  expect(run("doctor")).toEqual([0, expect.stringContaining("runs beside local Cognito")]);
  expect(run("sessions", "list", "sub")).toEqual([1, expect.stringContaining("no session secret")]);
  expect(run("setup", "--what")).toEqual([2, expect.stringContaining("npx setup")]);
  expect(run("local-cognito", "--help")).toEqual([0, expect.stringContaining("--callback-url")]);
  expect(Object.keys(bin)).toHaveLength(4);

  settings.REDIS_URL = "redis://127.0.0.1:1";
  settings.SESSION_SECRET = "of an operator whose app has no client for Redis: 4f1c";
  const missing = "its client is not installed. Run npm install @redis/client.";
  expect(run("sessions", "list", "sub")).toEqual([1, expect.stringContaining(missing)]);
});
