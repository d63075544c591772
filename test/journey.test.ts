import { describe, expect, test } from "vitest";
import { latestCode, localJson, mira, register, signIn } from "./support/local-journey.ts";
import { cookieNameOf } from "./support/signed-in.ts";
import { start } from "./support/start.ts";
import { temporaryDirectory } from "./support/temporary-directory.ts";
import { createVisitor } from "./support/visitor.ts";

describe("The journey beside local Cognito", () => {
  test("a new visitor registers, confirms and arrives signed in, with no code in the address", async () => {
    const app = await start();
    const visitor = createVisitor();

    const page = await register(visitor, app);

    expect(page.heading).toBe("You have successfully logged in.");
    expect(page.url).toBe(`${app.appUrl}/logged-in`);
    expect(page.text).toContain("mira@example.org (verified)");
    const users = await localJson(visitor, app, "/_local/users");
    expect(users).toMatchObject([
      {
        username: "mira",
        email: "mira@example.org",
        emailVerified: true,
        status: "CONFIRMED",
        enabled: true,
      },
    ]);
  });

  test("the way to the hosted UI is authorize first, then its sign-in page", async () => {
    const app = await start();
    const index = await createVisitor().visit(app.appUrl);

    const page = await index.click("Register/Login");

    expect(page.hops.map(({ url }) => new URL(url).pathname)).toEqual([
      "/login",
      "/oauth2/authorize",
      "/login",
    ]);
    expect(new URL(page.url).origin).toBe(app.localCognito?.origin);
  });

  test("a weak password is refused in Cognito's words, and what was typed stays", async () => {
    const app = await start();
    const index = await createVisitor().visit(app.appUrl);
    const signUpPage = await (await index.click("Register/Login")).click("Sign up");

    const refused = await signUpPage.submit("Sign up", {
      Username: "mira",
      Email: "mira@example.org",
      Password: "alllowercase",
    });

    expect(refused.status).toBe(400);
    expect(refused.alert).toContain(
      "Password did not conform with policy: Password must have uppercase characters",
    );
    expect(refused.field("Username").getAttribute("value")).toBe("mira");
    expect(refused.field("Email").getAttribute("value")).toBe("mira@example.org");
    expect(refused.field("Password").getAttribute("value")).toBeUndefined();
  });

  test("a restart keeps the visitor signed in and the user in the pool", async () => {
    const dataDirectory = await temporaryDirectory();
    const first = await start({ dataDirectory });
    const visitor = createVisitor();
    await register(visitor, first);
    const cognitoPort = Number(new URL(first.localCognito?.origin ?? "").port);
    await first.stop();

    const second = await start({ dataDirectory, port: first.port, cognitoPort });

    const page = await visitor.visit(`${second.appUrl}/logged-in`);
    expect(page.heading).toBe("You have successfully logged in.");
    expect(await localJson(visitor, second, "/_local/users")).toMatchObject([{ username: "mira" }]);
  });

  test("signing out ends the session here and at Cognito, and Log back in asks for the password", async () => {
    const app = await start();
    const visitor = createVisitor();
    const signedIn = await register(visitor, app);
    const before = visitor.clone();

    const signedOut = await signedIn.submit("Logout");

    expect(signedOut.heading).toBe("You have been successfully logged out.");
    expect(signedOut.url).toBe(`${app.appUrl}/logout`);
    expect(signedOut.hops.map(({ url }) => new URL(url).origin)).toEqual([
      app.appUrl,
      app.localCognito?.origin,
      app.appUrl,
    ]);
    const replayed = await before.visit(app.appUrl);
    expect(replayed.text).toContain("Register/Login");
    const signInPage = await signedOut.click("Log back in");
    expect(signInPage.field("Password")).toBeDefined();
    const byEmail = await signInPage.submit("Sign in", {
      Username: "mira@example.org",
      Password: mira.password,
    });
    expect(byEmail.heading).toBe("You have successfully logged in.");
  });

  test("while the hosted session lives, signing in again asks for nothing", async () => {
    const app = await start();
    const visitor = createVisitor();
    await register(visitor, app);
    visitor.setCookie(app.appUrl, `${cookieNameOf(app)}=; Max-Age=0; Path=/`);

    const index = await visitor.visit(app.appUrl);
    const page = await index.click("Register/Login");

    expect(page.heading).toBe("You have successfully logged in.");
  });

  test("after an hour the hosted session is over and the password is asked for", async () => {
    let now = Date.now();
    const app = await start({ now: () => now });
    const visitor = createVisitor();
    await register(visitor, app);
    now += 61 * 60 * 1000;

    const page = await visitor.visit(`${app.appUrl}/logged-in`);

    expect(page.field("Password")).toBeDefined();
  });

  test("two tabs that sign in at once both succeed", async () => {
    const app = await start();
    const visitor = createVisitor();
    await register(visitor, app);
    await (await visitor.visit(`${app.appUrl}/logged-in`)).submit("Logout");
    const index = await visitor.visit(app.appUrl);
    const tabA = await index.click("Register/Login");
    const tabB = await index.click("Register/Login");
    const credentials = { Username: mira.username, Password: mira.password };

    const first = await tabB.submit("Sign in", credentials);
    const second = await tabA.submit("Sign in", credentials);

    expect(first.heading).toBe("You have successfully logged in.");
    expect(second.heading).toBe("You have successfully logged in.");
  });

  test("the Back button onto a spent callback leaves the visitor signed in", async () => {
    const app = await start();
    const visitor = createVisitor();
    const page = await register(visitor, app);
    const spent = page.hops.find(({ url }) => new URL(url).searchParams.has("code"));

    const again = await visitor.visit(spent?.url ?? "");

    expect(again.heading).toBe("You have successfully logged in.");
    expect(again.url).toBe(`${app.appUrl}/logged-in`);
  });

  test("a person who signs in before confirming is asked for a fresh code", async () => {
    const app = await start();
    const visitor = createVisitor();
    const index = await visitor.visit(app.appUrl);
    const signUpPage = await (await index.click("Register/Login")).click("Sign up");
    await signUpPage.submit("Sign up", {
      Username: mira.username,
      Email: mira.email,
      Password: mira.password,
    });

    const confirmPage = await signIn(createVisitor(), app);

    const code = await latestCode(visitor, app, mira.email);
    const page = await confirmPage.submit("Confirm account", { "Verification code": code });
    expect(page.heading).toBe("You have successfully logged in.");
  });
});
