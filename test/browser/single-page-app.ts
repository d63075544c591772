import { readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser } from "playwright-core";
import { expect, onTestFinished, test } from "vitest";
import { tutorialSettings, withFirstClient } from "../../src/local-cognito/pool/pool-settings.ts";
import { PASSWORD, register, startPool } from "../local-cognito/support/pool.ts";
import { library } from "../strangers/support/library.ts";
import { issueCertificate } from "../support/certificates.ts";
import { openPage } from "../support/chromium.ts";
import { expectQuietConsole, fill } from "../support/good-page.ts";
import { temporaryDirectory } from "../support/temporary-directory.ts";

const oidcClient = library("oidc-client-ts", import.meta.url);
const amplify = library("aws-amplify", import.meta.url);
const strangers = fileURLToPath(new URL("../strangers", import.meta.url));

/** Apps that are a page alone, with libraries as their documentation shows them: no secret, and no server of their own. */
export function singlePageAppTests(browser: () => Browser): void {
  test.skipIf(!oidcClient.isInstalled)(
    "oidc-client-ts signs in, reads userInfo, refreshes, revokes and signs out from another origin",
    async () => {
      const app = await serveApp(
        await readFile(
          join(strangers, "node_modules/oidc-client-ts/dist/browser/oidc-client-ts.min.js"),
          "utf8",
        ),
      );
      const settings = withFirstClient(tutorialSettings, { hasSecret: false });
      const pool = await startPool({
        settings,
        callbackUrls: [`${app}/back`],
        signOutUrls: [`${app}/bye`],
        now: Date.now,
      });
      await register(pool, undefined, {}, { redirect_uri: `${app}/back` });
      const { page, consoleMessages } = await openPage(browser());
      const manager = `new oidc.UserManager(${JSON.stringify({
        authority: pool.issuer,
        client_id: pool.clientId,
        redirect_uri: `${app}/back`,
        response_type: "code",
        scope: "openid email",
        loadUserInfo: true,
        revokeTokenTypes: ["refresh_token"],
      })})`;

      await page.goto(app);
      // It never ends: the page goes away.
      await page.evaluate(`void ${manager}.signinRedirect()`);
      await page.waitForURL(`${pool.origin}/login?*`);
      await fill(page, { Username: "mira", Password: PASSWORD });
      await page.keyboard.press("Enter");
      await page.waitForURL(`${app}/back?*`);
      const user = await page.evaluate(
        `${manager}.signinCallback().then(({ profile }) => profile)`,
      );
      expect(user).toMatchObject({ email: "mira@example.org", username: "mira" });
      const first = await page.evaluate(`${manager}.getUser().then((user) => user.access_token)`);
      const second = await page.evaluate(
        `${manager}.signinSilent().then((user) => user.access_token)`,
      );
      expect(second).not.toBe(first);
      await page.evaluate(`${manager}.revokeTokens()`);

      const query = new URLSearchParams({ client_id: pool.clientId, logout_uri: `${app}/bye` });
      await page.goto(`${pool.origin}/logout?${query}`);
      await page.waitForURL(`${app}/bye`);
      expectQuietConsole(consoleMessages, []);
    },
  );

  test.skipIf(!amplify.isInstalled)(
    "Amplify signs in by the hosted page, refreshes and signs out, by the https that it writes itself",
    async () => {
      const app = await serveApp(await bundledAmplify());
      const pool = await startPool({
        settings: withFirstClient(tutorialSettings, { hasSecret: false }),
        certificate: issueCertificate({ hosts: ["localhost"] }),
        callbackUrls: [`${app}/`],
        signOutUrls: [`${app}/bye`],
        usersFile: await fileOfMira(),
        now: Date.now,
      });
      const { page, consoleMessages } = await openPage(browser(), { ignoreHTTPSErrors: true });
      const oauth = {
        domain: new URL(pool.origin).host,
        scopes: ["openid", "email"],
        redirectSignIn: [`${app}/`],
        redirectSignOut: [`${app}/bye`],
        responseType: "code",
      };
      const { userPoolId, clientId: userPoolClientId, origin: userPoolEndpoint } = pool;
      const Cognito = { userPoolId, userPoolClientId, userPoolEndpoint, loginWith: { oauth } };
      const configure = `Amplify.configure(${JSON.stringify({ Auth: { Cognito } })})`;

      await page.goto(app);
      await page.evaluate(`${configure}; void auth.signInWithRedirect()`);
      await page.waitForURL(`${pool.origin}/login?*`);
      await fill(page, { Username: "mira", Password: PASSWORD });
      await page.keyboard.press("Enter");
      await page.waitForURL(`${app}/?code=*`);
      const idToken: { jti: string } = await page.evaluate(
        `${configure}; auth.fetchAuthSession().then(({ tokens }) => tokens.idToken.payload)`,
      );
      expect(idToken).toMatchObject({ email: "mira@example.org", "cognito:username": "mira" });
      const refreshed = await page.evaluate(
        "auth.fetchAuthSession({ forceRefresh: true }).then(({ tokens }) => tokens.idToken.payload)",
      );
      expect(refreshed).toMatchObject({
        email: "mira@example.org",
        jti: expect.not.stringMatching(idToken.jti),
      });
      await page.evaluate("void auth.signOut()");
      await page.waitForURL(`${app}/bye`);
      // It warns of an endpoint that is not AWS's, each time that it is configured.
      const others = consoleMessages.filter((message) => !message.includes("custom Amazon"));
      expectQuietConsole(others, []);
    },
  );
}

async function fileOfMira(): Promise<string> {
  const file = join(await temporaryDirectory(), "users.json");
  const UserAttributes = [
    { Name: "email", Value: "mira@example.org" },
    { Name: "email_verified", Value: "true" },
  ];
  await writeFile(
    file,
    JSON.stringify({ Users: [{ Username: "mira", UserAttributes, Password: PASSWORD }] }),
  );
  return file;
}

/** What a bundler makes of an app's imports. */
async function bundledAmplify(): Promise<string> {
  const { build, stop } = library("esbuild", import.meta.url).load();
  const contents = `
    import { Amplify } from "aws-amplify";
    import * as auth from "aws-amplify/auth";
    Object.assign(globalThis, { Amplify, auth });`;
  const stdin = { contents, resolveDir: strangers };
  const { outputFiles } = await build({ stdin, bundle: true, format: "iife", write: false });
  await stop();
  return outputFiles[0].text;
}

async function serveApp(script: string): Promise<string> {
  const html =
    '<!doctype html><html lang="en"><title>App</title><script src="/library.js"></script>';
  const server = createServer((req, res) => {
    if (req.url === "/favicon.ico") res.writeHead(204).end();
    else if (req.url === "/library.js")
      res.setHeader("content-type", "text/javascript").end(script);
    else res.setHeader("content-type", "text/html").end(html);
  });
  server.listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  onTestFinished(() => void server.close());
  return `http://localhost:${(server.address() as AddressInfo).port}`;
}
