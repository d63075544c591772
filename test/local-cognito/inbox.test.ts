import { expect, onTestFinished, test } from "vitest";
import { Inbox } from "../../src/local-cognito/inbox.ts";
import { openPoolDatabase } from "../../src/local-cognito/pool-database.ts";
import { Clock, temporaryDirectory } from "./support/pool.ts";

test("the inbox keeps the newest two hundred mails, newest first, also over a restart", async () => {
  const database = openPoolDatabase(await temporaryDirectory());
  onTestFinished(() => database.close());
  const clock = new Clock();
  for (let i = 0; i < 205; i++) {
    const inbox = new Inbox(database, clock.now);
    inbox.deliverVerificationCode(`user${i}@example.org`, "123456");
  }
  const mails = new Inbox(database, clock.now).list();
  expect(mails).toHaveLength(200);
  expect(mails[0]?.to).toBe("user204@example.org");
  expect(mails[199]?.to).toBe("user5@example.org");
});
