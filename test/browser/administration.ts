import type { Browser, Page } from "playwright-core";
import { expect, test } from "vitest";
import { openPage } from "../support/chromium.ts";
import {
  expectAlert,
  expectGoodPage,
  expectQuietConsole,
  fill,
  focusedName,
  heading,
} from "../support/good-page.ts";
import { latestCode } from "../support/local-journey.ts";
import { type Started, start } from "../support/start.ts";
import { createVisitor } from "../support/visitor.ts";

/** What an administrator does at `/_local`, and what its users meet. */
export function administrationTests(browser: () => Browser): void {
  test("an administrator makes a user, who chooses a password, forgets it and recovers it, by keyboard", async () => {
    const app = await start();
    const local = `${app.localCognito?.origin}/_local`;
    const { page, consoleMessages } = await openPage(browser());
    const newestCode = () => latestCode(createVisitor(), app, "ann@example.org");

    await page.goto(`${local}/users`);
    await fill(page, { Username: "ann", Email: "ann@example.org", "Temporary password": "short" });
    await page.getByLabel("The address is verified").press("Space");
    await page.getByLabel("Temporary password").press("Enter");
    await expectAlert(page, "Password not long enough");
    expect(await page.getByLabel("The address is verified").isChecked()).toBe(true);
    await page.getByLabel("Temporary password").press("Enter");
    await heading(page, "ann").waitFor();

    await page.goto(`${app.appUrl}/login`);
    await fill(page, { Username: "ann", Password: await newestCode() });
    await page.keyboard.press("Enter");
    await heading(page, "Choose your own password").waitFor();
    expect(await focusedName(page)).toBe("password");
    await page.keyboard.type("alllowercase");
    await page.keyboard.press("Tab");
    await page.keyboard.type("alllowercase");
    await page.keyboard.press("Enter");
    await expectAlert(page, "Password must have uppercase characters");
    await expectGoodPage(page, "Choose your own password");
    await chooseTwice(page, "Correct-horse-7");
    await page.getByRole("button", { name: "Logout" }).press("Enter");
    await page.getByRole("link", { name: "Log back in" }).press("Enter");

    await page.getByRole("link", { name: "Forgot your password?" }).press("Enter");
    await expectGoodPage(page, "Forgot your password?");
    expect(await focusedName(page)).toBe("username");
    await page.keyboard.type("ann");
    await page.keyboard.press("Enter");
    await heading(page, "Choose a new password").waitFor();
    expect(await focusedName(page)).toBe("code");
    await page.keyboard.type("no code");
    await chooseTwice(page, "Fresh-battery-7");
    await expectAlert(page, "Invalid verification code provided, please try again.");
    await expectGoodPage(page, "Choose a new password");
    await fill(page, { "Verification code": await newestCode() });
    await chooseTwice(page, "Fresh-battery-7");
    const words = "Your password is changed. Sign in with the new one.";
    await page.getByRole("status").filter({ hasText: words, visible: true }).waitFor();
    await expectGoodPage(page, "Sign in");
    await fill(page, { Username: "ann@example.org", Password: "Fresh-battery-7" });
    await page.keyboard.press("Enter");
    await heading(page, "You have successfully logged in.").waitFor();

    await page.goto(`${local}/users/ann`);
    await fill(page, { Group: "editors" });
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Remove from editors" }).waitFor();
    await page.getByText("Delete this user").press("Enter");
    await page.getByRole("button", { name: "Delete ann" }).waitFor();
    await expectGoodPage(page, "ann");

    await page.goto(`${app.localCognito?.origin}/oauth2/authorize?client_id=another`);
    await page.getByRole("link", { name: "Why it was refused" }).press("Enter");
    await expectGoodPage(page, "Requests");
    await page.getByRole("link", { name: "About this pool" }).press("Enter");
    await page.getByRole("button", { name: "Rotate both keys" }).press("Enter");
    await page.getByText("Signed ID tokens").waitFor();
    await expectGoodPage(page, "Local Cognito");
    await page.goto(signUpAddress(app, "es"));
    await expectGoodPage(page, "Registrarse");
    expectQuietConsole(consoleMessages, [400]);
  }, 120_000);
}

async function chooseTwice(page: Page, password: string): Promise<void> {
  await fill(page, { "New password": password, "New password again": password });
  await page.keyboard.press("Enter");
}

function signUpAddress({ localCognito, config }: Started, lang: string): string {
  const request = { response_type: "code", redirect_uri: config.callbackUrl, lang };
  const query = new URLSearchParams({ client_id: localCognito?.clientId ?? "", ...request });
  return `${localCognito?.origin}/signup?${query}`;
}
