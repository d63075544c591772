import type { ServerResponse } from "node:http";
import { describe, expect, onTestFinished, test } from "vitest";
import { tutorialSettings } from "../../../src/local-cognito/pool/pool-settings.ts";
import { changes } from "../../../src/sign-in/routes/account/changes.ts";
import { totp } from "../../local-cognito/support/totp.ts";
import { type Answer, answer } from "../../support/faults.ts";
import { textOf } from "../../support/forms.ts";
import { mira, register } from "../../support/local-journey.ts";
import { signInAtProvider } from "../../support/refused.ts";
import { type ApiCall, createScriptedProvider } from "../../support/scripted-provider.ts";
import { start } from "../../support/start.ts";
import { createVisitor, type Page } from "../../support/visitor.ts";
import { runPool } from "../../testing/support/pool.ts";

const allScopes = { SCOPES: "openid email profile aws.cognito.signin.user.admin" };
const newPassword = "Another-horse-battery-8";
const secretOn = (page: Page) => textOf(page.html.querySelector("code") as never);
const notice = (page: Page) => textOf(page.html.querySelector("[role=status]") as never);

/**
 * The account page of a visitor, beside a pool whose JSON API can be in trouble. An address waits for its code, one
 * authenticator app is on, and a second one is being set up.
 */
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
  const attributes = { email: mira.email, nickname: "Mi" };
  await pool.signInAs({ username, password, attributes, emailVerified: false });
  const signInPage = await visitor.visit(`${app.appUrl}/login?returnTo=/account`);
  const first = await signInPage.submit("Sign in", { Username: username, Password: password });
  const firstApp = await first.submit("Set up authenticator app");
  const { pending } = (await pool.authenticatorApp(username)) ?? {};
  const page = await firstApp.submit("Turn on", { "Code from the app": pending?.code ?? "" });
  const setUp = await page.submit("Set up another authenticator app");
  return { pool, app, visitor, page, setUp, secret: pending?.secret ?? "" };
}

const forms: [button: string, values: Record<string, string>, stays: Record<string, string>][] = [
  ["Save", { Name: "Mira Blau", Nickname: "Blau" }, { Name: "Mira Blau", Nickname: "Blau" }],
  ["Verify", { "Verification code": "123456" }, { "Verification code": "123456" }],
  ["Send a new code", {}, {}],
  [
    "Change password",
    { "Current password": mira.password, "New password": newPassword },
    { "Current password": "", "New password": "" },
  ],
  ["Set up another authenticator app", {}, {}],
  ["Turn off", {}, {}],
  ["Delete account", { "Your user name": mira.username }, { "Your user name": mira.username }],
];

describe("Where Cognito's API is in trouble", () => {
  test.each(["error", "garbage", "down"] as const)(
    "(%s) the page is an outage, and each form comes back with what was typed",
    async (trouble) => {
      const beside = await besideTroubledPool();
      const { pool, app, visitor, page, setUp } = beside;
      pool.faults.endpoints.api = trouble;
      const status = trouble === "garbage" ? 502 : 503;
      const failed = await visitor.visit(`${app.appUrl}/account`);
      expect(failed.status).toBe(status);
      for (const [button, values, stays] of forms) {
        const refused = await page.submit(button, values);
        expect(refused.status, button).toBe(status);
        expect(refused.alert, button).toBeTruthy();
        expect(refused.heading).toBe("Your account");
        expect(refused.text).not.toMatch(/Sign-ins do not ask|Each sign-in asks/);
        for (const [label, value] of Object.entries(stays)) {
          expect(refused.field(label).getAttribute("value") ?? "", label).toBe(value);
        }
      }
      const unproved = await setUp.submit("Turn on", { "Code from the app": "123456" });
      expect([unproved.status, unproved.heading]).toEqual([status, "Authenticator app"]);
      expect(secretOn(unproved)).toBe(secretOn(setUp));
      for (const { event } of changes) {
        const line = app.log.find((entry) => entry.event === event && entry.outcome === "refused");
        expect(line, event).toMatchObject({
          subject: expect.stringMatching(/^[\w-]{12}$/),
          status,
        });
      }
      pool.faults.clear();
      await expectNothingChanged(beside);
    },
  );

  test("(hanging) the page and a form are an outage once the deadline is over", async () => {
    const beside = await besideTroubledPool(2_000);
    const { pool, app, visitor, page } = beside;
    pool.faults.endpoints.api = "hanging";
    const [failed, refused] = await Promise.all([
      visitor.visit(`${app.appUrl}/account`),
      page.submit("Save", { Name: "Mira Blau" }),
    ]);
    expect([failed.status, refused.status]).toEqual([503, 503]);
    expect(failed.headers["retry-after"]).toBeDefined();
    expect(refused.field("Name").getAttribute("value")).toBe("Mira Blau");
    pool.faults.clear();
    await expectNothingChanged(beside);
  });
});

type Beside = Awaited<ReturnType<typeof besideTroubledPool>>;

async function expectNothingChanged({ pool, app, visitor, secret }: Beside) {
  const page = await visitor.visit(`${app.appUrl}/account`);
  expect(page.status).toBe(200);
  expect(page.field("Nickname").getAttribute("value")).toBe("Mi");
  expect(page.text).toContain("Each sign-in asks for a code");
  expect(await pool.authenticatorApp(mira.username)).toMatchObject({ secret, isOn: true });
  const stopBefore = (url: URL) => url.pathname === "/account";
  await page.submit("Save", { Name: "Mira Blau" }, { stopBefore });
  pool.faults.endpoints.api = "error";
  expect((await visitor.visit(`${app.appUrl}/account`)).status).toBe(503);
  pool.faults.clear();
  const saved = await visitor.visit(`${app.appUrl}/account`);
  expect(notice(saved)).toBe("Your profile is saved.");
}

describe("A visitor from another provider", () => {
  test.each(["Google", "Facebook", "Amazon"])(
    "(%s) reads what lies there, and has no password or second factor here",
    async (name) => {
      const provider = name === "Amazon" ? "LoginWithAmazon" : name;
      const app = await start({ env: { IDENTITY_PROVIDERS: provider } });
      const visitor = createVisitor();
      const there = await (await visitor.visit(app.appUrl)).click(`Continue with ${name}`);
      await there.submit("Continue", { Email: "lea@example.org", Name: "Lea Roth" });
      const account = await visitor.visit(`${app.appUrl}/account`);
      expect(account.text).toContain(`You sign in with ${name}, so your password is there`);
      expect(account.text).toContain("so a second factor is set up there and not here");
      expect(account.text).toContain(`What comes from ${name} is set anew at each sign-in`);
      const buttons = account.html.querySelectorAll("button").map(textOf);
      expect(buttons).not.toContain("Change password");
      expect(buttons).not.toContain("Set up authenticator app");
      const { html } = account;
      const userName = textOf(html.querySelector(".facts dd") as never);
      const changed = await visitor.request("POST", `${app.appUrl}/account/password`, {
        form: { current_password: "x", new_password: newPassword },
        headers: { "sec-fetch-site": "same-origin" },
      });
      expect(changed.status).toBe(400);
      const gone = await account.submit("Delete account", { "Your user name": userName });
      expect(gone.heading).toBe("Your account is deleted.");
    },
  );
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

/** The account page beside a pool that does what the test tells it. */
async function besideScriptedPool() {
  const provider = await createScriptedProvider();
  onTestFinished(() => provider.close());
  const app = await start({ userPool: provider, env: allScopes });
  const visitor = createVisitor();
  await signInAtProvider(visitor, app);
  return { provider, app, visitor };
}

const refused = answer(400, { __type: "NotAuthorizedException", message: "Access Token revoked" });

describe("Where the pool refuses the token of a fresh sign-in", () => {
  test("the page says so, and nobody goes round in circles", async () => {
    const { provider, visitor, app } = await besideScriptedPool();
    provider.script({ apiAnswer: refused });
    const page = await visitor.visit(`${app.appUrl}/account`);
    expect([page.status, page.heading]).toEqual([502, "Your account cannot be shown"]);
    expect(page.link("Go to the start page")).toBe(`${app.appUrl}/`);
    const entry = app.log.find(({ code }) => code === "fresh_sign_in_refused");
    expect(entry).toMatchObject({ status: 502, reason: "GetUser: NotAuthorizedException" });
  });

  test("and its refresh token with it, the same", async () => {
    const { provider, visitor, app } = await besideScriptedPool();
    provider.script({
      apiAnswer: refused,
      tokenAnswer: (res, context) => {
        const isRefresh = context?.params.get("grant_type") === "refresh_token";
        const good = isRefresh ? undefined : context?.body;
        return answer(good ? 200 : 400, good ?? { error: "invalid_grant" })(res);
      },
    });
    const page = await visitor.visit(`${app.appUrl}/account`);
    expect([page.status, page.heading]).toEqual([502, "Your account cannot be shown"]);
  });

  test("and takes the next one, the account is at its usual address", async () => {
    const { provider, visitor, app } = await besideScriptedPool();
    provider.script({ apiAnswer: refused });
    const asked = await visitor.visit(`${app.appUrl}/account`, {
      stopBefore: ({ pathname }) => pathname === "/oauth2/authorize",
    });
    provider.script({ apiAnswer: undefined });
    const page = await visitor.visit(asked.location ?? "");
    expect([page.url, page.heading]).toEqual([`${app.appUrl}/account`, "Your account"]);
  });
});

test("Each refusal of the pool's is in plain words, and in the log by its code", async () => {
  const { provider, visitor, app } = await besideScriptedPool();
  Object.assign(provider.user, { email_verified: false });
  const page = await visitor.visit(`${app.appUrl}/account`);
  const password = { "Current password": mira.password, "New password": newPassword };
  const code = { "Verification code": "123456" };
  const name = { Name: "Mira Blau" };
  // The same form twice would be a double click.
  const refusals: [string, Record<string, string>, string, string, number, string][] = [
    ["Save", name, "UpdateUserAttributes", "AliasExists", 400, "another account has this"],
    ["Verify", code, "VerifyUserAttribute", "CodeMismatch", 400, "This is not the code"],
    ["Save", name, "UpdateUserAttributes", "LimitExceeded", 429, "in a quarter of an hour"],
    ["Verify", code, "VerifyUserAttribute", "ExpiredCode", 400, "This code is over"],
    ["Change password", password, "ChangePassword", "LimitExceeded", 429, "tried too often"],
    ["Send a new code", {}, "GetUserAttributeVerificationCode", "CodeDeliveryFailure", 502, "send"],
    [
      "Change password",
      password,
      "ChangePassword",
      "PasswordHistoryPolicyViolation",
      400,
      "before",
    ],
    [
      "Set up authenticator app",
      {},
      "AssociateSoftwareToken",
      "SoftwareTokenMFANotFound",
      400,
      "no",
    ],
    ["Change password", password, "ChangePassword", "NotAuthorized", 400, "not your current"],
    ["Delete account", { "Your user name": "mira" }, "DeleteUser", "Unheard", 400, "refused this"],
  ];
  for (const [button, values, operation, exception, status, words] of refusals) {
    const refusal = { __type: `${exception}Exception`, message: "Incorrect password" };
    provider.script({
      apiAnswer: (res, call) =>
        (call.operation === operation ? answer(400, refusal) : answer(200, call.good))(res),
    });
    app.log.length = 0;
    const refused = await page.submit(button, values);
    expect([refused.status, refused.heading], exception).toEqual([status, "Your account"]);
    expect(refused.alert, exception).toContain(words);
    expect(refused.headers["retry-after"], exception).toBe(status === 429 ? "900" : undefined);
    const line = app.log.find(({ outcome }) => outcome === "refused");
    expect(line, exception).toMatchObject({ code: expect.stringMatching(/^\w+$/), status });
  }
});

test("HT-3, HT-5: whatever the pool says of somebody is text on the page", async () => {
  const { provider, visitor, app } = await besideScriptedPool();
  const hostile = `"'><img src=x onerror=alert(1)><script>alert(2)</script>`;
  Object.assign(provider.user, {
    name: hostile,
    "custom:<b>": "\u202eevil",
    "custom:__proto__": "x",
    constructor: "x",
    identities: JSON.stringify([{ providerName: hostile }]),
  });
  const page = await visitor.visit(`${app.appUrl}/account`);
  expect([page.status, page.heading]).toEqual([200, "Your account"]);
  expect(page.html.querySelectorAll("img, script, b")).toEqual([]);
  expect(page.field("Name").getAttribute("value")).toBe(hostile);
  expect(page.text).not.toContain("<img");
  const odd = { identities: "not JSON", name: "x".repeat(100_000) };
  Object.assign(provider.user, odd);
  const next = await visitor.visit(`${app.appUrl}/account`);
  expect(next.text).toContain("You sign in with another provider");
});

test("IN-4: a field that comes twice, or by an odd name, changes nothing", async () => {
  const { provider, visitor, app } = await besideScriptedPool();
  const send = (body: string) =>
    visitor.request("POST", `${app.appUrl}/account/profile`, {
      body,
      headers: {
        "content-type": "application/x-www-form-urlencoded",
        "sec-fetch-site": "same-origin",
      },
    });
  for (const body of ["name=a&name=b", "name[a]=b&name=c&name=d"]) {
    expect((await send(body)).status, body).toBe(400);
  }
  for (const body of ["name[]=x", "sub=7&email_verified=true", "x%00y=1", "%F0%9F=1"]) {
    const answer = await send(body);
    expect([answer.status, answer.location], body).toEqual([303, `${app.appUrl}/account#main`]);
  }
  const operations = provider.requests.map(({ headers }) => String(headers["x-amz-target"]));
  expect(operations.filter((name) => name.endsWith("UpdateUserAttributes"))).toEqual([]);
});

test("The pool's page for passkeys is linked where the pool offers them, and leads back", async () => {
  const { provider, visitor, app } = await besideScriptedPool();
  const passkeys = (how: Answer) => ({
    apiAnswer: (res: ServerResponse, { operation, good }: ApiCall) =>
      (operation === "StartWebAuthnRegistration" ? how : answer(200, good))(res),
  });
  const account = () => visitor.visit(`${app.appUrl}/account`);
  const isLinked = (page: Page) => page.text.includes("Add a passkey");
  provider.script(passkeys(answer(500)));
  expect(isLinked(await account())).toBe(false);
  provider.script(passkeys(answer(200, { CredentialCreationOptions: {} })));
  const back = await (await account()).click("Add a passkey");
  expect([back.url, back.heading]).toEqual([`${app.appUrl}/account`, "Your account"]);
  expect(provider.count("/passkeys/add")).toBe(1);
  // It is asked once in a while, and not for each page.
  provider.script(passkeys(answer(400, { __type: "WebAuthnNotEnabledException" })));
  expect(isLinked(await account())).toBe(true);
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
