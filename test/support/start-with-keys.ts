import type { JsonWebKey } from "node:crypto";
import { expect, onTestFinished } from "vitest";
import { signInAtProvider } from "./refused.ts";
import {
  createScriptedProvider,
  type ScriptedProvider,
  type ScriptedProviderOptions,
} from "./scripted-provider.ts";
import { type Started, start } from "./start.ts";
import { createVisitor } from "./visitor.ts";

interface Clock {
  now: number;
}

/** An app of its own beside a provider of its own, which publishes the given keys, on one clock. */
export async function startWithKeys({ jwks }: { jwks?: unknown[] } = {}): Promise<{
  app: Started;
  provider: ScriptedProvider;
  clock: Clock;
}> {
  const clock = { now: Date.now() };
  const provider = await startProvider({ now: () => clock.now });
  if (jwks) provider.publishedJwks = jwks as JsonWebKey[];
  const app = await start({ userPool: provider, now: () => clock.now });
  return { app, provider, clock };
}

/** The same, with the key set on a host of its own, so that it alone can fail. */
export async function startWithKeysElsewhere(): Promise<{
  app: Started;
  provider: ScriptedProvider;
  keysHost: ScriptedProvider;
  clock: Clock;
}> {
  const clock = { now: Date.now() };
  const provider = await startProvider({ now: () => clock.now });
  const keysHost = await startProvider();
  const { issuer } = keysHost;
  provider.script({ claims: (claims) => ({ ...claims, iss: issuer }) });
  const app = await start({
    userPool: { ...provider, issuer },
    now: () => clock.now,
  });
  return { app, provider, keysHost, clock };
}

async function startProvider(options?: ScriptedProviderOptions): Promise<ScriptedProvider> {
  const provider = await createScriptedProvider(options);
  onTestFinished(provider.close);
  return provider;
}

/** A refusal for this reason; whether good sign-ins work afterwards is for the test to say. */
export async function expectSignInRefused(
  status: number,
  reason: string,
  app: Started,
): Promise<void> {
  app.log.length = 0;
  const visitor = createVisitor();
  const page = await signInAtProvider(visitor, app);
  expect(page.status).toBe(status);
  expect(page.headers["cache-control"]).toBe("no-store");
  expect(visitor.cookies(app.appUrl)).toEqual([]);
  expect(reasonsIn(app)).toEqual([reason]);
}

/** Each reason that the log gives for a refusal, once. */
export function reasonsIn(app: Started): unknown[] {
  return [...new Set(app.log.filter(({ code }) => code).map(({ reason }) => reason))];
}

/** How often the key set was asked for. */
export function jwksFetches(provider: ScriptedProvider): number {
  return provider.count(new URL(provider.jwksUri).pathname);
}
