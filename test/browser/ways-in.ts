import type { Browser } from "playwright-core";
import { expect, test } from "vitest";
import { tutorialSettings, withFirstClient } from "../../src/local-cognito/pool/pool-settings.ts";
import { totp } from "../local-cognito/support/totp.ts";
import { openPage } from "../support/chromium.ts";
import {
  expectAlert,
  expectGoodPage,
  expectQuietConsole,
  fill,
  focusedName,
  heading,
} from "../support/good-page.ts";
import { latestCode, localJson, mira } from "../support/local-journey.ts";
import { start } from "../support/start.ts";
import { createVisitor } from "../support/visitor.ts";

/** The ways into a pool that has more than passwords. */
export function waysInTests(browser: () => Browser): void {
  test("a person sets up an authenticator app, signs in with its codes, and comes through Google, by keyboard", async () => {
    const clock = { ms: Date.now() };
    const app = await start({
      env: { IDENTITY_PROVIDERS: "Google" },
      poolSettings: { ...tutorialSettings, mfa: "ON" },
      now: () => clock.ms,
    });
    const local = `${app.localCognito?.origin}/_local`;
    const { page, consoleMessages } = await openPage(browser());
    const press = (name: string) => page.getByRole("button", { name, exact: true }).press("Enter");

    await page.goto(`${app.appUrl}/signup`);
    await fill(page, { Username: mira.username, Email: mira.email, Password: mira.password });
    await page.keyboard.press("Enter");
    await heading(page, "Confirm your account").waitFor();
    await fill(page, {
      "Verification code": await latestCode(createVisitor(), app, mira.email),
    });
    await page.keyboard.press("Enter");

    await expectGoodPage(page, "Set up an authenticator app");
    const isDrawn = await page
      .getByRole("img")
      .evaluate((image: HTMLImageElement) => image.complete && image.naturalWidth > 0);
    expect(isDrawn).toBe(true);
    const secret = (await page.locator("code").textContent())?.replaceAll(" ", "") ?? "";
    await fill(page, { Code: "000000", "Device name": "my telephone" });
    await page.keyboard.press("Enter");
    await expectAlert(page, "Code mismatch");
    expect(await focusedName(page)).toBe("code");
    expect(await page.getByLabel("Device name").inputValue()).toBe("my telephone");
    await page.keyboard.type(totp(secret, clock.ms));
    await page.keyboard.press("Enter");
    await heading(page, "You have successfully logged in.").waitFor();

    await press("Logout");
    await page.getByRole("link", { name: "Log back in" }).press("Enter");
    await expectGoodPage(page, "Sign in");
    await fill(page, { Username: mira.username, Password: mira.password });
    await page.keyboard.press("Enter");
    await heading(page, "Enter a code").waitFor();
    expect(await focusedName(page)).toBe("code");
    await page.keyboard.type(totp(secret, clock.ms));
    await page.keyboard.press("Enter");
    await expectAlert(page, "Your software token has already been used once.");
    await expectGoodPage(page, "Enter a code");
    clock.ms += 30_000;
    await page.keyboard.type(totp(secret, clock.ms));
    await page.keyboard.press("Enter");
    await heading(page, "You have successfully logged in.").waitFor();

    await page.goto(`${local}/users/mira`);
    await page.getByRole("link", { name: "Authenticator app" }).press("Enter");
    await expectGoodPage(page, "Authenticator app of mira");

    await page.goto(app.appUrl);
    await press("Logout");
    await page.getByRole("link", { name: "Log back in" }).press("Enter");
    await page
      .getByRole("button", { name: "Continue with Google" })
      .filter({ visible: true })
      .press("Enter");
    await heading(page, "Sign in with Google").waitFor();
    await page.getByLabel("Email").focus();
    await page.keyboard.type("lea@example.org");
    await page.getByLabel("Name", { exact: true }).fill("Lea Roth");
    await page.keyboard.press("Enter");
    await heading(page, "You have successfully logged in.").waitFor();
    await page.goto(`${app.appUrl}/login?provider=Google`);
    await press("Logout");
    await page.goto(`${app.appUrl}/login?provider=Google`);
    await expectGoodPage(page, "Sign in with Google");
    await press("Lea Roth · lea@example.org");
    await heading(page, "You have successfully logged in.").waitFor();
    expect(await page.getByRole("main").textContent()).toContain("lea@example.org (verified)");

    const users = await localJson<{ username: string }[]>(createVisitor(), app, "/_local/users");
    await page.goto(
      `${local}/users/${users.find(({ username }) => username !== "mira")?.username}`,
    );
    await page.getByText("vouches for this user").waitFor();
    expectQuietConsole(consoleMessages, [400]);
  }, 120_000);

  test("managed login asks for the name, then for the password; every page is accessible, by keyboard", async () => {
    const [client] = tutorialSettings.clients;
    const authFlows = [...client.authFlows, "ALLOW_USER_AUTH" as const];
    const managed = { ...tutorialSettings, managedLoginVersion: 2 as const, mfa: "ON" as const };
    const app = await start({
      env: { IDENTITY_PROVIDERS: "Google" },
      poolSettings: withFirstClient(managed, { authFlows }),
    });
    const { page, consoleMessages } = await openPage(browser());
    await page.goto(`${app.appUrl}/signup`);
    await expectGoodPage(page, "Sign up");
    await fill(page, { Username: mira.username, Email: mira.email, Password: mira.password });
    await page.keyboard.press("Enter");
    await expectGoodPage(page, "Confirm your account");
    await fill(page, { "Verification code": await latestCode(createVisitor(), app, mira.email) });
    await page.keyboard.press("Enter");
    await expectGoodPage(page, "Set up an authenticator app");

    await page.goto(`${app.appUrl}/login`);
    await expectGoodPage(page, "Sign in");
    await page.keyboard.type(mira.username);
    await page.keyboard.press("Enter");
    await expectGoodPage(page, "Enter your password");
    expect(await focusedName(page)).toBe("password");
    await page.keyboard.type("Wrong-horse-7");
    await page.keyboard.press("Enter");
    await expectAlert(page, "Incorrect username or password.");
    await page.keyboard.type(mira.password);
    await page.keyboard.press("Enter");
    await heading(page, "Set up an authenticator app").waitFor();
    await page.goto(`${app.appUrl}/login`);
    await page.keyboard.type(mira.username);
    await page.keyboard.press("Enter");
    await page.getByRole("link", { name: "Forgot your password?" }).press("Enter");
    await expectGoodPage(page, "Forgot your password?");
    await page.keyboard.type(mira.username);
    await page.keyboard.press("Enter");
    await expectGoodPage(page, "Choose a new password");
    expectQuietConsole(consoleMessages, [400]);
  }, 120_000);
}
