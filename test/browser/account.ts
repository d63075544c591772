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
    const { page, consoleMessages } = await openPage(browser());
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
    await typeInto({ "Code from the app": "no code" });
    await expectAlert(page, "This is not the code");
    await expectGoodPage(page, "Authenticator app");
    await typeInto({ "Code from the app": await codeOfLocalApp(page, `${local}/users/mira`) });
    await saysSo(page, "From now on each sign-in asks for a code of your authenticator app.");

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
  // Where Tab begins on a new page is for the browser to say, so the first count may be wrong.
  for (let counts = 0; counts < 4; counts += 1) {
    const presses = await page.evaluate(tabsTo, name);
    if (presses === 0) return;
    for (let pressed = 0; pressed < presses; pressed += 1) await page.keyboard.press("Tab");
  }
  throw new Error(`Tab never reached “${name}”.`);
}

/** In the page: how many times Tab has to be pressed. Beyond the last control it begins anew, after one more. */
function tabsTo(name: string): number {
  const namesOf = (control: Element) => {
    const labels = [...((control as HTMLInputElement).labels ?? []), control];
    const names = labels.map(({ textContent }) => textContent?.replace(/\s+/g, " ").trim());
    return [control.getAttribute("aria-label"), ...names];
  };
  const controls = [...document.querySelectorAll("a[href], button, input:not([type=hidden])")];
  const shown = controls.filter((control) => control.checkVisibility());
  const { activeElement } = document;
  if (activeElement && namesOf(activeElement).includes(name)) return 0;
  const at = shown.indexOf(activeElement as Element);
  const to = shown.findIndex((control) => namesOf(control).includes(name));
  return to > at ? to - at : shown.length - at + to + 1;
}

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
