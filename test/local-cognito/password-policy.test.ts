import { describe, expect, test } from "vitest";
import { administer, createUser } from "./support/admin.ts";
import { alertOf } from "./support/browser.ts";
import { codeOf, register, requestQuery, signIn, signUp, startPool } from "./support/pool.ts";
import { withSettings } from "./support/settings.ts";

const relaxed = {
  minimumLength: 6,
  requireUppercase: false,
  requireLowercase: false,
  requireNumbers: false,
  requireSymbols: false,
};
const policy = "Password did not conform with policy: Password";

describe("the pool's password policy", () => {
  test.each([
    [{ minimumLength: 12 }, "Short-1pass", `${policy} not long enough`],
    [{ ...relaxed }, "12345", `${policy} not long enough`],
    [{ ...relaxed, requireUppercase: true }, "abcdef", `${policy} must have uppercase characters`],
    [{ ...relaxed, requireLowercase: true }, "ABCDEF", `${policy} must have lowercase characters`],
    [{ ...relaxed, requireNumbers: true }, "abcdef", `${policy} must have numeric characters`],
    [{ ...relaxed, requireSymbols: true }, "abcdef", `${policy} must have symbol characters`],
    [relaxed, " abcdef", `${policy} must not begin or end with a space`],
    [relaxed, "abcdef\t", `${policy} must not begin or end with a space`],
  ])("%o refuses %s for the rule that it breaks", async (passwordPolicy, password, message) => {
    const pool = await startPool(withSettings({ passwordPolicy }));

    const page = await signUp(pool, pool.browser(), { password });
    const created = await createUser(pool, { temporaryPassword: password });

    expect(alertOf(page)).toBe(message);
    expect(created.body.message).toBe(message.replace("with policy", "with password policy"));
  });

  test("asks for nothing else: six letters are enough where it says so", async () => {
    const pool = await startPool(withSettings({ passwordPolicy: relaxed }));

    expect(codeOf(await register(pool, pool.browser(), { password: "abcdef" }))).toBeTruthy();
    expect(codeOf(await signIn(pool, pool.browser(), { password: "abcdef" }))).toBeTruthy();
  });

  test.each([
    [
      { minimumLength: 8 },
      "",
      "At least 8 characters, with upper-case letters, lower-case letters, numbers, and symbols.",
    ],
    [{ ...relaxed, minimumLength: 10 }, "", "At least 10 characters."],
    [{ ...relaxed, requireNumbers: true }, "", "At least 6 characters, with numbers."],
    [{ ...relaxed, requireNumbers: true, requireSymbols: true }, "es", "con números y símbolos."],
    [{ requireSymbols: false }, "ja", "英大文字、英小文字、数字を含めてください。"],
  ])("%o is the hint beside the field", async (passwordPolicy, lang, hint) => {
    const pool = await startPool(withSettings({ passwordPolicy }));

    const page = await pool.browser().get(`/signup?${requestQuery(pool, { lang })}`);

    expect(page.text).toContain(`${hint}</p>`);
  });

  test("says how long a temporary password waits, and is met by those that are made", async () => {
    const passwordPolicy = { minimumLength: 40, temporaryPasswordValidityDays: 2 };
    const pool = await startPool(withSettings({ passwordPolicy }));
    const { body } = await administer(pool, "", { username: "ann", email: "ann@example.org" });
    const inbox = await pool.browser().get("/_local/inbox", { accept: "application/json" });
    const [{ code: password }] = JSON.parse(inbox.text);

    expect(password).toHaveLength(40);
    expect(body.temporaryPasswordExpiresAt).toBe(
      new Date(pool.clock.ms + 2 * 86_400_000).toISOString(),
    );
    const inTime = await signIn(pool, pool.browser(), { username: "ann", password });
    expect(inTime.location).toContain("/changePassword?");
    pool.clock.advance({ minutes: 2 * 24 * 60 });
    const late = await signIn(pool, pool.browser(), { username: "ann", password });
    expect(alertOf(late)).toContain("Temporary password has expired");
  });
});
