import { startUserPool } from "express-cognito-sign-in/testing";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { startYourApp } from "./your-app.ts";

let pool: Awaited<ReturnType<typeof startUserPool>>;
let app: Awaited<ReturnType<typeof startYourApp>>;

beforeAll(async () => {
  pool = await startUserPool();
  app = await startYourApp(pool.environment);
  pool.register({ callbackUrl: `${app.url}/callback` });
});
afterEach(() => pool.faults.clear());
afterAll(async () => {
  await app.close();
  await pool.close();
});

const editor = { username: "mira", attributes: { email: "mira@example.org" }, groups: ["editors"] };

test("an editor sees the drafts", async () => {
  const { cookie } = await pool.signInTo(`${app.url}/login`, editor);

  const page = await fetch(`${app.url}/drafts`, { headers: { cookie } });

  expect(await page.text()).toBe("Drafts of mira@example.org");
});

test("somebody in no group does not", async () => {
  const visit = await pool.signInTo(`${app.url}/login`, { username: "noor" });

  expect(visit.status).toBe(403);
});

test("a token for another app signs nobody in", async () => {
  pool.faults.otherAudience = true;

  const visit = await pool.signInTo(`${app.url}/login`, editor);

  expect(visit.text).toBe("You are not signed in.");
});
