import {
  type ClientSettings,
  type PoolSettings,
  tutorialSettings,
} from "../../../src/local-cognito/pool/pool-settings.ts";
import type { Browser, Page } from "./browser.ts";
import { authorizeAddress, PASSWORD, startPool, type TestPool } from "./pool.ts";

export const SHOP_CALLBACK = "http://localhost:4000/in";

/** The client of the tutorial with another name, and what else differs. */
export function client(name: string, changes: Partial<ClientSettings> = {}): ClientSettings {
  return { ...tutorialSettings.clients[0], name, callbackUrls: [SHOP_CALLBACK], ...changes };
}

/** The pool of the tutorial with these clients. */
export function withClients(...clients: PoolSettings["clients"]): PoolSettings {
  return { ...tutorialSettings, clients };
}

/** A pool with these clients behind the one of the tutorial. */
export function poolWithClients(...others: ClientSettings[]): Promise<TestPool> {
  return startPool({ settings: withClients(tutorialSettings.clients[0], ...others) });
}

export function credentialsOf(
  pool: TestPool,
  name: string,
): { clientId: string; clientSecret: string } {
  const found = pool.clients.find((known) => known.name === name);
  if (!found) throw new Error(`There is no client ${name}.`);
  return { clientId: found.clientId, clientSecret: found.clientSecret ?? "" };
}

/** Signs mira in to an app that asks as it likes. */
export async function signInTo(
  pool: TestPool,
  browser: Browser,
  changes: Record<string, string | undefined>,
): Promise<Page> {
  const form = await browser.open(authorizeAddress(pool, changes));
  if (form.location) return form;
  return browser.submit(form, "Sign in", { username: "mira", password: PASSWORD });
}
