import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser, Page } from "playwright-core";
import { expect, onTestFinished, test } from "vitest";
import {
  newestCode,
  PASSWORD,
  register,
  startPool,
  type TestPool,
} from "../local-cognito/support/pool.ts";
import { openPage } from "../support/chromium.ts";

/** How public scripts for Cypress, Selenium, Playwright and Puppeteer find their way on the classic pages. */
export function scriptTests(browser: () => Browser): void {
  const desktop =
    "modal-content background-customizable modal-content-mobile visible-md visible-lg";
  const nested = ":nth-child(2) > :nth-child(1) > :nth-child(1) > .cognito-asf";

  test("scripts find the fields that are shown, in wide windows and in narrow ones", async () => {
    const { pool, signInAt, isBack } = await poolAndApp();
    await register(pool, undefined, {}, { redirect_uri: signInAt.callback });
    const { page } = await openPage(browser());
    // A fast script looks before a stylesheet has come.
    await page.route("**/*.css?*", (route) => route.abort());
    const ways: [width: number, username: string, password: string, button: string][] = [
      [1280, "#signInFormUsername", "#signInFormPassword", "[name=signInSubmitButton]"],
      [800, "#signInFormUsername", "#signInFormPassword", "[name=signInSubmitButton]"],
      [1280, 'input[name="username"]', 'input[name="password"]', 'input[type="submit"]'],
      [320, 'input[name="username"]', 'input[name="password"]', ".submitButton-customizable"],
    ];
    for (const [width, username, password, button] of ways) {
      await page.setViewportSize({ width, height: 700 });
      await page.goto(signInAt.address());
      const form = page.locator('form[name="cognitoSignInForm"]:visible');
      await form.locator(`${username}:visible`).fill("mira");
      await form.locator(`${password}:visible`).fill(PASSWORD);
      await form.locator(`${button}:visible`).click();
      await isBack(page);
    }
  });

  test("scripts find the wide window's form by its place, its class and its order", async () => {
    const { pool, signInAt, isBack } = await poolAndApp();
    await register(pool, undefined, {}, { redirect_uri: signInAt.callback });
    const { page } = await openPage(browser());
    const ways: [username: string, password: string, button: string][] = [
      [
        ".visible-lg #signInFormUsername",
        ".visible-lg #signInFormPassword",
        ".visible-lg .btn-primary",
      ],
      [
        "(//input[@id='signInFormUsername'])[2]",
        "(//input[@id='signInFormPassword'])[2]",
        "(//input[@class='btn btn-primary submitButton-customizable'])[2]",
      ],
      [
        `//div[@class='${desktop}']//div[@class='modal-body']//div//div//div//div//form[@name='cognitoSignInForm']//div//input[@id='signInFormUsername']`,
        `//div[@class='${desktop}']//input[@id='signInFormPassword' and @type='password']`,
        `//div[@class='${desktop}']//input[@name='signInSubmitButton' and @type='submit']`,
      ],
      [
        "//div[@class='modal-dialog']/div[2]//form[@name='cognitoSignInForm']//input[@id='signInFormUsername']",
        "//div[@class='modal-dialog']/div[2]//form[@name='cognitoSignInForm']//input[@id='signInFormPassword']",
        ".visible-md form[name='cognitoSignInForm'] > input[name='signInSubmitButton']",
      ],
      [
        `.visible-md ${nested} > :nth-child(3) > #signInFormUsername`,
        `.visible-md ${nested} > :nth-child(5) > #signInFormPassword`,
        `.visible-md ${nested} > .btn`,
      ],
    ];
    for (const [username, password, button] of ways) {
      await page.goto(signInAt.address());
      await page.locator(username).fill("mira");
      await page.locator(password).fill(PASSWORD);
      await page.locator(button).click();
      await isBack(page);
    }
  });

  test("a script of the page fills the first form and submits it, whether it is shown or not", async () => {
    const { pool, signInAt, isBack } = await poolAndApp();
    await register(pool, undefined, {}, { redirect_uri: signInAt.callback });
    const { page } = await openPage(browser());
    for (const ending of ["submit()", "querySelector('[name=signInSubmitButton]').click()"]) {
      await page.goto(signInAt.address());
      await page.evaluate(`
        document.querySelector("#signInFormUsername").value = "mira";
        document.querySelector("#signInFormPassword").value = "${PASSWORD}";
        document.querySelector("form[name=cognitoSignInForm]").${ending}`);
      await isBack(page);
    }
  });

  test("scripts read why a sign-in failed, and go on as who is signed in", async () => {
    const { pool, signInAt, isBack } = await poolAndApp();
    await register(pool, undefined, {}, { redirect_uri: signInAt.callback });
    const { page } = await openPage(browser());
    await page.goto(signInAt.address("/login"));
    const fill = async (password: string) => {
      await page.locator(".visible-lg input[name='username']").fill("mira");
      await page.locator(".visible-lg input[name='password']").fill(password);
      await page.locator(".visible-lg input[name='signInSubmitButton']").click();
    };
    await fill("Wrong-Horse-9");
    const error = page.locator(".visible-md #loginErrorMessage");
    expect(await error.textContent()).toBe("Incorrect username or password.");
    await fill(PASSWORD);
    await isBack(page);
    await page.goto(signInAt.address("/login"));
    await page
      .locator(
        ".visible-md > .modal-body > :nth-child(1) > :nth-child(1) > :nth-child(1) > .cognito-asf > :nth-child(2) > .btn",
      )
      .click();
    await isBack(page);
  });

  test("scripts sign up and confirm by names, and a label leads to its field", async () => {
    const { pool, signInAt, isBack } = await poolAndApp();
    const { page } = await openPage(browser());
    await page.goto(signInAt.address());
    await page.locator(".visible-lg").getByText("Username", { exact: true }).click({ force: true });
    expect(await page.evaluate("document.activeElement.name")).toBe("username");
    await page.locator("a:text('Sign up'):visible").click();
    await page.locator("(//input[@name='username'])[1]").fill("mira");
    await page.locator("(//input[@name='requiredAttributes[email]'])[1]").fill("mira@example.org");
    await page.locator("(//input[@name='password'])[1]").fill(PASSWORD);
    await page.locator("(//button[text()='Sign up'])[1]").click();
    await page.locator("#verification_code").fill(await newestCode(pool.browser()));
    await page.locator("//button[text()='Confirm account']").click();
    await isBack(page);
  });
}

interface PoolAndApp {
  pool: TestPool;
  signInAt: { callback: string; address(path?: string): string };
  /** Waits until the browser is back at the app with a code, . */
  isBack(page: Page): Promise<void>;
}

async function poolAndApp(): Promise<PoolAndApp> {
  const app = createServer((_req, res) => void res.end("back"));
  app.listen(0, "127.0.0.1");
  await new Promise((resolve) => app.once("listening", resolve));
  onTestFinished(() => void app.close());
  const callback = `http://localhost:${(app.address() as AddressInfo).port}/back`;
  const pool = await startPool({ callbackUrls: [callback] });
  const query = new URLSearchParams({
    client_id: pool.clientId,
    response_type: "code",
    redirect_uri: callback,
  });
  const address = (path = "/oauth2/authorize?prompt=login&") =>
    `${pool.origin}${path.includes("?") ? path : `${path}?`}${query}`;
  return {
    pool,
    signInAt: { callback, address },
    isBack: (page) => page.waitForURL(`${callback}?code=*`),
  };
}
