import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import express, { type ErrorRequestHandler, type Express, type RequestHandler } from "express";
import { expect, onTestFinished, test } from "vitest";
import {
  type AccountFacts,
  cognitoSignIn,
  type ErrorCode,
  type Page as PageOfYours,
  type SignIn,
  SignInError,
  type SignInOptions,
} from "../../../src/sign-in/index.ts";
import { mira } from "../../support/local-journey.ts";
import { temporaryDirectory } from "../../support/temporary-directory.ts";
import { createVisitor, type Page, type Visitor } from "../../support/visitor.ts";
import { runPool } from "../../testing/support/pool.ts";

const scopes = ["openid", "email", "profile", "aws.cognito.signin.user.admin"];
const silent = { info() {}, warn() {}, error() {} };

interface App {
  appUrl: string;
  /** Signs Mira in, and ends at that path. */
  signIn(visitor: Visitor, returnTo: string): Promise<Page>;
}

/** An Express app of somebody's, with a pool of the test kit and Mira in it. */
async function appWith(
  options: SignInOptions,
  addPages: (app: Express, signIn: SignIn) => void,
): Promise<App> {
  const pool = await runPool();
  const app = express();
  const server = createServer(app).listen(0, "127.0.0.1");
  await once(server, "listening");
  const appUrl = `http://localhost:${(server.address() as AddressInfo).port}`;
  pool.register({ callbackUrl: `${appUrl}/logged-in`, signOutUrl: `${appUrl}/logout` });
  const { username, email, password } = mira;
  await pool.signInAs({ username, password, attributes: { email, nickname: "Mi" } });
  const { origin, issuer, clientId, clientSecret } = pool;
  const signIn = cognitoSignIn({
    appUrl,
    scopes,
    userPool: { domain: origin, issuer, clientId, clientSecret },
    store: { dataDirectory: await temporaryDirectory() },
    log: silent,
    ...options,
  });
  onTestFinished(async () => {
    await signIn.close();
    server.closeAllConnections();
    server.close();
  });
  app.use(signIn);
  addPages(app, signIn);
  return {
    appUrl,
    async signIn(visitor, returnTo) {
      const query = new URLSearchParams({ returnTo });
      const signInPage = await visitor.visit(`${appUrl}/login?${query}`);
      return await signInPage.submit("Sign in", { Username: username, Password: password });
    },
  };
}

test("An account page that is left out is the app's own path, and nothing links to it", async () => {
  const { appUrl, signIn } = await appWith({ paths: { account: false } }, (app) => {
    app.all("/account", (_req, res) => void res.send("<h1>Our own</h1>"));
  });
  const sessions = await signIn(createVisitor(), "/sessions");
  expect(sessions.heading).toBe("Where you are signed in");
  expect(sessions.text).not.toContain("Your account");
  const visitor = createVisitor();
  expect((await visitor.visit(`${appUrl}/account`)).heading).toBe("Our own");
  const posted = await visitor.request("POST", `${appUrl}/account/profile`, { form: {} });
  expect(posted.status).toBe(404);
});

test("An account page of the app's own shows the same facts, and its forms go where ours go", async () => {
  const shown: AccountFacts[] = [];
  const account: PageOfYours<AccountFacts> = (_req, res, facts) => {
    shown.push(facts);
    const { path, notice = "", problem, typed } = facts;
    res.send(`<h1>${problem?.message ?? notice}</h1>
      <form method="post" action="${path}/profile"><input name="email" value="${typed?.email ?? ""}"><button>Keep</button></form>
      <form method="post" action="${path}/app"><button>App</button></form>`);
  };
  const { appUrl, signIn } = await appWith({ pages: { account } }, () => {});
  const page = await signIn(createVisitor(), "/account");
  expect(page.url).toBe(`${appUrl}/account`);
  expect(page.headers["cache-control"]).toBe("no-store");
  expect(shown[0]).toMatchObject({ username: "mira", isComplete: true, mayChange: true });
  expect(shown[0]?.fields.find(({ name }) => name === "nickname")?.value).toBe("Mi");
  const refused = await page.submit("Keep", { email: "no address" });
  expect(refused.status).toBe(400);
  expect(refused.heading).toMatch(/^Email: the sign-in service does not take this value/);
  expect(refused.field("email").getAttribute("value")).toBe("no address");
  const saved = await refused.submit("Keep", { email: "new@example.org" });
  expect(saved.heading).toMatch(/^Your profile is saved\./);
  await saved.submit("App");
  expect(shown.at(-1)?.setUp).toMatchObject({ secret: expect.stringMatching(/^[A-Z2-7]{32,}$/) });
});

test("Pages of the app's own make the calls of the user pool, with results and errors that have types", async () => {
  const me: RequestHandler = async (req, res) => {
    const { username, attributes, factors, provider } = await req.signIn.pool.getUser();
    res.json({ username, nickname: attributes.nickname, factors, provider });
  };
  const change: RequestHandler = async (req, res) => {
    res.json(await req.signIn.pool.updateUserAttributes(req.query as Record<string, string>));
  };
  const password: RequestHandler = async (req) => {
    await req.signIn.pool.changePassword("Not-my-password-1", "Another-horse-battery-8");
  };
  const answerErrors: ErrorRequestHandler = (error, _req, res, next) => {
    if (!(error instanceof SignInError)) return next(error);
    res.status(error.status).json(error.code satisfies ErrorCode);
  };
  const { appUrl, signIn } = await appWith({}, (app, { requireUser }) => {
    app.get("/me", me);
    app.get("/change", requireUser, change);
    app.get("/password", requireUser, password);
    app.use(answerErrors);
  });
  const visitor = createVisitor();
  const visit = async (path: string) => {
    const { status, text } = await visitor.visit(appUrl + path);
    return [status, JSON.parse(text)];
  };
  expect(await visit("/me")).toEqual([401, "sign_in_required"]);
  await signIn(visitor, "/me");
  expect(await visit("/me")).toEqual([200, { username: "mira", nickname: "Mi", factors: [] }]);
  expect(await visit("/change?nickname=Blau&email=new@example.org")).toEqual([
    200,
    [{ attribute: "email", destination: "n***@e***" }],
  ]);
  expect(await visit("/me")).toEqual([200, { username: "mira", nickname: "Blau", factors: [] }]);
  expect(await visit("/change?email=none")).toEqual([400, "attribute_refused"]);
  expect(await visit("/password")).toEqual([400, "password_wrong"]);
});
