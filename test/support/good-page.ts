import type { Page } from "playwright-core";
import { expect } from "vitest";
import { expectNoAxeViolations } from "./chromium.ts";

/** In each look, by all of axe's rules once, and then by those that colours and width have a say in. */
const looks = [
  { name: "light, wide", colorScheme: "light", size: { width: 1280, height: 800 }, rules: [] },
  {
    name: "dark, 320 px",
    colorScheme: "dark",
    size: { width: 320, height: 640 },
    rules: ["color-contrast", "link-in-text-block", "target-size", "scrollable-region-focusable"],
  },
] as const;

/** One heading of that name and, in both looks, no barrier that axe knows and nothing wider than the window. */
export async function expectGoodPage(page: Page, title: string): Promise<void> {
  await heading(page, title).waitFor();
  expect(await page.locator("h1").count()).toBe(1);
  for (const { name, colorScheme, size, rules } of looks) {
    // Without transitions, or axe may see the colours half-way from one look to the other.
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await page.setViewportSize(size);
    await expectNoAxeViolations(page, [...rules]);
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(`${title}, ${name}: ${overflow} px too wide`).toBe(`${title}, ${name}: 0 px too wide`);
    await takePicture(page, `${title} ${name}`);
  }
}

export const heading = (page: Page, name: string) =>
  page.getByRole("heading", { level: 1, name, exact: true });

export const focusedName = (page: Page) =>
  page.evaluate(() => document.activeElement?.getAttribute("name"));

/** The field of that label which is shown: the classic pages have a second one for windows of another width. */
export const shown = (page: Page, label: string) =>
  page.getByLabel(label, { exact: true }).filter({ visible: true });

/** Fills fields by their labels. */
export async function fill(page: Page, values: Record<string, string>): Promise<void> {
  for (const [label, value] of Object.entries(values)) {
    await shown(page, label).fill(value);
  }
}

export async function expectAlert(page: Page, text: string): Promise<void> {
  await page.getByRole("alert").filter({ hasText: text }).waitFor();
}

/** Fails where the console holds more than Chromium's own lines on answers of these statuses, whose pages were tested. */
export function expectQuietConsole(messages: string[], statuses: number[]): void {
  const isExpected = (message: string) =>
    statuses.some((status) => message.includes(`the server responded with a status of ${status}`));
  expect(messages.filter((message) => !isExpected(message))).toEqual([]);
}

let pictures = 0;

/** Keeps a picture of each page where PICTURES names a folder, for people to look at. */
async function takePicture(page: Page, name: string): Promise<void> {
  if (!process.env.PICTURES) return;
  pictures += 1;
  const number = String(pictures).padStart(3, "0");
  const path = `${process.env.PICTURES}/${number}-${name.replace(/\W+/g, "-")}.png`;
  await page.screenshot({ path, fullPage: true });
}
