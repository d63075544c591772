import type { Browser, Page } from "playwright-core";
import { expect, test } from "vitest";
import { openPage } from "../support/chromium.ts";
import { expectGoodPage, heading } from "../support/good-page.ts";
import { localJson } from "../support/local-journey.ts";
import { type Started, start } from "../support/start.ts";
import { createVisitor } from "../support/visitor.ts";

/** Names without a place to break, and tables that are wider than a telephone. */
export function longWordTests(browser: () => Browser): void {
  test("no page scrolls sideways on a telephone, however long a name is; tables scroll by themselves, and show it", async () => {
    const app = await start({ env: { IDENTITY_PROVIDERS: "LoginWithAmazon" } });
    const { page } = await openPage(browser(), { viewport: { width: 375, height: 667 } });
    await page.goto(`${app.appUrl}/login?provider=LoginWithAmazon`);
    await page.getByLabel("Email").fill("lea@example.org");
    await page.getByLabel("Name", { exact: true }).fill("Lea Roth");
    await page.getByLabel("Name", { exact: true }).press("Enter");
    await heading(page, "You have successfully logged in.").waitFor();
    const local = `${app.localCognito?.origin}/_local`;
    const [lea] = await localJson<{ username: string }[]>(createVisitor(), app, "/_local/users");
    const ann = "a".repeat(128);
    await create(local, ann);
    await post(`${local}/users/${ann}/add-to-group`, { group: "g".repeat(128) });
    const pages = [
      ...["/", "/logged-in", "/account", "/sessions"].map((path) => app.appUrl + path),
      ...["", "/users", "/inbox", "/requests"].map((path) => local + path),
      ...[lea?.username, ann].map((name) => `${local}/users/${name}`),
      signInAddress(app),
      `${app.localCognito?.origin}/_providers/LoginWithAmazon/authorize`,
    ];
    for (const width of [375, 320]) {
      await page.setViewportSize({ width, height: 667 });
      for (const address of pages) {
        await page.goto(address);
        expect([address, await tooWideBy(page)]).toEqual([address, 0]);
      }
    }
    await page.goto(`${local}/users/${ann}`);
    await page.getByText("Delete this user").click();
    expect(await tooWideBy(page)).toBe(0);

    for (const [path, title] of [
      ["inbox", "Inbox"],
      ["users", "Users"],
      ["requests", "Requests"],
    ] as const) {
      await page.setViewportSize({ width: 1280, height: 800 });
      await page.goto(`${local}/${path}`);
      expect(await cellsOverTheirNeighbours(page)).toEqual([]);
      await expectGoodPage(page, title);
      await expectScrollable(page);
    }
  }, 120_000);
}

const tooWideBy = (page: Page) =>
  page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    return scrollWidth - clientWidth;
  });

const cellsOverTheirNeighbours = (page: Page) =>
  page
    .locator("td")
    .evaluateAll((cells) =>
      cells
        .filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth)
        .map(({ textContent }) => textContent),
    );

/** The table is in a named region that the keyboard reaches and scrolls, with a shadow where there is more. */
async function expectScrollable(page: Page): Promise<void> {
  const region = page.getByRole("region").filter({ has: page.getByRole("table") });
  const { hidden, name, shadows } = await region.evaluate((element) => ({
    hidden: element.scrollWidth - element.clientWidth,
    name: element.getAttribute("aria-label"),
    shadows: getComputedStyle(element).backgroundAttachment,
  }));
  expect(hidden).toBeGreaterThan(0);
  expect(name).toMatch(/\w/);
  expect(shadows).toMatch(/^local, local, scroll, scroll/);
  await region.focus();
  await page.keyboard.press("ArrowRight");
  await expect.poll(() => region.evaluate((element) => element.scrollLeft)).toBeGreaterThan(0);
}

const create = (local: string, username: string) =>
  post(`${local}/users`, { username, email: "ann@example.org", emailVerified: "true" });

async function post(address: string, fields: Record<string, string>): Promise<void> {
  const answer = await fetch(address, {
    method: "POST",
    body: new URLSearchParams(fields),
    headers: { accept: "application/json" },
  });
  expect(answer.ok).toBe(true);
}

function signInAddress({ localCognito, config }: Started): string {
  const request = { response_type: "code", redirect_uri: config.callbackUrl, scope: "openid" };
  const query = new URLSearchParams({ client_id: localCognito?.clientId ?? "", ...request });
  return `${localCognito?.origin}/login?${query}`;
}
