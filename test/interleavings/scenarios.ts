import { setTimeout as sleep } from "node:timers/promises";
import { type BegunSignIn, sessionGivenBy } from "../properties/world.ts";
import type { LeanAnswer } from "../support/lean-client.ts";
import { createUser } from "../support/pool-claims.ts";
import type { Order, Stage } from "./stage.ts";

/** Requests that meet, and what has to be true afterwards whatever the order: rejects where it is not. */
export interface Scenario {
  title: string;
  play(stage: Stage, order: Order): Promise<void>;
}

const minute = 60_000;

export const scenarios: Scenario[] = [
  twoTabs("CC-1: two tabs sign the same user in", "ann", "ann"),
  twoTabs("CC-1: two tabs sign two users in", "ann", "bob"),
  twoTabs("CC-1: two tabs sign two users in over the session of a third", "ann", "bob", "cat"),
  sameCallback("CC-2: the same callback comes three times to one process", [0, 0, 0]),
  sameCallback("CC-2: the same callback comes to two processes", [0, 1]),
  {
    title: "CC-2, CC-3: a doubled callback meets the sign-out of the session that it began",
    async play(stage, order) {
      const begun = await begin(stage, "ann");
      const signInAndOut = async () => {
        const answer = await stage.finish(begun);
        const session = sessionGivenBy(answer);
        if (session) await signOut(stage, session);
        return answer;
      };
      const answers = await stage.race(order, [signInAndOut, signInAndOut]);

      for (const answer of answers) {
        expectOneOf(answer.status, [303, 400]);
        expectSame("who the session is", await whoIs(stage, sessionGivenBy(answer)), undefined);
      }
    },
  },
  {
    title: "CC-3: a sign-out meets two pages that note the visit",
    async play(stage, order) {
      const session = await signIn(stage, "ann");
      stage.clock.now += 2 * minute;

      const [first, second, out] = await stage.race(order, [
        () => page(stage, session),
        () => page(stage, session),
        () => signOut(stage, session),
      ]);

      for (const answer of [first, second]) expectOneOf(answer?.status, [200, 303]);
      expectSame("the sign-out", out?.status, 303);
      await expectEnded(stage, session);
    },
  },
  {
    title: "CC-3: a sign-out meets a new sign-in of the same browser, and a page",
    async play(stage, order) {
      const session = await signIn(stage, "ann");
      const begun = await begin(stage, "bob");
      stage.clock.now += 2 * minute;

      const [, callback, out] = await stage.race(order, [
        () => page(stage, session),
        () => stage.finish(begun, session),
        () => signOut(stage, session),
      ]);

      expectSame("the sign-out", out?.status, 303);
      expectSame("the callback", callback?.status, 303);
      await expectEnded(stage, session);
      expectSame("the new session", await whoIs(stage, given(callback)), "bob");
    },
  },
  {
    title: "CC-4: a sign-out meets the renewal of its session",
    async play(stage, order) {
      const session = await signIn(stage, "ann");
      stage.clock.now += 61 * minute;

      const [first, second, out] = await stage.race(order, [
        () => page(stage, session),
        () => page(stage, session, 1),
        () => signOut(stage, session),
      ]);

      for (const answer of [first, second]) expectOneOf(answer?.status, [200, 303]);
      expectSame("the sign-out", out?.status, 303);
      await expectRevoked(stage);
      expectAtMostOne("token requests", stage.takeTokenCalls());
      await expectEnded(stage, session);
    },
  },
  {
    title: "CC-4: a new sign-in of the same browser meets the renewal of its old session",
    async play(stage, order) {
      const session = await signIn(stage, "ann");
      stage.clock.now += 61 * minute;
      const begun = await begin(stage, "bob");

      const [renewed, callback] = await stage.race(order, [
        () => page(stage, session),
        () => stage.finish(begun, session),
      ]);

      expectOneOf(renewed?.status, [200, 303]);
      expectSame("the callback", callback?.status, 303);
      await expectEnded(stage, session);
      expectSame("the new session", await whoIs(stage, given(callback)), "bob");
    },
  },
  {
    title: "CC-4: six requests to two processes find the ID token expired",
    async play(stage, order) {
      const session = await signIn(stage, "ann");
      stage.clock.now += 61 * minute;

      const answers = await stage.race(
        order,
        [0, 1, 0, 1, 0, 0].map((process) => () => page(stage, session, process)),
      );

      expectSame("pages", String(answers.map(({ status }) => status)), "200,200,200,200,200,200");
      expectSame("token requests", stage.takeTokenCalls(), 1);
      // The token that the store holds is the one that works next.
      stage.clock.now += 61 * minute;
      expectSame("the next renewal", (await page(stage, session)).status, 200);
    },
  },
  {
    title: "CC-4: three requests to two processes find the user disabled",
    async play(stage, order) {
      const session = await signIn(stage, "ann");
      stage.clock.now += 61 * minute;
      stage.provider.scriptNext({
        claims: (claims) => ({ ...claims, sub: "somebody else" }),
      });

      const answers = await stage.race(
        order,
        [0, 1, 0].map((process) => () => page(stage, session, process)),
      );

      expectSame("pages", String(answers.map(({ status }) => status)), "303,303,303");
      expectSame("token requests", stage.takeTokenCalls(), 1);
      await expectEnded(stage, session);
    },
  },
];

/** Both finish, each with the session of its own user, and what stood there before is over. */
function twoTabs(title: string, first: string, second: string, before?: string): Scenario {
  return {
    title,
    async play(stage, order) {
      const old = before && (await signIn(stage, before));
      const one = await begin(stage, first);
      const two = await begin(stage, second, one.cookie);
      const cookies = [one.cookie, two.cookie, ...(old ? [old] : [])].join("; ");
      const finished: [name: string, answer: LeanAnswer][] = [];
      const finish = async (name: string, begun: BegunSignIn) => {
        const answer = await stage.finish({ ...begun, cookie: cookies });
        finished.push([name, answer]);
      };

      await stage.race(order, [() => finish(first, one), () => finish(second, two)]);

      expectSame("token requests", stage.takeTokenCalls(), 2);
      // The browser keeps the cookie of whichever answer came last, and that is one user, whole.
      for (const [name, answer] of finished) {
        expectSame("the callback", answer.status, 303);
        expectSame("who came back", await whoIs(stage, given(answer)), name);
      }
      expectSame("cookies", new Set(finished.map(([, answer]) => given(answer))).size, 2);
      if (old) expectSame("who was there before", await whoIs(stage, old), undefined);
    },
  };
}

function sameCallback(title: string, processes: number[]): Scenario {
  return {
    title,
    async play(stage, order) {
      const begun = await begin(stage, "ann");

      const answers = await stage.race(
        order,
        processes.map((process) => () => finishAt(stage, begun, process)),
      );

      expectSame("statuses", String([...new Set(answers.map(({ status }) => status))]), "303");
      expectSame("token requests", stage.takeTokenCalls(), 1);
      expectSame("sessions", new Set(answers.map(given)).size, 1);
      expectSame("who it is", await whoIs(stage, given(answers[0])), "ann");
    },
  };
}

function begin(stage: Stage, name: string, cookie?: string): Promise<BegunSignIn> {
  return stage.begin("", createUser(name), cookie);
}

async function signIn(stage: Stage, name: string): Promise<string> {
  return given(await stage.finish(await begin(stage, name)));
}

function finishAt(stage: Stage, begun: BegunSignIn, process: number): Promise<LeanAnswer> {
  const { code, state, cookie } = begun;
  const path = `/logged-in?${new URLSearchParams({ code, state })}`;
  return askAt(stage, process)("GET", path, { cookie });
}

function page(stage: Stage, session: string, process = 0): Promise<LeanAnswer> {
  return askAt(stage, process)("GET", "/logged-in", { cookie: session });
}

function signOut(stage: Stage, session: string): Promise<LeanAnswer> {
  return stage.client.ask("POST", "/logout", { cookie: session });
}

function askAt(stage: Stage, process: number): Stage["askOther"] {
  return process === 0 ? stage.client.ask : stage.askOther;
}

async function whoIs(stage: Stage, session: string | undefined): Promise<string | undefined> {
  if (!session) return undefined;
  const { text } = await stage.client.ask("GET", "/logged-in", { cookie: session });
  return /<dd>(\w+)<\/dd>/.exec(text)?.[1];
}

/** Its cookie is worth nothing, in either process. */
async function expectEnded(stage: Stage, session: string): Promise<void> {
  const answers = await Promise.all([page(stage, session), page(stage, session, 1)]);
  for (const { status } of answers) expectSame("the page of an ended session", status, 303);
}

/** A refresh token that came while its session ended is revoked, by whoever was last to hold it. */
async function expectRevoked(stage: Stage): Promise<void> {
  for (let tries = 0; tries < 3000 && stage.unrevoked().length > 0; tries += 1) await sleep(10);
  expectSame("refresh tokens that nobody revoked", stage.unrevoked().length, 0);
}

function given(answer: LeanAnswer | undefined): string {
  const session = answer && sessionGivenBy(answer);
  if (!session) throw new Error(`No session was given; the answer was ${answer?.status}.`);
  return session;
}

function expectSame(what: string, actual: unknown, expected: unknown): void {
  if (actual !== expected) throw new Error(`${what}: ${actual}, and not ${expected}`);
}

function expectOneOf(actual: unknown, expected: unknown[]): void {
  if (!expected.includes(actual)) throw new Error(`${actual} is none of ${expected}`);
}

function expectAtMostOne(what: string, count: number): void {
  if (count > 1) throw new Error(`${what}: ${count}`);
}
