import {
  createLeanClient,
  type LeanAnswer,
  type LeanClient,
  pairOf,
} from "../support/lean-client.ts";
import { createMemoryRows } from "../support/memory-rows.ts";
import type { Claims } from "../support/pool-claims.ts";
import {
  createScriptedProvider,
  type ScriptedProvider,
  type ScriptedProviderOptions,
} from "../support/scripted-provider.ts";
import { type Started, type StartOptions, startUntilStopped } from "../support/start.ts";

/** A sign-in that has come as far as the callback's address: what an honest browser holds by then. */
export interface BegunSignIn {
  state: string;
  code: string;
  /** The pending sign-in as a Cookie header carries it. */
  cookie: string;
}

/** An app and a provider that live through thousands of generated cases, on a clock of their own. */
export interface World {
  app: Started;
  provider: ScriptedProvider;
  client: LeanClient;
  clock: { now: number };
  /** Starts a sign-in and passes the hosted UI, as this user or as whoever the provider has in mind. */
  begin(query?: string, user?: Claims, cookie?: string): Promise<BegunSignIn>;
  finish(begun: BegunSignIn, cookie?: string): Promise<LeanAnswer>;
  /** A whole sign-in: the session as a Cookie header carries it. */
  signIn(): Promise<string>;
  /** How many token requests there were since this was last asked. */
  takeTokenCalls(): number;
}

export type WorldOptions = StartOptions & ScriptedProviderOptions & { clock?: { now: number } };

/** Starts a world, hands it over, and ends it. */
export async function withWorld<Value>(
  use: (world: World) => Promise<Value>,
  options: WorldOptions = {},
): Promise<Value> {
  const { world, close } = await openWorld(options);
  return await use(world).finally(close);
}

/** Starts a world that lasts until it is closed. */
export async function openWorld(
  options: WorldOptions = {},
): Promise<{ world: World; close(): Promise<void> }> {
  const { clock = { now: Date.now() } } = options;
  const now = () => clock.now;
  const provider = await createScriptedProvider({ ...options, now });
  // The log of a hundred thousand cases would fill the memory that it is kept in.
  const env = { LOG_LEVEL: "silent", ...options.env };
  const wrapRows = () => createMemoryRows(now);
  const app = await startUntilStopped({ wrapRows, ...options, userPool: provider, now, env });
  const client = createLeanClient(app.appUrl);
  return {
    world: createWorld(app, provider, client, clock),
    async close() {
      client.close();
      await app.stop();
      await provider.close();
    },
  };
}

function createWorld(
  app: Started,
  provider: ScriptedProvider,
  client: LeanClient,
  clock: { now: number },
): World {
  /** The provider reads its user when the request arrives: one at a time, or they would take each other's place. */
  let authorizing: Promise<unknown> = Promise.resolve();
  function authorize(location: string, user: Claims): Promise<LeanAnswer> {
    const answer = authorizing.then(() => {
      provider.user = user;
      return client.ask("GET", location);
    });
    authorizing = answer;
    return answer;
  }

  const world: World = {
    app,
    provider,
    client,
    clock,
    async begin(query = "", user = provider.user, cookie = "") {
      const started = await client.ask("GET", `/login${query}`, { cookie });
      const granted = await authorize(started.headers.location ?? "", user);
      const { searchParams } = new URL(granted.headers.location ?? "");
      const [pending = ""] = started.setCookies.filter((line) => !/=;/.test(line));
      return {
        state: searchParams.get("state") ?? "",
        code: searchParams.get("code") ?? "",
        cookie: pairOf(pending),
      };
    },
    finish: ({ state, code, cookie }, session) =>
      client.ask("GET", `/logged-in?${new URLSearchParams({ code, state })}`, {
        cookie: session ? `${cookie}; ${session}` : cookie,
      }),
    async signIn() {
      const session = sessionGivenBy(await world.finish(await world.begin()));
      if (!session) throw new Error("A good sign-in did not succeed.");
      return session;
    },
    takeTokenCalls() {
      const calls = provider.count("/oauth2/token");
      provider.requests.length = 0;
      return calls;
    },
  };
  return world;
}

/** The session cookie that an answer gives, or undefined. */
export function sessionGivenBy({ setCookies }: LeanAnswer): string | undefined {
  const given = setCookies.find((line) => /^(?:__Host-)?sign-in(?:-\d+)?=[^;]/.test(line));
  return given && pairOf(given);
}
