import { describe, expect, test } from "vitest";
import { answer } from "../../support/faults.ts";
import { createUser } from "../../support/pool-claims.ts";
import { providerForAll } from "../../support/provider-for-all.ts";
import { callbackOf, signInAtProvider } from "../../support/refused.ts";
import {
  pendingCookiesOf,
  sessionKeyOf,
  signedInAs,
  signedInHeading,
} from "../../support/signed-in.ts";
import { describeInEachApp, type Started, start, startForAll } from "../../support/start.ts";
import { createVisitor, type Exchange, type Visitor } from "../../support/visitor.ts";
import { storeIsDown, watchRows } from "../../support/watched-rows.ts";

const tokenPath = "/oauth2/token";

const provider = providerForAll();
const app = startForAll(() => ({ userPool: provider() }));

describeInEachApp("Two tabs", () => {
  test.each([
    [["ann", "ann"], "first"],
    [["ann", "ann"], "second"],
    [["ann", "bob"], "first"],
    [["ann", "bob"], "second"],
  ] as const)(
    "CC-1: of %j both finish where the %s comes back last, and the last one counts",
    async (users, last) => {
      const visitor = createVisitor();
      const tabs: { name: string; callback: URL }[] = [];
      for (const name of users) {
        provider().user = createUser(name);
        tabs.push({ name, callback: await callbackOf(visitor, app()) });
      }
      if (last === "first") tabs.reverse();

      const greetings: (string | undefined)[] = [];
      const sessions: Visitor[] = [];
      for (const { callback } of tabs) {
        const page = await visitor.visit(callback.href);
        greetings.push(page.html.querySelector("dd")?.text);
        sessions.push(visitor.clone());
      }

      expect(greetings).toEqual(tabs.map(({ name }) => name));
      expect(await signedInAs(visitor, app())).toBe(tabs[1]?.name);
      expect(await signedInAs(sessions[0] as Visitor, app())).toBeUndefined();
      expect(provider().count(tokenPath)).toBe(2);
    },
  );
});

describeInEachApp("The same callback at the same moment", () => {
  test("CC-2: gives all of them the same refusal, after one token call", async () => {
    const visitor = createVisitor();
    const callback = await callbackOf(visitor, app());
    provider().scriptNext({ claims: (claims) => ({ ...claims, nonce: "another" }) });

    const answers = await Promise.all(
      Array.from({ length: 5 }, () => visitor.clone().request("GET", callback.href)),
    );

    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([502]));
    expect(answers.flatMap(({ setCookies }) => setCookies.filter(isSession))).toEqual([]);
    expect(provider().count(tokenPath)).toBe(1);
  });

  test("CC-2: signs in a browser that lost the first answer", async () => {
    const visitor = createVisitor();
    const callback = await callbackOf(visitor, app());
    await visitor.clone().request("GET", callback.href);

    const page = await visitor.visit(callback.href);

    expect(page.heading).toBe(signedInHeading);
    expect(provider().count(tokenPath)).toBe(1);
  });
});

describe("The same callback many times at the same moment", () => {
  test.each([2, 50])(
    "CC-2: %i times over makes one token call and one session, and signs everybody in",
    async (times) => {
      const rows = watchRows();
      const shared = await start({ userPool: provider(), wrapRows: rows.wrap });
      const visitor = createVisitor();
      const callback = await callbackOf(visitor, shared);
      const tabs = Array.from({ length: times }, () => visitor.clone());

      const answers = await Promise.all(tabs.map((tab) => tab.request("GET", callback.href)));

      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([303]));
      expect(provider().count(tokenPath)).toBe(1);
      expect(rows.calls.filter(isNewSession)).toHaveLength(1);
      expect(new Set(tabs.map((tab) => sessionKeyOf(tab, shared))).size).toBe(1);
      expect(tabs.flatMap((tab) => pendingCookiesOf(tab, shared))).toEqual([]);
      expect(await signedInAs(tabs.at(-1) as Visitor, shared)).toBe("mira");
    },
  );

  test("OL-1: more than 250 of them are not kept waiting, however slow Cognito is", async () => {
    const slow = await start({ userPool: provider() });
    const visitor = createVisitor();
    const callback = await callbackOf(visitor, slow);
    let goOn = () => {};
    const patience = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    provider().scriptNext({
      tokenAnswer: (res, context) => patience.then(() => answer(200, context?.body)(res)),
    });
    const tally: Record<number, number> = {};

    const answers = Array.from({ length: 300 }, async () => {
      const { status } = await visitor.clone().request("GET", callback.href);
      tally[status] = (tally[status] ?? 0) + 1;
    });

    await expect.poll(() => tally).toEqual({ 400: 300 - 1 - 250 });
    goOn();
    await Promise.all(answers);
    expect(tally).toEqual({ 400: 49, 303: 251 });
  });

  test("CC-2: makes one token call on two apps that share a store", async () => {
    const first = await start({ userPool: provider() });
    const second = await start({
      userPool: provider(),
      dataDirectory: first.dataDirectory,
      env: { APP_URL: first.appUrl },
    });
    const visitor = createVisitor();
    const callback = await callbackOf(visitor, first);
    const tabs = Array.from({ length: 20 }, () => visitor.clone());
    const addressAt = ({ port }: Started) => Object.assign(new URL(callback), { port }).href;

    const answers = await Promise.all(
      tabs.map((tab, index) => tab.request("GET", addressAt(index % 2 ? second : first))),
    );

    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([303]));
    expect(provider().count(tokenPath)).toBe(1);
    expect(new Set(tabs.map((tab) => sessionKeyOf(tab, first))).size).toBe(1);
    expect(await signedInAs(tabs[1] as Visitor, first)).toBe("mira");
  });
});

test("CC-2, SC-7: a doubled callback on another process takes no session that is taken back", async () => {
  const rows = watchRows();
  const otherRows = watchRows();
  const first = await start({ userPool: provider(), wrapRows: rows.wrap });
  const second = await start({
    userPool: provider(),
    dataDirectory: first.dataDirectory,
    env: { APP_URL: first.appUrl },
    wrapRows: otherRows.wrap,
  });
  const visitor = createVisitor();
  await signInAtProvider(visitor, first);
  const oldKey = sessionKeyOf(visitor, first);
  const callback = await callbackOf(visitor, first);
  const doubled = Object.assign(new URL(callback), { port: second.port }).href;
  let answered: Promise<Exchange> | undefined;
  const isWaiting = new Promise<void>((resolve) => {
    let reads = 0;
    otherRows.before = ({ method, key }) => {
      if (method === "read" && key.startsWith("callback:") && ++reads === 2) resolve();
    };
  });
  rows.before = async ({ method, key }) => {
    if (method !== "remove" || key !== oldKey) return;
    answered ??= visitor.clone().request("GET", doubled);
    await Promise.race([isWaiting, answered]);
    storeIsDown();
  };

  expect((await visitor.clone().request("GET", callback.href)).status).toBe(503);

  const answer = await answered;
  expect(answer?.status).toBe(503);
  expect(answer?.setCookies.filter(isSession)).toEqual([]);
});

function isNewSession({ method, key }: { method: string; key: string }): boolean {
  return method === "insert" && key.startsWith("session:");
}

function isSession(cookie: string): boolean {
  return /^sign-in-\d+=/.test(cookie);
}
