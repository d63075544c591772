import { once } from "node:events";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import express, { type Express } from "express";
import { expect, onTestFinished, test } from "vitest";
import { cognitoSignIn, type SignInOptions } from "../../../src/sign-in/index.ts";
import { providerForAll } from "../../support/provider-for-all.ts";
import { temporaryDirectory } from "../../support/temporary-directory.ts";
import { createVisitor } from "../../support/visitor.ts";

const provider = providerForAll();

const express4: () => Express = createRequire(import.meta.url)("express-4");

const paths = {
  login: "/enter",
  signup: "/join",
  callback: "/back",
  logout: "/leave",
  sessions: "/browsers",
  account: "/me",
  signedIn: "/home",
};

/** Each page says its name and what it was given. */
function page(name: string) {
  return (_req: unknown, res: express.Response, facts: object) =>
    void res.json({ page: name, ...facts });
}

const pages: SignInOptions["pages"] = {
  error: (_req, res, facts) => void res.status(facts.status).json({ page: "error", ...facts }),
  signedOut: page("signedOut"),
  confirmSignOut: page("confirmSignOut"),
  sessions: page("sessions"),
  account: page("account"),
};

async function startApp(app: Express, options: SignInOptions): Promise<string> {
  const server = createServer(app).listen(0, "127.0.0.1");
  await once(server, "listening");
  const appUrl = `http://localhost:${(server.address() as AddressInfo).port}`;
  const { domain, issuer, clientId, clientSecret } = provider();
  const signIn = cognitoSignIn({
    appUrl,
    userPool: { domain, issuer, clientId, clientSecret },
    sessionSecret: "a-session-secret-for-tests-0123456789",
    store: { dataDirectory: await temporaryDirectory() },
    log: { info() {}, warn() {}, error() {} },
    ...options,
  });
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await signIn.close();
  });
  app.use(signIn);
  app.get("/home", (req, res) => void res.json({ page: "home", name: req.signIn.user?.username }));
  app.get("/drafts", signIn.requireGroup("editors"), (_req, res) => void res.json({}));
  return appUrl;
}

test.each([
  ["Express 5", express],
  ["Express 4", express4],
])("an app in %s has pages and paths of its own for all of ours", async (_, createApp) => {
  const appUrl = await startApp(createApp(), { paths, pages });
  const visitor = createVisitor();
  const shown = async (path: string, headers = {}) =>
    JSON.parse((await visitor.visit(appUrl + path, { headers })).text);

  expect(await shown("/leave")).toEqual({
    page: "signedOut",
    loginUrl: "/enter",
    isDeleted: false,
  });
  expect(await shown("/back?code=x&state=y")).toMatchObject({
    page: "error",
    status: 400,
    code: "no_pending_sign_in",
    message: expect.stringMatching(/\.$/),
    next: { href: "/enter" },
  });
  for (const path of ["/login", "/signup", "/logged-in", "/logout", "/sessions", "/account"]) {
    expect((await visitor.request("GET", appUrl + path)).status, path).toBe(404);
  }

  expect(await shown("/enter")).toEqual({ page: "home", name: "mira" });
  expect(await shown("/join?returnTo=/browsers")).toMatchObject({
    page: "sessions",
    path: "/browsers",
    user: { username: "mira" },
    thisOne: { handle: expect.any(String) },
    others: [],
  });
  expect(await shown("/me")).toMatchObject({
    page: "account",
    path: "/me",
    username: "mira",
    sessionsPath: "/browsers",
  });
  expect(await shown("/drafts")).toMatchObject({ page: "error", status: 403, code: "forbidden" });
  expect(await shown("/leave", { "sec-fetch-site": "cross-site" })).toMatchObject({
    page: "confirmSignOut",
    user: { username: "mira" },
    logoutUrl: "/leave",
    stayUrl: "/home",
  });
  expect(await shown("/leave")).toMatchObject({ page: "signedOut" });
  expect(await shown("/home")).toEqual({ page: "home" });
});

test.each([
  ["Express 5", express],
  ["Express 4", express4],
])(
  "errors go to the error handler of an app in %s before any page, and those of others alone",
  async (_, createApp) => {
    const app = createApp();
    const appUrl = await startApp(app, { pages });
    app.get("/broken", () => {
      throw new Error("theirs");
    });
    app.use(((error, req, res, next) => {
      if (!error.code) return void res.status(500).json({ theirs: error.message });
      if (error.code === "forbidden") return next(error);
      const { status, code, message } = error;
      res.status(status).json({ code, message, name: req.signIn.user?.username });
    }) satisfies express.ErrorRequestHandler);
    const visitor = createVisitor();
    const shown = async (path: string) => JSON.parse((await visitor.visit(appUrl + path)).text);

    expect(await shown("/logged-in?code=x&state=y")).toEqual({
      code: "no_pending_sign_in",
      message: expect.stringMatching(/\.$/),
    });
    await visitor.visit(`${appUrl}/login?returnTo=/home`);
    expect(await shown("/logged-in?code=x&state=y&state=z")).toMatchObject({ name: "mira" });
    expect(await shown("/drafts")).toMatchObject({ page: "error", code: "forbidden" });
    expect(await shown("/broken")).toEqual({ theirs: "theirs" });

    const newcomer = createVisitor();
    const begin = async (letter: string) => {
      const address = `${appUrl}/login?returnTo=/${letter.repeat(300)}`;
      const stopBefore = (url: URL) => url.pathname === "/logged-in";
      return (await newcomer.visit(address, { stopBefore })).location ?? "";
    };
    const first = await begin("a");
    await begin("b");
    const forgotten = JSON.parse((await newcomer.visit(first)).text);
    expect(forgotten).toMatchObject({ code: "link_forgotten", name: "mira" });
  },
);
