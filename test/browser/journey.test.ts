import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { expectNoAxeViolations, launchBrowser, newPage } from "../support/chromium.ts";
import { latestCode, mira, signIn } from "../support/local-journey.ts";
import { type Started, start } from "../support/start.ts";
import { createVisitor } from "../support/visitor.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser?.close());

const narrow = { width: 320, height: 640 };
const wide = { width: 1280, height: 800 };

describe.each([
  ["light, wide", "light", wide],
  ["dark, 320 px", "dark", narrow],
] as const)("In Chromium, %s", (_name, colorScheme, viewport) => {
  test("HT-2: a person registers, signs in and out, and every page is accessible and its console silent", async () => {
    const app = await start();
    const { page, consoleMessages, close } = await newPage(browser, { colorScheme, viewport });

    await page.goto(app.appUrl);
    await expectGoodPage(page, "Welcome to the Index Page!");
    await page.getByRole("link", { name: "Register/Login" }).click();
    await expectGoodPage(page, "Sign in");
    await page.getByRole("link", { name: "Sign up" }).click();
    await expectGoodPage(page, "Sign up");

    await signUp(page, { ...mira, password: "alllowercase" });
    await expectGoodPage(page, "Sign up");
    expect(await page.getByRole("alert").textContent()).toContain(
      "Password must have uppercase characters",
    );
    expect(await page.getByLabel("Username").inputValue()).toBe(mira.username);
    expect(await page.getByLabel("Email").inputValue()).toBe(mira.email);

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

    await page.getByRole("link", { name: "Cognito sign-in" }).click();
    await expectGoodPage(page, "Welcome to the Index Page!");
    await page.getByRole("button", { name: "Logout" }).click();
    await expectGoodPage(page, "You have been successfully logged out.");
    expect(page.url()).toBe(`${app.appUrl}/logout`);

    await page.getByRole("link", { name: "Log back in" }).click();
    await page.getByLabel("Username").fill(mira.email);
    await page.getByLabel("Password").fill("Wrong-horse-7");
    await page.getByRole("button", { name: "Sign in" }).click();
    await expectGoodPage(page, "Sign in");
    expect(await page.getByRole("alert").textContent()).toContain(
      "Incorrect username or password.",
    );
    await page.getByLabel("Password").fill(mira.password);
    await page.getByLabel("Password").press("Enter");
    await expectHeading(page, "You have successfully logged in.");

    expect(expectedRefusals(consoleMessages)).toEqual([]);
    await close();
  });

  test("the pool's own pages and the error pages are accessible", async () => {
    const app = await start();
    const { page, consoleMessages, close } = await newPage(browser, { colorScheme, viewport });
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

    expect(expectedRefusals(consoleMessages)).toEqual([]);
    await close();
  });
});

describe("In Chromium", () => {
  test("LO-5: Back after a sign-out shows nobody; two tabs sign in, and Back onto the spent callback keeps the visitor signed in", async () => {
    const app = await start();
    const { page: first, close } = await newPage(browser);
    await first.goto(`${app.appUrl}/login`);
    await first.getByRole("link", { name: "Sign up" }).click();
    await signUp(first, mira);
    await first.getByLabel("Verification code").fill(await codeFor(app));
    await first.getByRole("button", { name: "Confirm account" }).click();
    await first.getByRole("button", { name: "Logout" }).click();
    await expectHeading(first, "You have been successfully logged out.");
    await expectNothingKept(first);

    const second = await first.context().newPage();
    for (const tab of [first, second]) await tab.goto(`${app.appUrl}/login`);
    for (const tab of [second, first]) {
      await tab.getByLabel("Username").fill(mira.username);
      await tab.getByLabel("Password").fill(mira.password);
      await tab.getByRole("button", { name: "Sign in" }).click();
      await expectHeading(tab, "You have successfully logged in.");
    }

    await first.goBack();
    await first.goForward();
    await expectHeading(first, "You have successfully logged in.");
    await close();
  });

  test("the journey works by keyboard alone", async () => {
    const app = await start();
    const { page, close } = await newPage(browser);
    await page.goto(app.appUrl);

    await page.keyboard.press("Tab");
    expect(await focusedText(page)).toBe("Skip to content");
    await tabTo(page, "Register/Login");
    await page.keyboard.press("Enter");
    await expectHeading(page, "Sign in");
    await tabTo(page, "Sign up");
    await page.keyboard.press("Enter");
    await expectHeading(page, "Sign up");
    await page.getByLabel("Username").focus();
    await page.keyboard.type(mira.username);
    await page.keyboard.press("Tab");
    await page.keyboard.type(mira.email);
    await page.keyboard.press("Tab");
    await page.keyboard.type(mira.password);
    await page.keyboard.press("Enter");
    await expectHeading(page, "Confirm your account");
    await page.getByLabel("Verification code").fill(await codeFor(app));
    await page.keyboard.press("Enter");
    await expectHeading(page, "You have successfully logged in.");
    await tabTo(page, "Where you are signed in");
    await page.keyboard.press("Enter");
    await expectHeading(page, "Where you are signed in");
    await tabTo(page, "Sign out everywhere");
    await page.keyboard.press("Enter");
    await expectHeading(page, "You have been successfully logged out.");
    await close();
  });
});

async function signUp(page: Page, person: typeof mira): Promise<void> {
  await page.getByLabel("Username").fill(person.username);
  await page.getByLabel("Email").fill(person.email);
  await page.getByLabel("Password").fill(person.password);
  await page.getByRole("button", { name: "Sign up" }).click();
}

/** A page with one heading of that name, no barrier that axe knows, and nothing wider than the window. */
async function expectGoodPage(page: Page, heading: string): Promise<void> {
  await expectHeading(page, heading);
  expect(await page.locator("h1").count()).toBe(1);
  await expectNoAxeViolations(page);
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(`${page.url()} overflows by ${overflow} px`).toBe(`${page.url()} overflows by 0 px`);
  await takePicture(page, heading);
}

/** The Back button fetches anew what was seen while signed in: it leads to a sign-in. */
async function expectNothingKept(page: Page): Promise<void> {
  await page.goBack();
  await expectHeading(page, "Sign in");
  expect(await page.content()).not.toContain(mira.email);
}

async function expectHeading(page: Page, heading: string): Promise<void> {
  await page.getByRole("heading", { level: 1, name: heading }).waitFor({ timeout: 10_000 });
}

/** Chromium itself reports each answer of 400 and above; the pages of these answers are what is tested here. */
function expectedRefusals(messages: string[]): string[] {
  return messages.filter((message) => !/the server responded with a status of 4\d\d/.test(message));
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

let pictures = 0;

/** Keeps a picture of each page where PICTURES names a folder, for people to look at. */
async function takePicture(page: Page, name: string): Promise<void> {
  if (!process.env.PICTURES) return;
  pictures += 1;
  const number = String(pictures).padStart(2, "0");
  await page.screenshot({
    path: `${process.env.PICTURES}/${number}-${name.replace(/\W+/g, "-")}.png`,
    fullPage: true,
  });
}
