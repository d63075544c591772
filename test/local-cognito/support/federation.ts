import { decodeJwt } from "jose";
import {
  type IdentityProviderSettings,
  type PoolSettings,
  tutorialSettings,
  withFirstClient,
} from "../../../src/local-cognito/pool/pool-settings.ts";
import type { Browser, Page } from "./browser.ts";
import { redeem } from "./client.ts";
import { authorizeAddress, codeOf, startPool, type TestPool } from "./pool.ts";

export const google: IdentityProviderSettings = {
  name: "Google",
  type: "Google",
  attributeMapping: { email: "email", email_verified: "email_verified", name: "name" },
};

/** A pool with Google as the changes have it, beside its own users. */
export function googlePool(
  changes: Partial<IdentityProviderSettings> = {},
  settings: Partial<PoolSettings> = {},
): Promise<TestPool> {
  const identityProviders = [{ ...google, ...changes }];
  const withGoogle = withFirstClient(
    { ...tutorialSettings, identityProviders, ...settings },
    { identityProviders: ["COGNITO", "Google"] },
  );
  return startPool({ settings: withGoogle });
}

/** Who comes to Google, as they fill in its page. */
export const lea = { email: "lea@example.org", name: "Lea Roth", email_verified: "true" };

/** Goes to Google's page, as an app's own button leads there. */
export function openGoogle(
  pool: TestPool,
  browser: Browser,
  changes: Record<string, string | undefined> = {},
): Promise<Page> {
  return browser.open(authorizeAddress(pool, { identity_provider: "Google", ...changes }));
}

/** Comes back from Google as that person; returns the redirect to the app. */
export async function comeThroughGoogle(
  pool: TestPool,
  browser: Browser = pool.browser(),
  person: Record<string, string> = lea,
  changes: Record<string, string | undefined> = {},
): Promise<Page> {
  const page = await openGoogle(pool, browser, changes);
  return browser.follow(await browser.submit(page, "Continue", person));
}

/** The claims of the ID token for the code of a redirect. */
export async function claimsOf(pool: TestPool, answer: Page): Promise<Record<string, unknown>> {
  const { body } = await redeem(pool, codeOf(answer));
  return decodeJwt(String(body.id_token));
}
