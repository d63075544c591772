import type { Browser, Page } from "playwright-core";
import { expect, test } from "vitest";
import { openPage } from "../support/chromium.ts";
import { expectQuietConsole, fill, heading } from "../support/good-page.ts";
import { mira, type Person, register } from "../support/local-journey.ts";
import { start } from "../support/start.ts";
import { createVisitor } from "../support/visitor.ts";

const noor: Person = { ...mira, username: "noor", email: "noor@example.org" };
/** What other programs on this machine call their cookies: browsers do not separate cookies by port. */
const commonNames = ["session", "connect.sid", "XSRF-TOKEN", "csrf-token", "cognito"];

/** What happens where the browser has met more than one app on localhost. */
export function sideBySideTests(browser: () => Browser): void {
  test("LL-11: two apps and their pools share a browser with programs whose cookies have common names", async () => {
    const [one, other] = await Promise.all([start(), start()]);
    await Promise.all([
      register(createVisitor(), one, mira),
      register(createVisitor(), other, noor),
    ]);
    const { page: atOne, consoleMessages } = await openPage(browser());
    const atOther = await atOne.context().newPage();
    const foreign = ["localhost", "127.0.0.1"].flatMap((domain) =>
      commonNames.map((name) => ({ name, value: "theirs", domain, path: "/" })),
    );
    await atOne.context().addCookies(foreign);

    await atOne.goto(`${one.appUrl}/login`);
    await atOther.goto(`${other.appUrl}/login`);
    await signIn(atOne, mira);
    await signIn(atOther, noor);
    for (const [page, { username }] of [
      [atOne, mira],
      [atOther, noor],
    ] as const) {
      await page.reload();
      expect(await page.getByRole("main").textContent()).toContain(username);
    }

    await atOne.getByRole("button", { name: "Logout" }).click();
    await heading(atOne, "You have been successfully logged out.").waitFor();
    await atOther.reload();
    expect(await atOther.getByRole("main").textContent()).toContain("noor");
    await atOne.goto(one.appUrl);
    await atOne.getByRole("link", { name: "Register/Login" }).waitFor();

    const kept = (await atOne.context().cookies()).filter(({ value }) => value === "theirs");
    expect(kept).toHaveLength(foreign.length);
    expectQuietConsole(consoleMessages, []);
  });
}

async function signIn(page: Page, { username, password }: Person): Promise<void> {
  await fill(page, { Username: username, Password: password });
  await page.getByRole("button", { name: "Sign in" }).click();
  await heading(page, "You have successfully logged in.").waitFor();
}
