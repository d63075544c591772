import { describe, expect, test } from "vitest";
import { tutorialSettings } from "../../../src/local-cognito/pool/pool-settings.ts";
import { totp } from "../../local-cognito/support/totp.ts";
import { textOf } from "../../support/forms.ts";
import { mira, register } from "../../support/local-journey.ts";
import { type Started, start } from "../../support/start.ts";
import { createVisitor, type Page, type Visitor } from "../../support/visitor.ts";
import { type PoolOfATest, runPool } from "../../testing/support/pool.ts";

const allScopes = { SCOPES: "openid email profile aws.cognito.signin.user.admin" };
const newPassword = "Another-horse-battery-8";
const notice = (page: Page) => textOf(page.html.querySelector("[role=status]") as never);

/** The account page of a visitor, beside a pool whose JSON API can be in trouble. */
async function besideTroubledPool(deadlineMs?: number) {
  const pool = await runPool();
  const app = await start({
    userPool: { ...pool, domain: pool.origin },
    env: allScopes,
    ...(deadlineMs && { cognitoDeadlineMs: deadlineMs }),
  });
  pool.register({ callbackUrl: app.config.callbackUrl, signOutUrl: app.config.signOutUrl });
  const visitor = createVisitor();
  const { username, password } = mira;
  await pool.signInAs({ username, password, attributes: { email: mira.email, nickname: "Mi" } });
  const signInPage = await visitor.visit(`${app.appUrl}/login?returnTo=/account`);
  const page = await signInPage.submit("Sign in", { Username: username, Password: password });
  expect(page.heading).toBe("Your account");
  return { pool, app, visitor, page };
}

const forms: [button: string, values: Record<string, string>, stays: Record<string, string>][] = [
  ["Save", { Name: "Mira Blau", Nickname: "Blau" }, { Name: "Mira Blau", Nickname: "Blau" }],
  [
    "Change password",
    { "Current password": mira.password, "New password": newPassword },
    { "Current password": "", "New password": "" },
  ],
  ["Set up authenticator app", {}, {}],
  ["Delete account", { "Your user name": mira.username }, { "Your user name": mira.username }],
];

describe("Where Cognito's API is in trouble", () => {
  test.each(["error", "garbage", "down"] as const)(
    "(%s) the page is an outage, and each form comes back with what was typed",
    async (trouble) => {
      const { pool, app, visitor, page } = await besideTroubledPool();
      pool.faults.endpoints.api = trouble;
      const failed = await visitor.visit(`${app.appUrl}/account`);
      expect(failed.status).toBe(trouble === "garbage" ? 502 : 503);
      for (const [button, values, stays] of forms) {
        const refused = await page.submit(button, values);
        expect(refused.status, button).toBe(trouble === "garbage" ? 502 : 503);
        expect(refused.alert, button).toBeTruthy();
        expect(refused.heading).toBe("Your account");
        expect(refused.text).not.toMatch(/Sign-ins do not ask|Each sign-in asks/);
        for (const [label, value] of Object.entries(stays)) {
          expect(refused.field(label).getAttribute("value") ?? "", label).toBe(value);
        }
      }
      pool.faults.clear();
      await expectNothingChanged(pool, app, visitor);
    },
  );

  test("(hanging) the page and a form are an outage once the deadline is over", async () => {
    const { pool, app, visitor, page } = await besideTroubledPool(2_000);
    pool.faults.endpoints.api = "hanging";
    const [failed, refused] = await Promise.all([
      visitor.visit(`${app.appUrl}/account`),
      page.submit("Save", { Name: "Mira Blau" }),
    ]);
    expect([failed.status, refused.status]).toEqual([503, 503]);
    expect(failed.headers["retry-after"]).toBeDefined();
    expect(refused.field("Name").getAttribute("value")).toBe("Mira Blau");
    pool.faults.clear();
    await expectNothingChanged(pool, app, visitor);
  });
});

async function expectNothingChanged(pool: PoolOfATest, app: Started, visitor: Visitor) {
  const page = await visitor.visit(`${app.appUrl}/account`);
  expect(page.status).toBe(200);
  expect(page.field("Nickname").getAttribute("value")).toBe("Mi");
  expect(page.text).toContain("Sign-ins do not ask");
  expect(await pool.authenticatorApp(mira.username)).toBeUndefined();
  const saved = await page.submit("Save", { Name: "Mira Blau" });
  expect(notice(saved)).toBe("Your profile is saved.");
}

describe("A visitor from Google", () => {
  test("reads what lies there, and has no password or second factor here", async () => {
    const app = await start({ env: { IDENTITY_PROVIDERS: "Google" } });
    const visitor = createVisitor();
    const google = await (await visitor.visit(app.appUrl)).click("Continue with Google");
    await google.submit("Continue", { Email: "lea@example.org", Name: "Lea Roth" });
    const account = await visitor.visit(`${app.appUrl}/account`);
    expect(account.text).toContain("You sign in with Google, so your password is there");
    expect(account.text).toContain("so a second factor is set up there and not here");
    expect(account.text).toContain("What comes from Google is set anew at each sign-in");
    const buttons = account.html.querySelectorAll("button").map(textOf);
    expect(buttons).not.toContain("Change password");
    expect(buttons).not.toContain("Set up authenticator app");
    const changed = await visitor.request("POST", `${app.appUrl}/account/password`, {
      form: { current_password: "x", new_password: newPassword },
      headers: { "sec-fetch-site": "same-origin" },
    });
    expect(changed.status).toBe(400);
  });
});

test("A visitor who was disabled meanwhile is sent to sign in, and cannot change anything", async () => {
  const app = await start();
  const visitor = createVisitor();
  await register(visitor, app);
  const page = await visitor.visit(`${app.appUrl}/account`);
  await visitor.request("POST", `${app.localCognito?.origin}/_local/users/mira/disable`);
  const refused = await page.submit("Save", { Name: "Mira Blau" });
  expect(refused.url).toContain(`${app.localCognito?.origin}/login`);
  const seen = await visitor.visit(`${app.appUrl}/account`);
  expect(seen.url).toContain(`${app.localCognito?.origin}/login`);
});

test("Switching the app off says what becomes of it where the pool requires a second factor", async () => {
  const clock = { ms: Date.now() };
  const app = await start({
    poolSettings: { ...tutorialSettings, mfa: "ON" },
    now: () => clock.ms,
  });
  const visitor = createVisitor();
  const setUp = await register(visitor, app);
  const secret = textOf(setUp.html.querySelector("code") as never).replaceAll(" ", "");
  await setUp.submit("Finish and sign in", { Code: totp(secret, clock.ms) });
  const page = await visitor.visit(`${app.appUrl}/account`);
  expect(page.text).toContain("Each sign-in asks for a code");
  expect(notice(await page.submit("Turn off"))).toContain(
    "your next sign-in asks you to set it up",
  );
});
