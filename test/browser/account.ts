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
import { latestCode, mira } from "../support/local-journey.ts";
import { start } from "../support/start.ts";
import { createVisitor } from "../support/visitor.ts";

const minute = 60_000;
const newPassword = "Another-horse-battery-8";

/** What a newcomer does with their account, from the first to the last. */
export function accountTests(browser: () => Browser): void {
  test("a newcomer finds their account, turns an authenticator app on, changes address and password, and deletes the account, by keyboard", async () => {
    const clock = { ms: Date.now() };
    const app = await start({ now: () => clock.ms });
    const local = `${app.localCognito?.origin}/_local`;
    const codeFor = (address: string) => latestCode(createVisitor(), app, address);
    const { page, consoleMessages } = await openPage(browser());
    const press = (name: string) => page.getByRole("button", { name, exact: true }).press("Enter");
    const follow = (name: string) => page.getByRole("link", { name, exact: true }).press("Enter");
    const typeInto = async (values: Record<string, string>) => {
      await fill(page, values);
      await page.keyboard.press("Enter");
    };

    await page.goto(`${app.appUrl}/signup`);
    await typeInto({ Username: mira.username, Email: mira.email, Password: mira.password });
    await heading(page, "Confirm your account").waitFor();
    await typeInto({ "Verification code": await codeFor(mira.email) });
    await heading(page, "You have successfully logged in.").waitFor();
    await follow("Your account");
    await expectGoodPage(page, "Your account");

    await press("Set up authenticator app");
    await expectGoodPage(page, "Authenticator app");
    await typeInto({ "Code from the app": "no code" });
    await expectAlert(page, "This is not the code");
    await expectGoodPage(page, "Authenticator app");
    await typeInto({ "Code from the app": await codeOfLocalApp(page, `${local}/users/mira`) });
    await saysSo(page, "From now on each sign-in asks for a code of your authenticator app.");
    await expectGoodPage(page, "Your account");

    await page.goto(app.appUrl);
    await press("Logout");
    await follow("Log back in");
    await typeInto({ Username: mira.username, Password: mira.password });
    await heading(page, "Enter a code").waitFor();
    expect(await focusedName(page)).toBe("code");
    clock.ms += minute;
    await page.keyboard.type(await codeOfLocalApp(page, `${local}/users/mira`));
    await page.keyboard.press("Enter");
    await heading(page, "You have successfully logged in.").waitFor();

    await follow("Your account");
    await typeInto({ "Current password": "Wrong-horse-7", "New password": newPassword });
    await expectAlert(page, "This is not your current password.");
    await expectGoodPage(page, "Your account");
    await fill(page, { "Current password": mira.password, "New password": newPassword });
    await page.getByLabel("Sign me out everywhere else").press("Space");
    await press("Change password");
    await saysSo(page, "Your password is changed, and you are signed out everywhere else.");
    await typeInto({ Email: "new@example.org" });
    await saysSo(page, "Your profile is saved.");
    await expectGoodPage(page, "Your account");
    await typeInto({ "Verification code": await codeFor("new@example.org") });
    await saysSo(page, "Your address is confirmed.");

    clock.ms += 11 * minute;
    await page.reload();
    await page.getByText("You signed in a while ago.").waitFor();
    await expectGoodPage(page, "Your account");
    await follow("sign in again");
    await typeInto({ Username: mira.username, Password: newPassword });
    await heading(page, "Enter a code").waitFor();
    await typeInto({ Code: await codeOfLocalApp(page, `${local}/users/mira`) });
    await heading(page, "Your account").waitFor();

    await typeInto({ "Your user name": "somebody" });
    await expectAlert(page, "This is not your user name.");
    await typeInto({ "Your user name": mira.username });
    await expectGoodPage(page, "Your account is deleted.");
    expectQuietConsole(consoleMessages, [400]);
  }, 120_000);
}

const saysSo = (page: Page, words: string) =>
  page.getByRole("status").filter({ hasText: words }).waitFor();

/** What the user's page at local Cognito shows in a second tab. */
async function codeOfLocalApp(page: Page, userPage: string): Promise<string> {
  const tab = await page.context().newPage();
  await tab.goto(userPage);
  await tab.getByRole("link", { name: "Authenticator app" }).press("Enter");
  const code = await tab.locator(".code").first().textContent();
  await tab.close();
  return code?.replaceAll(" ", "") ?? "";
}
