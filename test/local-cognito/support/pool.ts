import { inspect } from "node:util";
import { expect, onTestFinished } from "vitest";
import {
  type LocalCognito,
  type LocalCognitoOptions,
  startLocalCognito,
} from "../../../src/local-cognito/local-cognito.ts";
import { builtPart } from "../../support/built-app.ts";
import { noteOutput, noteSecret } from "../../support/canary.ts";
import { copyNewPool } from "../../support/pool-template.ts";
import { temporaryDirectory } from "../../support/temporary-directory.ts";
import { Browser, type Page } from "./browser.ts";

export const CALLBACK = "http://localhost:3000/logged-in";
export const SIGN_OUT = "http://localhost:3000/logout";
export const DATABASE = "local-cognito.mdb";
export const PASSWORD = "Correct-Horse-9";

/** A clock that stands still until it is moved. */
export class Clock {
  ms = Date.UTC(2026, 0, 2, 3, 4, 5);
  readonly now = () => this.ms;

  advance({ minutes = 0, seconds = 0 }: { minutes?: number; seconds?: number }): void {
    this.ms += (minutes * 60 + seconds) * 1000;
  }
}

export interface TestPool extends LocalCognito {
  clock: Clock;
  dataDirectory: string;
  unexpectedErrors: unknown[];
  browser(): Browser;
}

const options: Omit<LocalCognitoOptions, "dataDirectory"> = {
  port: 0,
  callbackUrls: [CALLBACK],
  signOutUrls: [SIGN_OUT],
  passwordHashing: { N: 16, r: 1, p: 1 },
  triggerProgram: builtPart("function-process"),
};

/** Starts local Cognito with a cheap password hash and a clock that the test moves; ends it with the test. */
export async function startPool(overrides: Partial<LocalCognitoOptions> = {}): Promise<TestPool> {
  const dataDirectory = overrides.dataDirectory ?? (await directoryOfNewPool());
  const clock = new Clock();
  const unexpectedErrors: unknown[] = [];
  const cognito = await startLocalCognito({
    ...options,
    dataDirectory,
    now: clock.now,
    report: (error) => {
      unexpectedErrors.push(error);
      noteOutput(inspect(error));
    },
    ...overrides,
  });
  noteSecret("the client secret", cognito.clientSecret);
  let isOpen = true;
  const close = async () => {
    if (isOpen) await cognito.close();
    isOpen = false;
  };
  onTestFinished(async () => {
    await close();
    expect(unexpectedErrors).toEqual([]);
  });
  const browser = () => new Browser(cognito.origin);
  return { ...cognito, close, clock, dataDirectory, unexpectedErrors, browser };
}

async function directoryOfNewPool(): Promise<string> {
  const directory = await temporaryDirectory();
  await copyNewPool(directory);
  return directory;
}

/** The name of a cookie that tells this pool from another one in the same browser. */
export function ownCookie({ origin }: LocalCognito, name: string): string {
  return `${name}-${new URL(origin).port}`;
}

/** The query that an app sends; undefined leaves a parameter out. */
export function requestQuery(
  pool: LocalCognito,
  changes: Record<string, string | undefined> = {},
): string {
  const parameters = {
    client_id: pool.clientId,
    response_type: "code",
    redirect_uri: CALLBACK,
    scope: "openid email",
    state: "a state",
    ...changes,
  };
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined) query.set(name, value);
  }
  return query.toString();
}

export function authorizeAddress(
  pool: LocalCognito,
  changes: Record<string, string | undefined> = {},
): string {
  return `/oauth2/authorize?${requestQuery(pool, changes)}`;
}

export interface Mail {
  to: string;
  subject: string;
  body: string;
  code: string;
  sentAt: string;
}

export async function readInbox(browser: Browser): Promise<Mail[]> {
  const page = await browser.get("/_local/inbox", { accept: "application/json" });
  return JSON.parse(page.text) as Mail[];
}

/** The newest code in the inbox. */
export async function newestCode(browser: Browser): Promise<string> {
  const [mail] = await readInbox(browser);
  return mail?.code ?? "";
}

/** Goes through sign-up as far as the page that asks for the code. */
export async function signUp(
  pool: TestPool,
  browser: Browser,
  fields: Record<string, string> = {},
  changes: Record<string, string | undefined> = {},
): Promise<Page> {
  const form = await browser.get(`/signup?${requestQuery(pool, changes)}`);
  const values = { username: "mira", email: "mira@example.org", password: PASSWORD, ...fields };
  return browser.follow(await browser.submit(form, "Sign up", values));
}

/** Signs up, confirms, and returns the redirect to the app. */
export async function register(
  pool: TestPool,
  browser: Browser = pool.browser(),
  fields: Record<string, string> = {},
  changes: Record<string, string | undefined> = {},
): Promise<Page> {
  const confirmPage = await signUp(pool, browser, fields, changes);
  const code = await newestCode(browser);
  return browser.submit(confirmPage, "Confirm account", { code });
}

/** Fills in the sign-in page that authorize leads to. */
export async function signIn(
  pool: TestPool,
  browser: Browser,
  fields: { username?: string; password?: string } = {},
  changes: Record<string, string | undefined> = {},
): Promise<Page> {
  const form = await browser.open(authorizeAddress(pool, changes));
  return browser.submit(form, "Sign in", { username: "mira", password: PASSWORD, ...fields });
}

/** The parameters of the redirect to the app; fails the test for any other answer. */
export function callbackOf(page: Page): URLSearchParams {
  expect(page.location).toMatch(/^http:\/\/localhost:3000\/logged-in\?/);
  return new URL(page.location).searchParams;
}

export function codeOf(page: Page): string {
  return callbackOf(page).get("code") ?? "";
}
