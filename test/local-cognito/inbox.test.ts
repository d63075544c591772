import { expect, onTestFinished, test } from "vitest";
import { openPoolDatabase } from "../../src/local-cognito/pool/pool-database.ts";
import { cognitoMessages } from "../../src/local-cognito/pool/pool-settings.ts";
import { Inbox } from "../../src/local-cognito/users/inbox.ts";
import { temporaryDirectory } from "../support/temporary-directory.ts";
import { createUser, json } from "./support/admin.ts";
import type { Page } from "./support/browser.ts";
import { Clock, newestCode, signUp, startPool } from "./support/pool.ts";
import { askForCode } from "./support/recovery.ts";

test("the inbox keeps the newest two hundred mails, newest first, also over a restart", async () => {
  const database = openPoolDatabase(await temporaryDirectory());
  onTestFinished(() => database.close());
  const clock = new Clock();
  for (let i = 0; i < 205; i++) {
    const inbox = new Inbox(database, cognitoMessages, clock.now);
    inbox.deliverVerificationCode(`user${i}@example.org`, "123456");
  }
  const mails = new Inbox(database, cognitoMessages, clock.now).list();
  expect(mails).toHaveLength(200);
  expect(mails[0]?.to).toBe("user204@example.org");
  expect(mails[199]?.to).toBe("user5@example.org");
});

test("A mailed code or password is in the inbox, and in no answer to whoever asked for it", async () => {
  const pool = await startPool();
  const browser = pool.browser();
  const codes = new Set<string>();
  const answers: Page[] = [];
  const note = async (page: Page) => {
    answers.push(page);
    codes.add(await newestCode(browser));
  };

  const confirmPage = await signUp(pool, browser);
  await note(confirmPage);
  await note(await browser.follow(await browser.submit(confirmPage, "Resend it")));
  await browser.submit(confirmPage, "Confirm account", { code: await newestCode(browser) });
  await note(await askForCode(pool, pool.browser()));
  await createUser(pool, { temporaryPassword: "", email: "ann@example.org" });
  await note(await browser.get("/_local/users/ann", json));
  answers.push(await browser.get("/_local/requests", json));

  expect(codes.size).toBe(4);
  const told = answers.map(({ text, url, headers }) => [text, url, ...headers].join());
  for (const code of codes) expect(told.filter((text) => text.includes(code))).toEqual([]);
});
