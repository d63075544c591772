import { readFile } from "node:fs/promises";
import type { AxeResults } from "axe-core";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { expect, onTestFinished } from "vitest";
import { findBrowser } from "./browser-binary.ts";

/** A page of a real browser, and everything that its console complained about. */
export interface WatchedPage {
  page: Page;
  /** Warnings, errors, uncaught exceptions and refusals by the content security policy. */
  consoleMessages: string[];
  close(): Promise<void>;
}

// Chromium's own calls home would fail on a closed network, many at a time. Web security stays on.
const flags = [
  "--no-sandbox",
  "--disable-quic",
  "--disable-gpu",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  // Pages of all sites share one process: each step between the app and the hosted pages would start another.
  "--disable-site-isolation-trials",
  "--renderer-process-limit=1",
  "--disable-features=OptimizationHints,MediaRouter,Translate",
];

/** Starts a headless Chromium, or throws an error that says what to install. */
export async function launchBrowser(): Promise<Browser> {
  const { executablePath, env } = await findBrowser();
  return chromium.launch({ executablePath, args: flags, env: { ...process.env, ...env } });
}

const axeSource = readFile(
  new URL("../../node_modules/axe-core/axe.min.js", import.meta.url),
  "utf8",
);

/** Opens a page in a profile of its own, so that no cookie is shared with another page. */
export async function newPage(
  browser: Browser,
  options: BrowserContextOptions = {},
): Promise<WatchedPage> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  return { page, consoleMessages: collectMessages(page), close: () => context.close() };
}

/** The same for one test, with which it is closed. */
export async function openPage(
  browser: Browser,
  options: BrowserContextOptions = {},
): Promise<Omit<WatchedPage, "close">> {
  const { close, ...watched } = await newPage(browser, options);
  onTestFinished(close);
  return watched;
}

function collectMessages(page: Page): string[] {
  const messages: string[] = [];
  page.on("console", (message) => {
    if (!["warning", "error"].includes(message.type())) return;
    messages.push(`${message.type()}: ${message.text()} (${message.location().url})`);
  });
  page.on("pageerror", (error) => messages.push(`exception: ${error.message}`));
  return messages;
}

/**
 * Fails where axe finds a barrier, by all rules or by some. It is evaluated by the debugger, which no page's policy binds,
 * and once a page: its own binding for this browser takes five times as long.
 */
export async function expectNoAxeViolations(page: Page, rules: string[] = []): Promise<void> {
  if (!(await page.evaluate("'axe' in window"))) await page.evaluate(await axeSource);
  const options = { resultTypes: ["violations"], ...(rules.length > 0 && { runOnly: rules }) };
  const { violations } = (await page.evaluate(`axe.run(${JSON.stringify(options)})`)) as AxeResults;
  const findings = violations.flatMap(({ id, help, nodes }) =>
    nodes.map(
      ({ target, failureSummary }) => `${id} at ${target.join(" ")}: ${help}. ${failureSummary}`,
    ),
  );
  expect(findings, findings.join("\n")).toEqual([]);
}
