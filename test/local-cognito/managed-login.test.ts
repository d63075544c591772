import { parse } from "node-html-parser";
import { describe, expect, test } from "vitest";
import { tutorialSettings, withFirstClient } from "../../src/local-cognito/pool/pool-settings.ts";
import { alertOf, fieldValue } from "./support/browser.ts";
import {
  authorizeAddress,
  codeOf,
  newestCode,
  PASSWORD,
  register,
  requestQuery,
  signIn,
  startPool,
  type TestPool,
} from "./support/pool.ts";
import { withSettings } from "./support/settings.ts";

const managed = withSettings({ managedLoginVersion: 2 });
const [client] = tutorialSettings.clients;
const nameFirst = {
  settings: withFirstClient(managed.settings, {
    authFlows: [...client.authFlows, "ALLOW_USER_AUTH" as const],
  }),
};

async function registered(options: Partial<Parameters<typeof startPool>[0]>): Promise<TestPool> {
  const pool = await startPool(options);
  await register(pool);
  return pool;
}

describe("managed login", () => {
  test("has one form, placeholders, and its token under two names, each of which will do", async () => {
    const pool = await registered(managed);
    const browser = pool.browser();
    const page = await browser.open(authorizeAddress(pool));
    const html = parse(page.text);
    expect(html.querySelectorAll("form")).toHaveLength(1);
    expect(html.querySelector("#signInFormUsername")).toBeNull();
    const placeholders = html
      .querySelectorAll("input[placeholder]")
      .map((input) => [input.getAttribute("name"), input.getAttribute("placeholder")]);
    expect(placeholders).toEqual([
      ["username", "Enter your username"],
      ["password", "Enter your password"],
    ]);
    expect(html.querySelector("button[type=submit]")?.text).toBe("Sign in");
    const token = fieldValue(page, "csrf");
    expect(fieldValue(page, "_csrf")).toBe(token);
    const fields = { username: "mira", password: PASSWORD, cognitoAsfData: "" };
    for (const name of ["csrf", "_csrf"]) {
      const answer = await browser.post(page.url, { ...fields, [name]: token });
      expect([answer.status, codeOf(answer)]).toEqual([302, expect.any(String)]);
    }
    expect((await browser.post(page.url, { ...fields, csrf: "made up" })).status).toBe(403);
  });

  test("offers no way to a forgotten password where the pool has none", async () => {
    for (const options of [managed, nameFirst]) {
      const pool = await startPool({ settings: { ...options.settings, recoveryBy: [] } });
      const browser = pool.browser();
      const page = await browser.open(authorizeAddress(pool));
      const last =
        options === nameFirst ? await browser.submit(page, "Next", { username: "mira" }) : page;
      expect(last.text).toContain('type="password"');
      expect(last.text).not.toContain("/forgotPassword");
    }
  });

  test("signs up, confirms, recovers a password and says what is wrong, as the classic pages do", async () => {
    const pool = await startPool(managed);
    const browser = pool.browser();
    const form = await browser.get(`/signup?${requestQuery(pool)}`);
    const values = { username: "mira", "requiredAttributes[email]": "mira@example.org" };
    const short = await browser.submit(form, "Sign up", { ...values, password: "short" });
    expect([short.status, alertOf(short)]).toEqual([
      400,
      "Password did not conform with policy: Password not long enough",
    ]);
    expect(fieldValue(short, "email")).toBe("mira@example.org");
    const confirming = await browser.follow(
      await browser.submit(short, "Sign up", { ...values, password: PASSWORD }),
    );
    const code = await newestCode(browser);
    expect(codeOf(await browser.submit(confirming, "Confirm account", { code }))).toBeTruthy();

    const other = pool.browser();
    const asking = await other.get(`/forgotPassword?${requestQuery(pool)}`);
    const choosing = await other.follow(
      await other.submit(asking, "Send me a code", { username: "mira" }),
    );
    const fresh = { password: "Fresh-Battery-7", passwordAgain: "Fresh-Battery-7" };
    const again = { code: await newestCode(other), ...fresh };
    const back = await other.follow(await other.submit(choosing, "Change password", again));
    expect(back.text).toContain(
      'role="status">Your password is changed. Sign in with the new one.<',
    );
    expect(codeOf(await signIn(pool, other, { password: fresh.password }))).toBeTruthy();
  });

  test("asks for the name first and for the password on a second page, where the client allows ALLOW_USER_AUTH", async () => {
    const pool = await registered(nameFirst);
    const browser = pool.browser();
    const first = await browser.open(authorizeAddress(pool));
    expect(first.text).not.toContain('name="password"');
    for (const username of ["mira", "nobody"]) {
      const second = await browser.submit(first, "Next", { username });
      expect([second.status, fieldValue(second, "username")]).toEqual([200, username]);
      expect(second.text).toContain('placeholder="Enter your password"');
      const wrong = await browser.submit(second, "Sign in", { password: "Wrong-Horse-9" });
      expect([wrong.status, alertOf(wrong)]).toEqual([400, "Incorrect username or password."]);
      const empty = await browser.submit(wrong, "Sign in", { password: "" });
      expect(empty.status).toBe(400);
      const done = await browser.submit(wrong, "Sign in", { password: PASSWORD });
      expect(done.status).toBe(username === "mira" ? 302 : 400);
    }
  });

  test("takes name and password at once as well, from scripts that send both", async () => {
    const pool = await registered(nameFirst);
    const browser = pool.browser();
    const page = await browser.open(authorizeAddress(pool, { prompt: "login" }));
    const fields = { username: "mira", password: PASSWORD, csrf: fieldValue(page, "csrf") };
    expect(codeOf(await browser.post(page.url, fields))).toBeTruthy();
  });

  test("is not there where the domain has the classic pages, whatever the client allows", async () => {
    const authFlows = [...client.authFlows, "ALLOW_USER_AUTH" as const];
    const pool = await startPool({ settings: withFirstClient(tutorialSettings, { authFlows }) });
    const page = await pool.browser().open(authorizeAddress(pool));
    expect(page.text).toContain('name="cognitoSignInForm"');
    expect(page.text).not.toContain('name="csrf"');
  });
});
