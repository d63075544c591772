import fc from "fast-check";
import { type LeanAnswer, pairOf } from "../support/lean-client.ts";
import { createUser } from "../support/pool-claims.ts";
import { cookieNameOf } from "../support/signed-in.ts";
import { type BegunSignIn, sessionGivenBy, type World, withWorld } from "./world.ts";

export interface JourneyFigures {
  journeys: number;
  steps: number;
}

/** What ought to be so: the sign-ins that this browser may still finish, oldest first, and who is signed in. */
interface Model {
  pending: { tab: number; user: string; begunAt: number; isLatestOfTab: boolean }[];
  signedIn: string | undefined;
}

/** What is so: one browser's cookies, the callback that each tab would come back with, and every session of the past. */
interface Browser {
  world: World;
  cookies: Map<string, string>;
  tabs: Map<number, BegunSignIn>;
  past: string[];
  steps: number;
}

type Step = fc.AsyncCommand<Model, Browser>;

/**
 * For any order of starts, callbacks, waits and sign-outs in two tabs by two users: the model above and the app agree
 * on who is signed in, and no cookie of an ended session is worth anything again (AR-6, CB-8, CC-1, LO-1, SC-1).
 */
export async function checkJourneys(runs: number): Promise<JourneyFigures> {
  const env = { SESSION_IDLE_MINUTES: "6000", SESSION_MAX_HOURS: "700" };
  const figures = { journeys: 0, steps: 0 };
  return await withWorld(
    async (world) => {
      await fc.assert(
        fc.asyncProperty(fc.commands(steps, { maxCommands: 14, size: "+1" }), async (commands) => {
          const browser: Browser = {
            world,
            cookies: new Map(),
            tabs: new Map(),
            past: [],
            steps: 0,
          };
          const model: Model = { pending: [], signedIn: undefined };
          await fc.asyncModelRun(() => ({ model, real: browser }), commands);
          figures.journeys += 1;
          figures.steps += browser.steps;
        }),
        { numRuns: runs },
      );
      return figures;
    },
    { env },
  );
}

const tabs = fc.nat({ max: 1 });
const steps: fc.Arbitrary<Step>[] = [
  fc.tuple(tabs, fc.constantFrom("ann", "bob")).map(([tab, user]) => start(tab, user)),
  tabs.map(callback),
  tabs.map(callback),
  fc.constant(signOut()),
  fc.constantFrom(1, 5, 11, 61).map(wait),
];

function start(tab: number, user: string): Step {
  return step(`start in tab ${tab} as ${user}`, async (model, browser) => {
    const { world } = browser;
    world.provider.user = createUser(user);
    browser.tabs.set(tab, await begin(browser));
    for (const one of model.pending) if (one.tab === tab) one.isLatestOfTab = false;
    model.pending.push({ tab, user, begunAt: world.clock.now, isLatestOfTab: true });
    model.pending = model.pending.slice(-4);
  });
}

function callback(tab: number): Step {
  return step(`callback in tab ${tab}`, async (model, browser) => {
    const begun = browser.tabs.get(tab);
    if (!begun) return;
    const { code, state } = begun;
    const answer = await ask(browser, "GET", `/logged-in?${new URLSearchParams({ code, state })}`);
    const age = (one: Model["pending"][number]) => browser.world.clock.now - one.begunAt;
    const found = model.pending.find(
      (one) => one.tab === tab && one.isLatestOfTab && age(one) < 48 * 60 * 60_000,
    );
    // A late one leads back to Cognito, and spends nothing.
    const isInTime = found !== undefined && age(found) < 10 * 60_000;
    if (found) model.pending.splice(model.pending.indexOf(found), 1);
    if (isInTime) model.signedIn = found.user;
    expectSame("status of the callback", answer.status, found || model.signedIn ? 303 : 400);
    expectSame("a new session", sessionGivenBy(answer) !== undefined, isInTime);
  });
}

function signOut(): Step {
  return step("sign out", async (model, browser) => {
    const { status } = await ask(browser, "POST", "/logout");
    model.signedIn = undefined;
    expectSame("status of the sign-out", status, 303);
  });
}

function wait(minutes: number): Step {
  return step(`wait ${minutes} minutes`, async (_model, { world }) => {
    world.clock.now += minutes * 60_000;
  });
}

/** After each step the model is compared with the app, and every session of the past with nobody. */
function step(name: string, run: Step["run"]): Step {
  return {
    check: () => true,
    async run(model, browser) {
      browser.world.clock.now += 1000;
      browser.steps += 1;
      await run(model, browser);
      const current = browser.cookies.get(cookieNameOf(browser.world.app));
      expectSame("who is signed in", await whoIs(browser, current), model.signedIn);
      for (const old of new Set(browser.past)) {
        if (old !== current)
          expectSame("who an old cookie is", await whoIs(browser, old), undefined);
      }
    },
    toString: () => name,
  };
}

async function whoIs({ world }: Browser, session: string | undefined): Promise<string | undefined> {
  const cookie = session === undefined ? "" : `${cookieNameOf(world.app)}=${session}`;
  const { text } = await world.client.ask("GET", "/", { cookie });
  return /<strong>(\w+)<\/strong>/.exec(text)?.[1];
}

async function begin(browser: Browser): Promise<BegunSignIn> {
  const started = await ask(browser, "GET", "/login");
  const granted = await browser.world.client.ask("GET", started.headers.location ?? "");
  const { searchParams } = new URL(granted.headers.location ?? "");
  return {
    state: searchParams.get("state") ?? "",
    code: searchParams.get("code") ?? "",
    cookie: "",
  };
}

async function ask(browser: Browser, method: string, path: string): Promise<LeanAnswer> {
  const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  const answer = await browser.world.client.ask(method, path, { cookie });
  for (const line of answer.setCookies) {
    const [name = "", value = ""] = pairOf(line).split("=");
    if (value === "") browser.cookies.delete(name);
    else browser.cookies.set(name, value);
    if (name === cookieNameOf(browser.world.app) && value !== "") browser.past.push(value);
  }
  browser.world.provider.requests.length = 0;
  return answer;
}

function expectSame(what: string, actual: unknown, expected: unknown): void {
  if (actual !== expected) throw new Error(`${what}: ${actual}, and not ${expected}`);
}
