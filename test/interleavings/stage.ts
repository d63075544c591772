import { setTimeout as sleep } from "node:timers/promises";
import type fc from "fast-check";
import { openWorld, type World } from "../properties/world.ts";
import { answer } from "../support/faults.ts";
import { createLeanClient } from "../support/lean-client.ts";
import { createMemoryRows } from "../support/memory-rows.ts";
import { type Started, startUntilStopped } from "../support/start.ts";
import { type WatchedRows, watchRows } from "../support/watched-rows.ts";

/** Two processes of one app that share a store, where somebody else says when a store call or a token response happens. */
export interface Stage extends World {
  /** Asks the second process. */
  askOther: World["client"]["ask"];
  /** The refresh tokens that Cognito gave out and that the app has not revoked, the newest last. */
  unrevoked(): string[];
  /** Resolves to the answers of requests whose every store call and token response happen in that order. */
  race<Value>(order: Order, requests: (() => Promise<Value>)[]): Promise<Value[]>;
}

/** One way in which requests may interleave. */
export interface Order {
  scheduler: fc.Scheduler;
  /** How many turns each request lets pass before it is sent: a short one would always be over first. */
  waits: number[];
}

type Gate = (label: string) => Promise<unknown>;

/** Starts a stage that lasts until it is closed. */
export async function openStage(): Promise<{ stage: Stage; close(): Promise<void> }> {
  const clock = { now: Date.now() };
  const watched = watchRows();
  const rows = watched.wrap(createMemoryRows(() => clock.now));
  const wrapRows = () => rows;
  const env = {
    SESSION_IDLE_MINUTES: "6000",
    SESSION_MAX_HOURS: "700",
    LOG_LEVEL: "silent",
  };
  const { world, close } = await openWorld({ clock, wrapRows, env, rotatesRefreshTokens: true });
  const other = await startUntilStopped({
    wrapRows,
    userPool: world.provider,
    now: () => clock.now,
    env: { ...env, APP_URL: world.app.appUrl },
  });
  return {
    stage: createStage(world, other, watched),
    async close() {
      await other.stop();
      await close();
    },
  };
}

function createStage(world: World, other: Started, watched: WatchedRows): Stage {
  const { provider, app } = world;
  const otherClient = createLeanClient(`http://localhost:${other.port}`);
  const issued: string[] = [];
  let gate: Gate | undefined;

  watched.before = async ({ method, key }) => {
    watched.calls.length = 0;
    activity.count += 1;
    await gate?.(`${method} ${key.slice(0, key.indexOf(":") + 5)}`);
  };
  provider.script({
    tokenBody(body) {
      if (typeof body.refresh_token === "string") issued.push(body.refresh_token);
      return body;
    },
    async tokenAnswer(res, context) {
      activity.count += 1;
      await gate?.("token response");
      await (context ? answer(200, context.body) : answer(400, { error: "invalid_grant" }))(res);
    },
  });

  return {
    ...world,
    askOther: (method, path, headers) =>
      otherClient.ask(method, path, { host: new URL(app.appUrl).host, ...headers }),
    unrevoked() {
      const revoked = provider.requests
        .filter(({ path }) => path === "/oauth2/revoke")
        .map(({ body }) => new URLSearchParams(body).get("token"));
      return issued.filter((token) => !revoked.includes(token));
    },
    async race({ scheduler, waits }, requests) {
      issued.length = 0;
      provider.requests.length = 0;
      gate = (label) => scheduler.schedule(Promise.resolve(), label);
      const answers = Promise.all(
        requests.map(async (send, index) => {
          for (let turn = 0; turn < (waits[index] ?? 0); turn += 1) await gate?.(`wait ${index}`);
          const answered = await send();
          activity.count += 1;
          return answered;
        }),
      );
      try {
        return await scheduler.waitFor(answers);
      } finally {
        gate = undefined;
        await scheduler.waitIdle();
        await settled();
      }
    },
  };
}

const activity = { count: 0 };

/** Resolves once nothing more happens by itself: everything waits at the gate, or for its next look at the store. */
export async function settled(): Promise<void> {
  let seen = activity.count;
  for (let calm = 0; calm < 2; calm += 1) {
    await sleep(1);
    if (activity.count !== seen) calm = -1;
    seen = activity.count;
  }
}
