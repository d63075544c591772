import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser } from "playwright-core";
import { expect, onTestFinished, test } from "vitest";
import { tutorialSettings, withFirstClient } from "../../src/local-cognito/pool/pool-settings.ts";
import { PASSWORD, register, startPool } from "../local-cognito/support/pool.ts";
import { openPage } from "../support/chromium.ts";
import { expectQuietConsole, fill } from "../support/good-page.ts";

const library = readFile(
  new URL("../../node_modules/oidc-client-ts/dist/browser/oidc-client-ts.min.js", import.meta.url),
);

/** An app that is a page alone, with oidc-client-ts as its documentation shows it: no secret, and no server of its own. */
export function singlePageAppTests(browser: () => Browser): void {
  test("oidc-client-ts signs in, reads userInfo, refreshes, revokes and signs out from another origin", async () => {
    const app = await serveApp();
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
    const user = await page.evaluate(`${manager}.signinCallback().then(({ profile }) => profile)`);
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
  });
}

async function serveApp(): Promise<string> {
  const script = await library;
  const html = '<!doctype html><html lang="en"><title>App</title><script src="/oidc.js"></script>';
  const server = createServer((req, res) => {
    if (req.url === "/favicon.ico") res.writeHead(204).end();
    else if (req.url === "/oidc.js") res.setHeader("content-type", "text/javascript").end(script);
    else res.setHeader("content-type", "text/html").end(html);
  });
  server.listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  onTestFinished(() => void server.close());
  return `http://localhost:${(server.address() as AddressInfo).port}`;
}
