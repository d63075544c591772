import type { Browser, Page } from "playwright-core";
import { expect, test } from "vitest";
import { openPage } from "../support/chromium.ts";
import {
  expectAlert,
  expectGoodPage,
  expectQuietConsole,
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
    const { page, consoleMessages } = await openPage(browser(), { javaScriptEnabled: false });
    const press = async (name: string, key = "Enter") => {
      await tabTo(page, name);
      await page.keyboard.press(key);
    };
    const fill = async (values: Record<string, string>) => {
      for (const [label, value] of Object.entries(values)) {
        await tabTo(page, label);
        await page.keyboard.type(value);
      }
    };
    const typeInto = async (values: Record<string, string>) => {
      await fill(values);
      await page.keyboard.press("Enter");
    };

    await page.goto(app.appUrl);
    await press("Register/Login");
    await heading(page, "Sign in").waitFor();
    await press("Sign up");
    await heading(page, "Sign up").waitFor();
    await typeInto({ Username: mira.username, Email: mira.email, Password: mira.password });
    await heading(page, "Confirm your account").waitFor();
    await typeInto({ "Verification code": await codeFor(mira.email) });
    await heading(page, "You have successfully logged in.").waitFor();
    await press("Your account");
    await expectGoodPage(page, "Your account");

    await press("Set up authenticator app");
    await expectGoodPage(page, "Authenticator app");
    await typeInto({ "Code from the app": "no code" });
    await expectAlert(page, "This is not the code");
    await expectGoodPage(page, "Authenticator app");
    await typeInto({ "Code from the app": await codeOfLocalApp(page, `${local}/users/mira`) });
    await saysSo(page, "From now on each sign-in asks for a code of your authenticator app.");
    await expectGoodPage(page, "Your account");

    await press("Logout");
    await press("Log back in");
    await typeInto({ Username: mira.username, Password: mira.password });
    await heading(page, "Enter a code").waitFor();
    expect(await focusedName(page)).toBe("code");
    clock.ms += minute;
    await page.keyboard.type(await codeOfLocalApp(page, `${local}/users/mira`));
    await page.keyboard.press("Enter");
    await heading(page, "You have successfully logged in.").waitFor();

    await press("Your account");
    await typeInto({ "Current password": "Wrong-horse-7", "New password": newPassword });
    await expectAlert(page, "This is not your current password.");
    await expectGoodPage(page, "Your account");
    await fill({ "Current password": mira.password, "New password": newPassword });
    await press("Sign me out everywhere else", "Space");
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
    await press("sign in again");
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

/** Goes on by Tab alone, to the link, button or field of that name. */
async function tabTo(page: Page, name: string): Promise<void> {
  const named = page.locator("a, button, label").filter({ hasText: name, visible: true });
  await named.first().waitFor();
  for (let presses = 0; presses < 80; presses += 1) {
    if ((await namesOfFocused(page)).includes(name)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`Tab never reached “${name}”.`);
}

const namesOfFocused = (page: Page) =>
  page.evaluate(() => {
    const focused = document.activeElement as HTMLInputElement;
    const labels = [...(focused.labels ?? []), focused].map(({ textContent }) => textContent);
    const names = [focused.getAttribute("aria-label"), ...labels];
    return names.map((name) => name?.replace(/\s+/g, " ").trim());
  });

const saysSo = (page: Page, words: string) =>
  page.getByRole("status").filter({ hasText: words }).waitFor();

/** What the user's page at local Cognito shows in a second tab. */
async function codeOfLocalApp(page: Page, userPage: string): Promise<string> {
  const tab = await page.context().newPage();
  await tab.goto(userPage);
  await tabTo(tab, "Authenticator app");
  await tab.keyboard.press("Enter");
  const code = await tab.locator(".code").first().textContent();
  await tab.close();
  return code?.replaceAll(" ", "") ?? "";
}
