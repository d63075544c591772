import type { Browser, Page } from "playwright-core";
import { expect, test } from "vitest";
import { openPage } from "../support/chromium.ts";
import {
  expectAlert,
  expectGoodPage,
  expectQuietConsole,
  fill,
  heading,
  shown,
} from "../support/good-page.ts";
import { latestCode, mira, signIn } from "../support/local-journey.ts";
import { type Started, start } from "../support/start.ts";
import { createVisitor } from "../support/visitor.ts";

/** What visitors do with the app and the hosted pages, from the first page to the last. */
export function journeyTests(browser: () => Browser): void {
  test("HT-2: a person registers, signs in and out, and every page is accessible and its console silent", async () => {
    const app = await start();
    const { page, consoleMessages } = await openPage(browser());

    await page.goto(app.appUrl);
    await expectGoodPage(page, "Welcome to the Index Page!");
    await page.getByRole("link", { name: "Register/Login" }).click();
    await expectGoodPage(page, "Sign in");
    await page.getByRole("link", { name: "Sign up" }).click();
    await expectGoodPage(page, "Sign up");

    await signUp(page, { ...mira, password: "alllowercase" });
    await expectAlert(page, "Password must have uppercase characters");
    await expectGoodPage(page, "Sign up");
    expect(await shown(page, "Username").inputValue()).toBe(mira.username);
    expect(await shown(page, "Email").inputValue()).toBe(mira.email);

    await signUp(page, mira);
    await expectGoodPage(page, "Confirm your account");
    await page.getByLabel("Verification code").fill(await codeFor(app));
    await page.getByRole("button", { name: "Confirm account" }).click();
    await expectGoodPage(page, "You have successfully logged in.");
    expect(page.url()).toBe(`${app.appUrl}/logged-in`);
    expect(await page.getByRole("main").textContent()).toContain("mira@example.org (verified)");

    await signIn(createVisitor(), app);
    await page.getByRole("link", { name: "See where you are signed in" }).click();
    await expectGoodPage(page, "Where you are signed in");
    await page.getByRole("button", { name: "Sign out", exact: true }).click();
    await page.getByRole("status").waitFor();
    await expectGoodPage(page, "Where you are signed in");
    expect(await page.getByRole("main").textContent()).toContain("You are signed in nowhere else.");

    await page.getByRole("link", { name: new URL(app.appUrl).host }).click();
    await expectGoodPage(page, "Welcome to the Index Page!");
    await page.getByRole("button", { name: "Logout" }).click();
    await expectGoodPage(page, "You have been successfully logged out.");
    expect(page.url()).toBe(`${app.appUrl}/logout`);

    await page.getByRole("link", { name: "Log back in" }).click();
    await fill(page, { Username: mira.email, Password: "Wrong-horse-7" });
    await page.getByRole("button", { name: "Sign in" }).click();
    await expectAlert(page, "Incorrect username or password.");
    await expectGoodPage(page, "Sign in");
    await shown(page, "Password").fill(mira.password);
    await shown(page, "Password").press("Enter");
    await heading(page, "You have successfully logged in.").waitFor();

    expectQuietConsole(consoleMessages, [400]);
  });

  test("the pool's own pages and the error pages are accessible", async () => {
    const app = await start();
    const { page, consoleMessages } = await openPage(browser());
    const cognito = app.localCognito?.origin;
    await page.goto(`${app.appUrl}/login`);
    await page.getByRole("link", { name: "Sign up" }).click();
    await signUp(page, mira);

    for (const [address, heading] of [
      [`${cognito}/_local/users`, "Users"],
      [`${cognito}/_local/inbox`, "Inbox"],
      [`${cognito}/oauth2/authorize`, "An error was encountered with the requested page."],
      [`${app.appUrl}/nowhere`, "Page not found"],
      [`${app.appUrl}/logged-in?error=access_denied&state=x`, "This sign-in cannot be finished"],
    ] as const) {
      await page.goto(address);
      await expectGoodPage(page, heading);
    }

    expectQuietConsole(consoleMessages, [400, 404]);
  });

  test("LO-5: Back after a sign-out shows nobody; two tabs sign in, and Back onto the spent callback keeps the visitor signed in", async () => {
    const app = await start();
    const { page: first } = await openPage(browser());
    await first.goto(`${app.appUrl}/login`);
    await first.getByRole("link", { name: "Sign up" }).click();
    await signUp(first, mira);
    await first.getByLabel("Verification code").fill(await codeFor(app));
    await first.getByRole("button", { name: "Confirm account" }).click();
    await first.getByRole("button", { name: "Logout" }).click();
    await heading(first, "You have been successfully logged out.").waitFor();
    await expectNothingKept(first);

    const second = await first.context().newPage();
    for (const tab of [first, second]) await tab.goto(`${app.appUrl}/login`);
    for (const tab of [second, first]) {
      await fill(tab, { Username: mira.username, Password: mira.password });
      await tab.getByRole("button", { name: "Sign in" }).click();
      await heading(tab, "You have successfully logged in.").waitFor();
    }

    await first.goBack();
    await first.goForward();
    await heading(first, "You have successfully logged in.").waitFor();
  });

  test("the journey works by keyboard alone", async () => {
    const app = await start();
    const { page } = await openPage(browser());
    await page.goto(app.appUrl);

    await page.keyboard.press("Tab");
    expect(await focusedText(page)).toBe("Skip to content");
    await tabTo(page, "Register/Login");
    await page.keyboard.press("Enter");
    await heading(page, "Sign in").waitFor();
    await tabTo(page, "Sign up");
    await page.keyboard.press("Enter");
    await heading(page, "Sign up").waitFor();
    await shown(page, "Username").focus();
    await page.keyboard.type(mira.username);
    await page.keyboard.press("Tab");
    await page.keyboard.type(mira.email);
    await page.keyboard.press("Tab");
    await page.keyboard.type(mira.password);
    await page.keyboard.press("Enter");
    await heading(page, "Confirm your account").waitFor();
    await page.getByLabel("Verification code").fill(await codeFor(app));
    await page.keyboard.press("Enter");
    await heading(page, "You have successfully logged in.").waitFor();
    await tabTo(page, "Where you are signed in");
    await page.keyboard.press("Enter");
    await heading(page, "Where you are signed in").waitFor();
    await tabTo(page, "Sign out everywhere");
    await page.keyboard.press("Enter");
    await heading(page, "You have been successfully logged out.").waitFor();
  });
}

async function signUp(page: Page, person: typeof mira): Promise<void> {
  const { username, email, password } = person;
  await fill(page, { Username: username, Email: email, Password: password });
  await page.getByRole("button", { name: "Sign up" }).click();
}

/** The Back button fetches anew what was seen while signed in: it leads to a sign-in. */
async function expectNothingKept(page: Page): Promise<void> {
  await page.goBack();
  await heading(page, "Sign in").waitFor();
  expect(await page.content()).not.toContain(mira.email);
}

const focusedText = (page: Page) =>
  page.evaluate(() => document.activeElement?.textContent?.trim() ?? "");

async function tabTo(page: Page, text: string): Promise<void> {
  for (let presses = 0; presses < 30; presses += 1) {
    if ((await focusedText(page)) === text) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`Tab never reached “${text}”.`);
}

const codeFor = (app: Started) => latestCode(createVisitor(), app, mira.email);
