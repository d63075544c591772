import { expect, test } from "vitest";
import { start } from "../../support/start.ts";
import { createVisitor } from "../../support/visitor.ts";

test("a visitor who comes through the stand-in for Google is signed in to the app, renewed and signed out", async () => {
  const clock = { ms: Date.now() };
  const app = await start({ env: { IDENTITY_PROVIDERS: "Google" }, now: () => clock.ms });
  const visitor = createVisitor();
  const google = await (await visitor.visit(app.appUrl)).click("Continue with Google");
  expect(google.heading).toBe("Sign in with Google");

  const person = { Email: "lea@example.org", Name: "Lea Roth" };
  const page = await google.submit("Continue", person);
  expect(page.heading).toBe("You have successfully logged in.");
  expect(page.text).toMatch(/google_1\d{20}/);
  expect(page.text).toContain("lea@example.org (verified)");

  const pool = `${app.localCognito?.origin}/_local/users`;
  const [user] = JSON.parse(
    (await visitor.request("GET", pool, { headers: { accept: "application/json" } })).text,
  );
  expect(user.status).toBe("EXTERNAL_PROVIDER");
  clock.ms += 40 * 60_000;
  await visitor.visit(`${app.appUrl}/logged-in`);
  clock.ms += 40 * 60_000; // The ID token is over, the session is not.
  const renewed = await visitor.visit(`${app.appUrl}/logged-in`);
  expect(renewed.heading).toBe("You have successfully logged in.");
  const out = await renewed.submit("Logout");
  expect(out.heading).toBe("You have been successfully logged out.");
});

test("a visitor who leaves the provider's page is told so by the app, and may begin again", async () => {
  const app = await start({ env: { IDENTITY_PROVIDERS: "Google,Facebook" } });
  const visitor = createVisitor();
  const google = await (await visitor.visit(app.appUrl)).click("Continue with Google");

  const page = await google.submit("Cancel");

  expect(page.status).toBe(400);
  expect(page.url).toMatch(`${app.appUrl}/logged-in?error_description=`);
  const facebook = await (await visitor.visit(app.appUrl)).click("Continue with Facebook");
  expect(
    (await facebook.submit("Continue", { Name: "Lea", Email: "lea@example.org" })).heading,
  ).toBe("You have successfully logged in.");
});

test("a button says whose account it is, and leads there by the name that Cognito has for it", async () => {
  const app = await start({ env: { IDENTITY_PROVIDERS: "Google,LoginWithAmazon" } });

  const index = await createVisitor().visit(app.appUrl);

  expect(index.link("Continue with Google")).toBe(`${app.appUrl}/login?provider=Google`);
  expect(index.link("Continue with Amazon")).toBe(`${app.appUrl}/login?provider=LoginWithAmazon`);
});
