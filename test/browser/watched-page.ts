import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser } from "playwright-core";
import { expect, onTestFinished, test } from "vitest";
import { expectNoAxeViolations, openPage } from "../support/chromium.ts";

/** What the other tests of a browser rely on. */
export function watchedPageTests(browser: () => Browser): void {
  test("a real browser shows a page under the strictest policy, and its complaints are heard", async () => {
    const origin = await serve("<h1>Hello</h1>");
    const { page, consoleMessages } = await openPage(browser(), { colorScheme: "dark" });

    await page.goto(origin);
    expect(await page.getByRole("heading").textContent()).toBe("Hello");
    await expectNoAxeViolations(page);
    expect(consoleMessages).toEqual([]);

    await page.goto(await serve('<h1 style="color: red">Hello</h1><img src="/x.png">'));
    expect(consoleMessages.join()).toMatch(/Content Security Policy/);
    await expect(expectNoAxeViolations(page)).rejects.toThrow(/image-alt/);
  });
}

async function serve(main: string): Promise<string> {
  const server = createServer((_req, res) => {
    res.setHeader("Content-Type", "text/html; charset=utf-8");
    res.setHeader("Content-Security-Policy", "default-src 'none'");
    res.end(`<!doctype html><html lang="en"><title>Page</title><main>${main}</main></html>`);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
