import { createHmac } from "node:crypto";
import { expect } from "vitest";
import { tutorialSettings } from "../../../src/local-cognito/pool/pool-settings.ts";
import { noteSecret } from "../../support/canary.ts";
import type { Browser, Page } from "./browser.ts";
import { send } from "./http.ts";
import { newestCode, signUp, type TestPool } from "./pool.ts";

export const required = { settings: { ...tutorialSettings, mfa: "ON" as const } };

/** What an authenticator app shows: RFC 4226 §5.3 over the time of RFC 6238, written down anew for the tests. */
export function totp(secret: string, ms: number, offsetSteps = 0): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(ms / 30_000) + offsetSteps));
  const hmac = createHmac("sha1", fromBase32(secret)).update(counter).digest();
  const start = (hmac.at(-1) ?? 0) & 15;
  return String((hmac.readUInt32BE(start) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

/** Six digits that none of the three codes of this moment is. */
export function wrongCode(secret: string, ms: number): string {
  const right = [-1, 0, 1].map((offset) => totp(secret, ms, offset));
  return ["000000", "000001", "000002", "000003"].find((code) => !right.includes(code)) ?? "";
}

/** The secret on the page that sets up an app. */
export function secretOn(page: Page): string {
  const secret = /<code>([A-Z2-7 ]+)<\/code>/.exec(page.text)?.[1]?.replaceAll(" ", "") ?? "";
  expect(secret).toMatch(/^[A-Z2-7]{52}$/);
  noteSecret("the secret of an authenticator app", secret);
  return secret;
}

/** Signs up and confirms, as far as the page that sets up an app. */
export async function reachSetUp(
  pool: TestPool,
  browser: Browser,
  fields: { username?: string; email?: string } = {},
): Promise<Page> {
  const confirmPage = await signUp(pool, browser, fields);
  const code = await newestCode(browser);
  return browser.follow(await browser.submit(confirmPage, "Confirm account", { code }));
}

/** Signs up mira with an app; returns its secret, and leaves the browser signed in. */
export async function enrolMira(pool: TestPool, browser = pool.browser()): Promise<string> {
  const page = await reachSetUp(pool, browser);
  const secret = secretOn(page);
  const code = totp(secret, pool.clock.ms);
  const answer = await browser.submit(page, "Finish and sign in", { code });
  expect(answer.location).toMatch(/^http:\/\/localhost:3000\/logged-in\?code=/);
  return secret;
}

/** What the developer's action gives a user; returns the secret. */
export async function setUpApp(pool: TestPool, username: string): Promise<string> {
  const answer = await send(`${pool.origin}/_local/users/${username}/set-up-authenticator-app`, {
    method: "POST",
    headers: { accept: "application/json" },
  });
  const { secret } = JSON.parse(answer.text) as { secret: string };
  noteSecret("the secret of an authenticator app", secret);
  return secret;
}

function fromBase32(text: string): Buffer {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const bits = [...text].map((letter) => alphabet.indexOf(letter).toString(2).padStart(5, "0"));
  const octets = bits.join("").match(/.{8}/g) ?? [];
  return Buffer.from(octets.map((octet) => Number.parseInt(octet, 2)));
}
