import { describe, expect, test } from "vitest";
import { latestCode, mira, signIn } from "../support/local-journey.ts";
import { hasPrograms } from "../support/programs.ts";
import { start } from "../support/start.ts";
import { createVisitor } from "../support/visitor.ts";
import { firefox } from "./firefox.ts";
import { personAt } from "./person.ts";
import { webkit } from "./webkit.ts";

// What Chromium shows is tried in depth in test/browser. Here the pages and their policy meet the other two engines.
for (const { name, description, programs, openWindow } of [firefox, webkit]) {
  describe.runIf(hasPrograms(programs, import.meta.url))(`In ${name}`, () => {
    test("HT-2: a newcomer registers, signs in and out, and signs out everywhere; the console is silent", async () => {
      const app = await start();
      const window = await openWindow();
      const { sees, clicks, types, reads, address } = personAt(window);
      const newest = () => latestCode(createVisitor(), app, mira.email);

      await window.open(app.appUrl);
      await sees("Welcome to the Index Page!");
      await clicks("Register/Login");
      await sees("Sign in");
      await clicks("Sign up");
      await sees("Sign up");
      await types({ Username: mira.username, Email: mira.email, Password: mira.password });
      await clicks("Sign up");
      await sees("Confirm your account");
      await types({ "Verification code": await newest() });
      await clicks("Confirm account");
      await sees("You have successfully logged in.");
      expect(await address()).toBe(`${app.appUrl}/logged-in`);
      expect(await reads()).toContain("mira@example.org (verified)");

      await window.open(app.appUrl);
      await clicks("Logout");
      await sees("You have been successfully logged out.");
      await clicks("Log back in");
      await sees("Sign in");
      await types({ Username: mira.username, Password: mira.password });
      await clicks("Sign in");
      await sees("You have successfully logged in.");

      const elsewhere = createVisitor();
      await signIn(elsewhere, app);
      await clicks("Your account");
      await sees("Your account");
      expect(await reads()).toContain(description);
      await clicks("Where you are signed in");
      await sees("Where you are signed in");
      await clicks("Sign out everywhere");
      await sees("You have been successfully logged out.");
      await window.open(`${app.appUrl}/account`);
      await sees("Sign in");
      expect((await elsewhere.visit(app.appUrl)).text).toContain("Register/Login");
      expect(window.complaints).toEqual([]);
    });
  });
}
