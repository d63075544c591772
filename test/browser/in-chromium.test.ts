import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe } from "vitest";
import { launchBrowser } from "../support/chromium.ts";
import { accountTests } from "./account.ts";
import { administrationTests } from "./administration.ts";
import { journeyTests } from "./journey.ts";
import { longWordTests } from "./long-words.ts";
import { scriptTests } from "./scripts.ts";
import { sideBySideTests } from "./side-by-side.ts";
import { singlePageAppTests } from "./single-page-app.ts";
import { watchedPageTests } from "./watched-page.ts";
import { waysInTests } from "./ways-in.ts";

// One for all of them: to start one costs as much as to look at five pages.
let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser?.close());

describe("In Chromium", () => {
  watchedPageTests(() => browser);
  journeyTests(() => browser);
  accountTests(() => browser);
  administrationTests(() => browser);
  waysInTests(() => browser);
  longWordTests(() => browser);
  scriptTests(() => browser);
  sideBySideTests(() => browser);
  singlePageAppTests(() => browser);
});
