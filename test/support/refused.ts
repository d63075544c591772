import { expect } from "vitest";
import type { ScriptedProvider } from "./scripted-provider.ts";
import type { Started } from "./start.ts";
import { createVisitor, type Exchange, type Page, type Visitor } from "./visitor.ts";

/**
 * Starts a sign-in against the scripted provider, which sends the browser straight back, and follows it to its end.
 * Throws where that took two: the provider asks for nothing, so a session that is lost at once would not be noticed.
 */
export async function signInAtProvider(visitor: Visitor, app: Started): Promise<Page> {
  const page = await visitor.visit(`${app.appUrl}/login`);
  const callbacks = page.hops.filter(({ url }) => new URL(url).searchParams.has("code"));
  if (callbacks.length > 1) throw new Error("The first session was lost, and a second one begun.");
  return page;
}

/** Starts a sign-in and stops before the callback: resolves to the callback's address, not yet visited. */
export async function callbackOf(visitor: Visitor, app: Started): Promise<URL> {
  const page = await visitor.visit(`${app.appUrl}/login`, {
    stopBefore: (url) => url.pathname === "/logged-in",
  });
  return new URL(page.location ?? "");
}

/**
 * Asserts all that a refusal means: the status, a page of our own that echoes nothing and is kept by nobody, a way
 * on, nobody signed in, a record in the log without anything secret, and that the next good sign-in works.
 */
export async function expectRefused(
  answer: Exchange,
  status: number,
  { app, visitor, provider }: { app: Started; visitor: Visitor; provider: ScriptedProvider },
): Promise<void> {
  expect(answer.status).toBe(status);
  expect(answer.headers["cache-control"]).toBe("no-store");
  expect(answer.text).toMatch(/Start again|Try again|Sign in/);
  expectNoEcho(answer.text, new URL(answer.url));
  expectNoSession(answer, visitor, app);
  expectNoEcho(JSON.stringify(app.log), new URL(answer.url));
  expect(app.log).toContainEqual(expect.objectContaining({ code: expect.any(String), status }));

  provider.script({});
  const next = await signInAtProvider(createVisitor(), app);
  expect(next.heading).toBe("You have successfully logged in.");
}

/** No session cookie was given, and the one that the visitor may carry leads to no session of this answer's making. */
function expectNoSession(answer: Exchange, visitor: Visitor, app: Started): void {
  const given = answer.setCookies.filter((cookie) => /^(?:__Host-)?session=[^;]/.test(cookie));
  expect(given).toEqual([]);
  expect(visitor.cookies(app.appUrl).filter(({ name }) => name.endsWith("session"))).toEqual([]);
}

/** Code and state, and any other long value of the query, appear nowhere. */
function expectNoEcho(text: string, url: URL): void {
  for (const value of url.searchParams.values()) {
    if (value.length >= 16) expect(text).not.toContain(value);
  }
}
