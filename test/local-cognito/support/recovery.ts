import type { Browser, Page } from "./browser.ts";
import { requestQuery, type TestPool } from "./pool.ts";

export const NEW_PASSWORD = "Fresh-Battery-7";
export const MISMATCH = "Invalid verification code provided, please try again.";

/** Asks for a code and follows to whatever page that leads to. */
export async function askForCode(
  pool: TestPool,
  browser: Browser,
  username = "mira",
): Promise<Page> {
  const page = await browser.get(`/forgotPassword?${requestQuery(pool)}`);
  return browser.follow(await browser.submit(page, "Send me a code", { username }));
}

/** Fills in the page that asks for the code. */
export function chooseNewPassword(
  browser: Browser,
  page: Page,
  code: string,
  password = NEW_PASSWORD,
): Promise<Page> {
  return browser.submit(page, "Change password", { code, password, passwordAgain: password });
}
