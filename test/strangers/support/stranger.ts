import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import express, { type Express } from "express";
import { onTestFinished } from "vitest";
import { startPool, type TestPool } from "../../local-cognito/support/pool.ts";
import { noteOutput } from "../../support/canary.ts";
import { createVisitor, type Page, type Visitor } from "../../support/visitor.ts";

/** What a library is configured with; `logoutUrl` is the sign-out that Cognito documents. */
export interface Settings {
  appUrl: string;
  issuer: string;
  domain: string;
  clientId: string;
  clientSecret: string;
  logoutUrl: string;
}

export interface StrangersApp extends Settings {
  pool: TestPool;
  visitor: Visitor;
}

/** Where every app of these tests is left after signing out. */
export const signedOutPath = "/signed-out";

/**
 * Runs an app that signs people in with somebody else's library, beside local Cognito, until the test is over.
 * The client is registered for that callback path, and for `/signed-out`.
 */
export async function runStranger(
  callbackPath: string,
  addRoutes: (app: Express, settings: Settings) => unknown,
): Promise<StrangersApp> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const appUrl = `http://localhost:${(server.address() as AddressInfo).port}`;
  const signedOutUrl = `${appUrl}${signedOutPath}`;
  const pool = await startPool({
    callbackUrls: [`${appUrl}${callbackPath}`],
    signOutUrls: [signedOutUrl],
    now: Date.now,
  });
  const { issuer, origin: domain, clientId, clientSecret } = pool;
  const query = new URLSearchParams({ client_id: clientId, logout_uri: signedOutUrl });
  const logoutUrl = `${domain}/logout?${query}`;
  const settings = { appUrl, issuer, domain, clientId, clientSecret, logoutUrl };

  const app = express();
  await addRoutes(app, settings);
  app.get(signedOutPath, (_req, res) => res.send("<h1>Signed out</h1>"));
  app.use(showError);
  server.on("request", app);
  return { ...settings, pool, visitor: createVisitor() };
}

export const mira = {
  username: "mira",
  email: "mira@example.org",
  password: "Correct-horse-battery-7",
};

/** From the hosted sign-in page through sign-up and back to the app. */
export async function signUp(
  { visitor, domain }: Pick<StrangersApp, "visitor" | "domain">,
  signInPage: Page,
  { username, email, password } = mira,
): Promise<Page> {
  const signUpPage = await signInPage.click("Sign up");
  const values = { Username: username, Email: email, Password: password };
  const confirmPage = await signUpPage.submit("Sign up", values);
  const inbox = await visitor.request("GET", `${domain}/_local/inbox`, {
    headers: { accept: "application/json" },
  });
  const [mail] = JSON.parse(inbox.text) as { code: string }[];
  return await confirmPage.submit("Confirm account", { "Verification code": mail?.code ?? "" });
}

/** Fills in the hosted sign-in page. */
export function signIn(signInPage: Page, { username, password } = mira): Promise<Page> {
  return signInPage.submit("Sign in", { Username: username, Password: password });
}

const showError: express.ErrorRequestHandler = (error, _req, res, _next) => {
  noteOutput(String(error));
  res
    .status(500)
    .type("text")
    .send(String(error?.stack ?? error));
};
