import type { Page } from "playwright-core";
import { expect, onTestFinished, test } from "vitest";
import { expectNoAxeViolations, launchBrowser, newPage } from "../support/chromium.ts";
import { latestCode } from "../support/local-journey.ts";
import { start } from "../support/start.ts";
import { createVisitor } from "../support/visitor.ts";

const looks = [
  ["light, wide", "light", { width: 1280, height: 800 }],
  ["dark, 320 px", "dark", { width: 320, height: 640 }],
] as const;

test("In Chromium an administrator makes a user, who chooses a password, forgets it and recovers it, by keyboard", async () => {
  const app = await start();
  const local = `${app.localCognito?.origin}/_local`;
  const browser = await launchBrowser();
  onTestFinished(() => browser.close());
  const { page, consoleMessages } = await newPage(browser);
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
  await heading(page, "Sign in").waitFor();
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
  expect(consoleMessages.filter((message) => !/status of 400/.test(message))).toEqual([]);
}, 120_000);

const heading = (page: Page, name: string) =>
  page.getByRole("heading", { level: 1, name, exact: true });

const focusedName = (page: Page) =>
  page.evaluate(() => document.activeElement?.getAttribute("name"));

async function fill(page: Page, values: Record<string, string>): Promise<void> {
  for (const [label, value] of Object.entries(values)) {
    await page.getByLabel(label, { exact: true }).fill(value);
  }
}

async function chooseTwice(page: Page, password: string): Promise<void> {
  await fill(page, { "New password": password, "New password again": password });
  await page.keyboard.press("Enter");
}

async function expectAlert(page: Page, text: string): Promise<void> {
  await page.getByRole("alert").filter({ hasText: text }).waitFor();
}

/** One heading of that name and, in both looks, no barrier that axe knows and nothing wider than the window. */
async function expectGoodPage(page: Page, title: string): Promise<void> {
  await heading(page, title).waitFor();
  for (const [look, colorScheme, size] of looks) {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize(size);
    await expectNoAxeViolations(page);
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(`${title}, ${look}: ${overflow} px too wide`).toBe(`${title}, ${look}: 0 px too wide`);
    await takePicture(page, `${title} ${look}`);
  }
}

/** Keeps a picture of each page where PICTURES names a folder, for people to look at. */
async function takePicture(page: Page, name: string): Promise<void> {
  if (!process.env.PICTURES) return;
  const path = `${process.env.PICTURES}/${name.replace(/\W+/g, "-")}.png`;
  await page.screenshot({ path, fullPage: true });
}
