import { parse } from "node-html-parser";
import { describe, expect, test } from "vitest";
import { administer, createUser, detailsOf, TEMPORARY_PASSWORD } from "./support/admin.ts";
import { alertOf } from "./support/browser.ts";
import { redeem } from "./support/client.ts";
import {
  authorizeAddress,
  codeOf,
  newestCode,
  PASSWORD,
  readInbox,
  register,
  requestQuery,
  signIn,
  signUp,
  startPool,
} from "./support/pool.ts";
import { withSettings } from "./support/settings.ts";

const claimsOf = (idToken: unknown) =>
  JSON.parse(Buffer.from(String(idToken).split(".")[1] ?? "", "base64url").toString());

test.each(["alias", "email", "username"] as const)(
  "The sign-in page says that an address works exactly where both work: %s",
  async (signInWith) => {
    const hint = "Your user name, or your email address.";
    for (const managedLoginVersion of [1, 2] as const) {
      const pool = await startPool(withSettings({ signInWith, managedLoginVersion }));
      const { text } = await pool.browser().open(authorizeAddress(pool));
      const html = parse(text);
      for (const field of html.querySelectorAll("input[name=username]")) {
        const hintId = field.getAttribute("aria-describedby");
        const said = hintId && html.querySelector(`#${hintId}`)?.text;
        expect(said).toBe(signInWith === "alias" ? hint : undefined);
      }
      expect(html.querySelectorAll("input[name=username]").length).toBe(3 - managedLoginVersion);
    }
  },
);

describe("a pool whose users sign in with their address", () => {
  const byEmail = withSettings({ signInWith: "email" });

  test("asks for no user name: the name that apps see is the sub", async () => {
    const pool = await startPool(byEmail);
    const browser = pool.browser();
    const form = await browser.get(`/signup?${requestQuery(pool)}`);
    expect(form.text).not.toContain('name="username"');
    const { body } = await redeem(pool, codeOf(await register(pool, browser)));

    const claims = claimsOf(body.id_token);

    expect(claims["cognito:username"]).toBe(claims.sub);
    expect(claims.email).toBe("mira@example.org");
    const signInPage = await browser.open(authorizeAddress(pool, { prompt: "login" }));
    expect(signInPage.text).toMatch(/<label for="signInFormUsername"[^>]*>Email<\/label>/);
    const again = await signIn(pool, pool.browser(), { username: "MIRA@example.org" });
    expect(claimsOf((await redeem(pool, codeOf(again))).body.id_token).sub).toBe(claims.sub);
    expect((await browser.get(`/login?${requestQuery(pool)}`)).text).toContain(
      "Sign in as mira@example.org",
    );
  });

  test("takes an address once, confirmed or not, and lets it sign in before it is verified", async () => {
    const pool = await startPool(byEmail);
    await signUp(pool, pool.browser());

    const second = await signUp(pool, pool.browser(), { email: "MIRA@example.org" });
    const early = await signIn(pool, pool.browser(), { username: "mira@example.org" });

    expect(alertOf(second)).toBe("An account with the given email already exists.");
    expect(await readInbox(pool.browser())).toHaveLength(2);
    expect(early.location).toContain("/confirm?");
  });

  test("lets administrators make users by their address, who recover by it too", async () => {
    const pool = await startPool(byEmail);
    const made = await createUser(pool, { username: "ann@example.org", emailVerified: "true" });
    expect(made.body).toMatchObject({ username: made.body.sub, email: "ann@example.org" });
    expect((await readInbox(pool.browser()))[0]?.body).toContain("username is ann@example.org and");
    const twice = await administer(pool, "", { username: "ANN@example.org" });
    expect([twice.status, twice.body.error]).toEqual([400, "UsernameExistsException"]);

    const browser = pool.browser();
    const credentials = { username: "ann@example.org", password: TEMPORARY_PASSWORD };
    const change = await browser.follow(await signIn(pool, browser, credentials));
    expect(change.text).toContain("Welcome, ann@example.org.");
    const password = "Another-Horse-1";
    const passwords = { password, passwordAgain: password };
    expect(codeOf(await browser.submit(change, "Change password", passwords))).toBeTruthy();
    const other = pool.browser();
    const forgot = await other.get(`/forgotPassword?${requestQuery(pool)}`);
    await other.submit(forgot, "Send me a code", { username: "ann@example.org" });
    expect(await newestCode(other)).toMatch(/^\d{6}$/);
  });
});

describe("a pool whose users sign in with a user name alone", () => {
  const byName = withSettings({ signInWith: "username" });

  test("never takes the address for the name, and lets many have the same", async () => {
    const pool = await startPool(byName);
    await register(pool);
    expect(codeOf(await register(pool, pool.browser(), { username: "otto" }))).toBeTruthy();

    const page = await signIn(pool, pool.browser(), { username: "mira@example.org" });

    expect(alertOf(page)).toBe("Incorrect username or password.");
  });

  test("takes a user name that looks like an address", async () => {
    const pool = await startPool(byName);
    const username = "mira@example.org";
    expect(codeOf(await register(pool, pool.browser(), { username }))).toBeTruthy();
    expect(codeOf(await signIn(pool, pool.browser(), { username }))).toBeTruthy();
  });
});

describe("a pool that is sensitive to case", () => {
  test("tells Mira from mira, in names, addresses and recovery codes", async () => {
    const pool = await startPool(withSettings({ isCaseSensitive: true }));
    await register(pool, pool.browser(), { username: "Mira", email: "M@example.org" });
    await register(pool, pool.browser(), { username: "mira", email: "m@example.org" });
    const subOf = async (username: string) => (await detailsOf(pool, username)).sub;

    expect(await subOf("Mira")).not.toBe(await subOf("mira"));
    expect(await subOf("M@example.org")).toBe(await subOf("Mira"));
    const unknown = await signIn(pool, pool.browser(), { username: "MIRA" });
    expect(alertOf(unknown)).toBe("Incorrect username or password.");

    const browsers = ["Mira", "mira"].map((username) => ({ username, browser: pool.browser() }));
    const codes: string[] = [];
    for (const { username, browser } of browsers) {
      const form = await browser.get(`/forgotPassword?${requestQuery(pool)}`);
      await browser.submit(form, "Send me a code", { username });
      codes.push(await newestCode(browser));
    }
    const [first] = browsers;
    const page = await first?.browser.get(`/confirmForgotPassword?${requestQuery(pool)}`);
    const password = "Another-Horse-1";
    const fields = { code: codes[0] ?? "", password, passwordAgain: password };
    if (page) await first?.browser.submit(page, "Change password", fields);
    expect(codeOf(await signIn(pool, pool.browser(), { username: "Mira", password }))).toBeTruthy();
    expect(codeOf(await signIn(pool, pool.browser(), { username: "mira" }))).toBeTruthy();
  });
});

describe("PreventUserExistenceErrors", () => {
  test("LL-9: LEGACY tells that a user does not exist, at sign-in and recovery", async () => {
    const pool = await startPool(withSettings({ client: { hidesUserExistence: false } }));
    await register(pool);
    const browser = pool.browser();

    const unknown = await signIn(pool, browser, { username: "nobody" });
    const wrong = await signIn(pool, browser, { password: "Wrong-Horse-9" });
    const forgot = await browser.get(`/forgotPassword?${requestQuery(pool)}`);
    const recovery = await browser.submit(forgot, "Send me a code", { username: "nobody" });

    expect([alertOf(unknown), alertOf(wrong), alertOf(recovery)]).toEqual([
      "User does not exist.",
      "Incorrect username or password.",
      "User does not exist.",
    ]);
  });
});

describe("a pool without self-registration", () => {
  test("has no link to sign up and refuses the page; administrators still make users", async () => {
    const pool = await startPool(withSettings({ allowsSignUp: false }));
    const browser = pool.browser();
    const signInPage = await browser.open(authorizeAddress(pool));
    const form = await browser.get(`/signup?${requestQuery(pool)}`);
    const posted = await browser.post(`/signup?${requestQuery(pool)}`, {
      username: "mira",
      email: "mira@example.org",
      password: PASSWORD,
    });

    expect(signInPage.text).not.toContain("/signup");
    for (const page of [form, posted]) {
      expect(page.status).toBe(403);
      expect(page.text).toContain("SignUp is not permitted for this user pool");
    }
    expect((await createUser(pool)).status).toBe(201);
    const users = await browser.get("/_local/users", { accept: "application/json" });
    expect(JSON.parse(users.text)).toHaveLength(1);
  });

  test("offers no sign-up to those who have yet to confirm theirs either", async () => {
    const open = await startPool();
    await signUp(open, open.browser());
    await open.close();
    const { dataDirectory } = open;
    const pool = await startPool({ ...withSettings({ allowsSignUp: false }), dataDirectory });
    const browser = pool.browser();

    const page = await browser.follow(await signIn(pool, browser));

    expect(page.url).toContain("/confirm?");
    expect(page.text).not.toContain("/signup");
    expect(page.text).toContain("Back to sign in");
  });
});
