import { describe, expect, test } from "vitest";
import { fieldsOf } from "../../../src/sign-in/pages/attribute-fields.ts";
import { changes } from "../../../src/sign-in/routes/account/changes.ts";
import { totp } from "../../local-cognito/support/totp.ts";
import { textOf } from "../../support/forms.ts";
import { latestCode, localJson, mira, register, signIn } from "../../support/local-journey.ts";
import { signedInHeading } from "../../support/signed-in.ts";
import { type Started, type StartOptions, start } from "../../support/start.ts";
import { createVisitor, type Page, type Visitor } from "../../support/visitor.ts";

const minute = 60_000;
const newPassword = "Another-horse-battery-8";

/** A person who has just registered, and their account page. */
async function registered(options: StartOptions = {}) {
  let offset = 0;
  const now = () => Date.now() + offset;
  const app = await start({ now, ...options });
  const visitor = createVisitor();
  await register(visitor, app);
  return {
    app,
    visitor,
    now,
    account: () => visitor.visit(`${app.appUrl}/account`),
    pass: (ms: number) => {
      offset += ms;
    },
  };
}

const notice = (page: Page) => {
  const status = page.html.querySelector("[role=status]");
  return status && textOf(status);
};
const headings = (page: Page) =>
  page.html.querySelectorAll("section > div:first-child > h2").map(textOf);
const secretOn = (page: Page) =>
  /<code[^>]*>([A-Z2-7 ]+)<\/code>/.exec(page.text)?.[1]?.replaceAll(" ", "") ?? "";
const lines = ({ log }: Started, event: string) =>
  log.filter((entry) => entry.event === event).map(({ outcome }) => outcome);
const userIn = (visitor: Visitor, app: Started) =>
  localJson<{ attributes: Record<string, string> }>(visitor, app, "/_local/users/mira");

describe("The account page", () => {
  test("is linked from every signed-in page, and shows who the visitor is at the pool", async () => {
    const { app, visitor } = await registered();
    const home = await visitor.visit(`${app.appUrl}/logged-in`);
    const page = await home.click("Your account");
    expect(page.status).toBe(200);
    expect(headings(page)).toEqual([
      "Profile",
      "Password",
      "Authenticator app",
      "Where you are signed in",
      "Delete account",
    ]);
    expect(page.field("Email").getAttribute("value")).toBe(mira.email);
    expect(page.headers["cache-control"]).toBe("no-store");
    expect(page.text).toContain("This browser");
    expect(page.text).not.toContain("Add a passkey");
  });

  test("sends whoever is not signed in to sign in, and back", async () => {
    const { app } = await registered();
    const stranger = createVisitor();
    const signInPage = await stranger.visit(`${app.appUrl}/account`);
    const page = await signInPage.submit("Sign in", {
      Username: mira.username,
      Password: mira.password,
    });
    expect(page.url).toBe(`${app.appUrl}/account`);
    expect(page.heading).toBe("Your account");
  });

  test("asks for a new sign-in before anything is changed ten minutes after the last one", async () => {
    const { app, account, pass } = await registered();
    const open = await account();
    pass(11 * minute);
    const late = await account();
    expect(late.html.querySelector("button[formaction], form[action$=profile]")).toBeNull();
    const asked = await open.submit("Save", { name: "Mira Blau" });
    expect(asked.url).toContain(`${app.localCognito?.origin}/login`);
    const back = await asked.submit("Sign in", { Username: "mira", Password: mira.password });
    expect(back.url).toBe(`${app.appUrl}/account`);
    const saved = await back.submit("Save", { name: "Mira Blau" });
    expect(notice(saved)).toBe("Your profile is saved.");
  });

  test("takes changes from its own pages alone, and by POST alone (CS-1, CS-2)", async () => {
    const { app, visitor } = await registered();
    const before = await userIn(visitor, app);
    const elsewhere = [
      { "sec-fetch-site": "cross-site", origin: "https://evil.example" },
      { "sec-fetch-site": "same-site", origin: "http://localhost:1" },
      { "sec-fetch-site": undefined, origin: "https://evil.example" },
      { "sec-fetch-site": undefined, origin: "null" },
    ];
    const form = { username: "mira", name: "Eve", email: "eve@example.org", attribute: "email" };
    for (const { path } of changes) {
      for (const headers of elsewhere) {
        const url = `${app.appUrl}/account${path}`;
        const answer = await visitor.request("POST", url, { form, headers });
        expect(answer.status, path).toBe(403);
      }
      for (const method of ["GET", "HEAD"]) {
        const answer = await visitor.request(method, `${app.appUrl}/account${path}`);
        expect([answer.status, answer.headers.allow], path).toEqual([405, "POST"]);
      }
    }
    expect(await userIn(visitor, app)).toEqual(before);
  });

  test("wants a recent sign-in for every form", async () => {
    const { app, visitor, pass } = await registered();
    pass(11 * minute);
    for (const { path } of changes) {
      const answer = await visitor.request("POST", `${app.appUrl}/account${path}`, {
        form: { username: "mira", name: "Eve" },
        headers: { "sec-fetch-site": "same-origin", referer: `${app.appUrl}/account` },
      });
      const location = new URL(answer.location ?? "");
      expect([answer.status, location.pathname], path).toEqual([303, "/login"]);
      expect(location.searchParams.get("max_age")).toBe("600");
    }
    expect((await userIn(visitor, app)).attributes.name).toBeUndefined();
  });

  test("shows profile and sessions alone where the scope is missing, and tells the operator once", async () => {
    const { app, account } = await registered({ env: { SCOPES: "openid email" } });
    expect(headings(await account())).toEqual(["Profile", "Where you are signed in"]);
    await account();
    const warnings = app.log.filter(({ msg }) => String(msg).includes("add aws.cognito.signin"));
    expect(warnings).toHaveLength(1);
  });

  test("holds no access token, and no log line does", async () => {
    const { app, account, visitor } = await registered();
    const page = await account();
    await page.submit("Save", { name: "Mira Blau" });
    const [entry] = app.log.filter(({ event }) => event === "profile-change");
    expect(entry?.subject).toMatch(/^[\w-]{12}$/);
    expect(entry?.subject).toBe(app.log.find(({ event }) => event === "sign-in")?.subject);
    expect(JSON.stringify(app.log)).not.toMatch(/eyJ[\w-]+\.eyJ/);
    expect(page.text).not.toMatch(/eyJ[\w-]+\.eyJ/);
    expect(JSON.stringify(visitor.cookies(app.appUrl))).not.toMatch(/eyJ[\w-]+\.eyJ/);
  });
});

test.each([
  ["phone_number", "Phone number"],
  ["custom:favouriteTeam", "Favourite team"],
  ["custom:customerID", "Customer ID"],
  ["custom:homeURLPath", "Home URL path"],
  ["custom:cost-centre", "Cost centre"],
])("The attribute %s has the field “%s”", (name, label) => {
  const fields = fieldsOf({ [name]: "x" });
  expect(fields.find((field) => field.name === name)?.label).toBe(label);
});

/** As a keyboard for Japanese types it. */
const fullWidth = (code: string) =>
  code.replace(/\d/g, (digit) => String.fromCodePoint(0xff10 + Number(digit)));

describe("The profile", () => {
  test("is saved at the pool", async () => {
    const { app, account, visitor } = await registered();
    const saved = await (await account()).submit("Save", { name: "Mira Blau" });
    expect(saved.url).toBe(`${app.appUrl}/account#main`);
    expect(notice(saved)).toBe("Your profile is saved.");
    expect(notice(await account())).toBeNull();
    expect(saved.field("name").getAttribute("value")).toBe("Mira Blau");
    expect((await userIn(visitor, app)).attributes.name).toBe("Mira Blau");
    expect(lines(app, "profile-change")).toEqual(["done"]);
  });

  test("takes a changed address once its code has come back, and refuses a wrong one", async () => {
    const { app, account, visitor } = await registered();
    const asked = await (await account()).submit("Save", { Email: "new@example.org" });
    const code = await latestCode(visitor, app, "new@example.org");
    const wrong = await asked.submit("Verify", { "Verification code": wrongCodeFor(code) });
    expect(wrong.status).toBe(400);
    expect(wrong.alert).toContain("not the code");
    const verified = await wrong.submit("Verify", { "Verification code": ` ${fullWidth(code)} ` });
    expect(notice(verified)).toBe("Your address is confirmed.");
    expect(verified.text).toContain("confirmed");
    expect(verified.html.querySelector("[name=code]")).toBeNull();
    expect((await visitor.visit(`${app.appUrl}/logged-in`)).text).toContain("new@example.org");
  });

  test("sends a new code, which makes the old one void", async () => {
    const { app, account, visitor } = await registered();
    const asked = await (await account()).submit("Save", { Email: "new@example.org" });
    const first = await latestCode(visitor, app, "new@example.org");
    const again = await asked.submit("Send a new code");
    expect(notice(again)).toBe("We have sent a new code.");
    const second = await latestCode(visitor, app, "new@example.org");
    if (first !== second) {
      const old = await again.submit("Verify", { "Verification code": first });
      expect(old.status).toBe(400);
    }
    const verified = await again.submit("Verify", { "Verification code": second });
    expect(notice(verified)).toBe("Your address is confirmed.");
  });

  test("keeps what was typed where an address is none", async () => {
    const { account } = await registered();
    const refused = await (await account()).submit("Save", { name: "Mira B", Email: "no address" });
    expect(refused.status).toBe(400);
    expect(refused.field("Email").getAttribute("value")).toBe("no address");
    expect(refused.alert).toMatch(/Email: the sign-in service does not take this value/);
  });

  test("survives a double click", async () => {
    const { app, account, visitor } = await registered();
    const page = await account();
    const change = { "Current password": mira.password, "New password": newPassword };
    const both = await Promise.all([
      page.submit("Change password", change),
      page.submit("Change password", change),
    ]);
    expect(both.map(notice)).toEqual(["Your password is changed.", "Your password is changed."]);
    expect(lines(app, "password-change")).toEqual(["done"]);
    expect((await visitor.visit(`${app.appUrl}/logged-in`)).heading).toBe(signedInHeading);
    const secrets = await Promise.all([
      page.submit("Set up authenticator app").then(secretOn),
      page.submit("Set up authenticator app").then(secretOn),
    ]);
    expect(secrets[0]).toMatch(/^[A-Z2-7]{32,}$/);
    expect(secrets[1]).toBe(secrets[0]);
    const gone = await Promise.all([
      page.submit("Delete account", { "Your user name": "mira" }),
      page.submit("Delete account", { "Your user name": "mira" }),
    ]);
    expect(gone.map(({ heading }) => heading)).toContain("Your account is deleted.");
    expect(gone.map(({ status }) => status)).toEqual([200, 200]);
    expect(lines(app, "account-deletion")).toEqual(["done"]);
  });
});

describe("The password", () => {
  test("is changed by the old one", async () => {
    const { app, account } = await registered();
    const changed = await (await account()).submit("Change password", {
      "Current password": mira.password,
      "New password": newPassword,
    });
    expect(notice(changed)).toBe("Your password is changed.");
    const elsewhere = createVisitor();
    expect((await signIn(elsewhere, app)).status).not.toBe(302);
    const page = await signIn(createVisitor(), app, { username: "mira", password: newPassword });
    expect(page.heading).toBe(signedInHeading);
  });

  test("stays where the old one is wrong or the new one breaks a rule, with the rule in words", async () => {
    const { account } = await registered();
    const page = await account();
    const wrong = await page.submit("Change password", {
      "Current password": "Not-my-password-1",
      "New password": newPassword,
    });
    expect(wrong.status).toBe(400);
    expect(wrong.alert).toContain("not your current password");
    for (const [password, words] of [
      ["Ab1!", "too short"],
      ["lowercase-only-1", "upper-case letter"],
      ["UPPERCASE-ONLY-1", "lower-case letter"],
      ["Without-a-number", "a number"],
      ["WithoutSymbol1", "a symbol"],
    ] as const) {
      const refused = await page.submit("Change password", {
        "Current password": mira.password,
        "New password": password,
      });
      expect(refused.status, password).toBe(400);
      expect(refused.alert).toContain(words);
      expect(refused.text).not.toContain(password);
    }
  });

  test("ends other sessions where the visitor wishes", async () => {
    const { app, account } = await registered();
    const other = createVisitor();
    await signIn(other, app);
    const page = await account();
    const changed = await page.submit("Change password", {
      "Current password": mira.password,
      "New password": newPassword,
      end_others: "yes",
    });
    expect(notice(changed)).toContain("signed out everywhere else");
    const answer = await other.visit(`${app.appUrl}/logged-in`, {
      stopBefore: ({ pathname }) => pathname === "/login",
    });
    expect(answer.status).toBe(303);
  });
});

describe("The authenticator app", () => {
  async function turnedOn() {
    const started = await registered();
    const setUp = await (await started.account()).submit("Set up authenticator app");
    const secret = secretOn(setUp);
    return { ...started, setUp, secret };
  }

  test("is set up with a secret that no cache keeps, and asked for at the next sign-in", async () => {
    const { app, setUp, secret, now, pass } = await turnedOn();
    expect(secret).toMatch(/^[A-Z2-7]{32,}$/);
    expect(setUp.headers["cache-control"]).toBe("no-store");
    expect(setUp.html.querySelector("svg.qr-code path")).not.toBeNull();
    const on = await setUp.submit("Turn on", { "Code from the app": totp(secret, now()) });
    expect(notice(on)).toContain("each sign-in asks for a code");
    pass(minute);
    const asked = await signIn(createVisitor(), app);
    expect(asked.url).toContain("/mfa");
  });

  test("keeps the secret on the page after a wrong code", async () => {
    const { app, setUp, secret, now } = await turnedOn();
    const right = totp(secret, now());
    const wrong = await setUp.submit("Turn on", { "Code from the app": wrongCodeFor(right) });
    expect(wrong.status).toBe(400);
    expect(secretOn(wrong)).toBe(secret);
    const on = await wrong.submit("Turn on", { "Code from the app": totp(secret, now()) });
    expect(notice(on)).toContain("each sign-in asks for a code");
    expect(lines(app, "authenticator-app-on")).toEqual(["refused", "done"]);
  });

  test("gives way to a second one, and is switched off", async () => {
    const { app, setUp, secret, now, account, pass } = await turnedOn();
    await setUp.submit("Turn on", { "Code from the app": totp(secret, now()) });
    pass(minute);
    const again = await (await account()).submit("Set up another authenticator app");
    const second = secretOn(again);
    expect(second).not.toBe(secret);
    await again.submit("Turn on", { "Code from the app": totp(second, now()) });
    pass(minute);
    const asked = await signIn(createVisitor(), app);
    const inside = await asked.submit("Sign in", { Code: totp(second, now()) }).catch(() => asked);
    expect(inside.url).toBe(`${app.appUrl}/logged-in`);
    const off = await (await account()).submit("Turn off");
    expect(notice(off)).toContain("do not ask for a code");
    expect((await signIn(createVisitor(), app)).heading).toBe(signedInHeading);
  });
});

describe("Deleting the account", () => {
  test("wants the user name, and then ends the user, every session and Cognito's own", async () => {
    const { app, account, visitor } = await registered();
    const other = createVisitor();
    await signIn(other, app);
    const page = await account();
    const refused = await page.submit("Delete account", { "Your user name": "somebody" });
    expect(refused.status).toBe(400);
    expect(refused.alert).toContain("not your user name");
    const gone = await refused.submit("Delete account", { "Your user name": "mira" });
    expect(gone.heading).toBe("Your account is deleted.");
    expect((await visitor.visit(`${app.appUrl}/logout`)).heading).not.toContain("deleted");
    const elsewhere = await other.visit(`${app.appUrl}/logged-in`);
    expect(elsewhere.url).toContain("/login");
    const again = await signIn(visitor, app);
    expect(again.alert).toBe("Incorrect username or password.");
    expect(lines(app, "account-deletion")).toEqual(["refused", "done"]);
  });
});

/** Another code of the same length. */
function wrongCodeFor(code: string): string {
  return code.replace(/\d$/, (digit) => String((Number(digit) + 1) % 10));
}
