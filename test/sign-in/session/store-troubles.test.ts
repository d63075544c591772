import { setTimeout as slowDisk } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { createRowSealer } from "../../../src/sign-in/session/row-sealer.ts";
import { clockForAll } from "../../support/clock-for-all.ts";
import { answer } from "../../support/faults.ts";
import { createUser } from "../../support/pool-claims.ts";
import { providerForAll } from "../../support/provider-for-all.ts";
import { callbackOf, signInAtProvider } from "../../support/refused.ts";
import {
  atAnother,
  cookieNameOf,
  pendingCookiesOf,
  sessionKeyOf,
  signedInAs,
  signedInHeading,
} from "../../support/signed-in.ts";
import {
  type Started,
  type StartOptions,
  start,
  startForAll,
  testSecret,
} from "../../support/start.ts";
import { createVisitor, type Visitor } from "../../support/visitor.ts";
import {
  failing,
  type RowCall,
  storeIsDown,
  type WatchedRows,
  watchRows,
} from "../../support/watched-rows.ts";

const tokenPath = "/oauth2/token";
const minute = 60_000;
const hour = 60 * minute;

const clock = clockForAll();
const { now } = clock;

const provider = providerForAll({ now });
const app = startForAll(() => ({ userPool: provider(), now }));

async function signedIn(at: Started = app(), name = "mira"): Promise<Visitor> {
  const visitor = createVisitor();
  provider().user = createUser(name);
  await signInAtProvider(visitor, at);
  return visitor;
}

async function startWatched(options: StartOptions = {}): Promise<[Started, WatchedRows]> {
  const rows = watchRows();
  return [await start({ userPool: provider(), now, wrapRows: rows.wrap, ...options }), rows];
}

describe("A store that is slow", () => {
  test("SC-7: has the session before the redirect leaves", async () => {
    const [slow, rows] = await startWatched();
    const visitor = createVisitor();
    const callback = await callbackOf(visitor, slow);
    const cookie = pendingCookiesOf(visitor, slow).map(({ name, value }) => `${name}=${value}`);
    rows.before = async ({ key }) => {
      if (key.startsWith("session:")) await slowDisk(200);
    };

    // fetch resolves with the headers, which is when a browser follows them.
    const redirect = await fetch(callback, {
      redirect: "manual",
      headers: { cookie: cookie.join("; ") },
    });

    expect(redirect.status).toBe(303);
    expect(rows.calls.filter(isNewSession)).toMatchObject([{ isDone: true }]);
  });

  test("SC-7: is not asked when a sign-in starts", async () => {
    const [down, rows] = await startWatched();
    rows.before = storeIsDown;

    const begun = await createVisitor().request("GET", `${down.appUrl}/login`);

    expect([begun.status, rows.calls]).toEqual([302, []]);
  });

  test("CC-3: brings no session back that ended while its last visit was being noted", async () => {
    const [busy, rows] = await startWatched();
    const visitor = await signedIn(busy);
    const key = sessionKeyOf(visitor, busy);
    const copies = [visitor.clone(), visitor.clone()] as const;
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    rows.before = ({ method, key: row }) => (method === "update" && row === key ? held : undefined);
    clock.offset = 2 * minute;

    const late = copies[0].request("GET", `${busy.appUrl}/logged-in`);
    await expect.poll(() => rows.calls.at(-1)?.method).toBe("update");
    const signedOut = await visitor.request("POST", `${busy.appUrl}/logout`);
    release();

    expect(signedOut.status).toBe(303);
    expect((await late).status).toBe(303);
    expect(await busy.rows.read(key)).toBeUndefined();
    expect(await signedInAs(copies[1], busy)).toBeUndefined();
  });

  test("SC-5: removes no session that was used elsewhere while it looked idle here", async () => {
    const patient = await start({ userPool: provider(), now });
    const { dataDirectory } = patient;
    const env = { SESSION_IDLE_MINUTES: "5" };
    const [strict, rows] = await startWatched({ dataDirectory, env });
    const visitor = await signedIn(patient);
    const copies = [visitor.clone(), visitor.clone()] as const;
    clock.offset = 6 * minute;
    rows.before = async ({ method }) => {
      if (method === "remove") expect(await signedInAs(copies[0], patient)).toBe("mira");
    };

    expect(await signedInAs(atAnother(copies[1], strict), strict)).toBeUndefined();

    expect(rows.calls.at(-1)).toMatchObject({ method: "remove", isDone: true });
    expect(await signedInAs(visitor, patient)).toBe("mira");
  });

  test("CC-3: brings no session back that ended while another sign-in replaced it", async () => {
    const [busy, rows] = await startWatched();
    const visitor = await signedIn(busy);
    const copy = visitor.clone();
    const oldKey = sessionKeyOf(visitor, busy);
    const callback = await callbackOf(visitor, busy);
    rows.before = async (call) => {
      if (!isNewSession(call)) return;
      rows.before = () => {};
      await copy.request("POST", `${busy.appUrl}/logout`);
    };

    const page = await visitor.visit(callback.href);

    expect(page.heading).toBe(signedInHeading);
    expect(sessionKeyOf(visitor, busy)).not.toBe(oldKey);
    expect(await busy.rows.read(oldKey)).toBeUndefined();
  });
});

describe("A store that fails", () => {
  test.each<[string, WatchedRows["before"], number]>([
    ["at once", storeIsDown, 0],
    ["when the session is written", failing(["insert"], "session:"), 1],
    ["when the session is written, the first time only", failingOnce(isNewSession), 1],
  ])("SC-7: signs nobody in where it fails %s", async (_title, trouble, tokenCalls) => {
    const [troubled, rows] = await startWatched();
    const visitor = createVisitor();
    const callback = await callbackOf(visitor, troubled);
    rows.before = trouble;

    const page = await visitor.visit(callback.href);

    expect([page.status, page.heading]).toEqual([503, "We cannot look up your session"]);
    expect(page.headers["retry-after"]).toBe("5");
    expect(
      page.setCookies.filter((cookie) => cookie.startsWith(`${cookieNameOf(app())}=`)),
    ).toEqual([]);
    expect(pendingCookiesOf(visitor, troubled)).toHaveLength(tokenCalls === 0 ? 1 : 0);
    expect(provider().count(tokenPath)).toBe(tokenCalls);
    await expect.poll(() => provider().count("/oauth2/revoke")).toBe(tokenCalls);
    rows.before = () => {};
    expect(await signedInAs(visitor, troubled)).toBeUndefined();
    expect(rows.calls.filter(isNewSession).filter(({ isDone }) => isDone)).toEqual([]);
    expect((await signInAtProvider(visitor, troubled)).heading).toBe(signedInHeading);
  });

  test("SC-7: takes the same callback again where nothing was spent", async () => {
    const [troubled, rows] = await startWatched();
    const visitor = createVisitor();
    const callback = await callbackOf(visitor, troubled);
    rows.before = storeIsDown;
    await visitor.visit(callback.href);
    rows.before = () => {};

    const page = await visitor.visit(callback.href);

    expect(page.heading).toBe(signedInHeading);
    expect(provider().count(tokenPath)).toBe(1);
  });

  test.each<[string, WatchedRows["before"]]>([
    ["cannot write the new one", failing(["insert"], "session:")],
    ["cannot remove the old one", failing(["remove"], "session:")],
  ])("SC-7: leaves the old session alone where it %s", async (_title, trouble) => {
    const [troubled, rows] = await startWatched();
    const visitor = await signedIn(troubled, "ann");
    provider().user = createUser("bob");
    rows.before = trouble;

    const page = await signInAtProvider(visitor, troubled);

    rows.before = () => {};
    expect(page.status).toBe(503);
    expect(await signedInAs(visitor, troubled)).toBe("ann");
  });

  test("SC-7: signs the visitor in where only the note for doubled requests is lost", async () => {
    const [troubled, rows] = await startWatched();
    const visitor = createVisitor();
    const callback = await callbackOf(visitor, troubled);
    rows.before = failing(["update"], "callback:");

    const page = await visitor.visit(callback.href);

    expect(page.heading).toBe(signedInHeading);
  });

  test("CC-2: tells doubled requests to wait as long as the first one", async () => {
    const visitor = createVisitor();
    const callback = await callbackOf(visitor, app());
    provider().scriptNext({ tokenAnswer: answer(429, "", { "retry-after": "7" }) });

    const answers = await Promise.all(
      Array.from({ length: 3 }, () => visitor.clone().request("GET", callback.href)),
    );

    expect(answers.map(({ status, headers }) => [status, headers["retry-after"]])).toEqual(
      Array(3).fill([503, "7"]),
    );
  });

  test("DO-2: leaves public pages open, claims nothing, and signs nobody in or out", async () => {
    const [troubled, rows] = await startWatched();
    const visitor = await signedIn(troubled);
    rows.before = storeIsDown;

    const index = await visitor.visit(troubled.appUrl);
    const page = await visitor.visit(`${troubled.appUrl}/logged-in`);
    const stranger = await createVisitor().visit(troubled.appUrl);
    const unknown = await visitor.visit(`${troubled.appUrl}/nowhere`);

    expect([index.status, stranger.status, unknown.status]).toEqual([200, 200, 404]);
    expect(index.text).toContain("We cannot tell right now whether you are signed in.");
    expect(index.text).not.toContain("mira");
    expect(stranger.text).not.toContain("We cannot tell");
    expect([page.status, page.headers["retry-after"]]).toEqual([503, "5"]);
    expect([...index.setCookies, ...page.setCookies]).toEqual([]);
    rows.before = () => {};
    expect(await signedInAs(visitor, troubled)).toBe("mira");
    expect((await visitor.visit(`${troubled.appUrl}/logged-in`)).heading).toBe(signedInHeading);
  });

  test("DO-2: costs the note of a visit, and not the visit, where it can only be read", async () => {
    const [troubled, rows] = await startWatched();
    const visitor = await signedIn(troubled);
    clock.offset = 2 * minute;
    rows.before = failing(["update"]);

    const page = await visitor.visit(`${troubled.appUrl}/logged-in`);

    expect([page.status, page.heading, page.setCookies]).toEqual([200, signedInHeading, []]);
    rows.before = () => {};
    expect(await signedInAs(visitor, troubled)).toBe("mira");
  });

  test("OL-5: is given up on, and not asked for ever, where no write comes true", async () => {
    let isOdd = false;
    const odd = await start({
      userPool: provider(),
      now,
      wrapRows: (rows) => ({
        ...rows,
        remove: (key, row) => (isOdd && row ? Promise.resolve(false) : rows.remove(key, row)),
      }),
    });
    const visitor = await signedIn(odd);
    isOdd = true;

    const signedOut = await visitor.clone().request("POST", `${odd.appUrl}/logout`);

    expect([signedOut.status, signedOut.headers["retry-after"]]).toEqual([503, "5"]);
    isOdd = false;
    expect(await signedInAs(visitor, odd)).toBe("mira");
  });

  const sealer = () => createRowSealer([testSecret], app().config.userPool);

  test.each<[string, (key: string, row: Uint8Array) => Uint8Array]>([
    ["is garbage", () => Buffer.from("garbage")],
    ["is empty", () => Buffer.alloc(0)],
    ["is cut short", (_key, row) => row.slice(0, -1)],
    [
      "belongs to another key",
      (key, row) => sealer().seal(sealer().open(row, key) ?? "", "session:x"),
    ],
    [
      "has an older shape",
      (key, row) =>
        sealer().seal((sealer().open(row, key) ?? "").replace('"version":3', '"version":2'), key),
    ],
    ["is a list", (key) => sealer().seal("[]", key)],
  ])("DO-4: counts a row as none that %s, and drops it", async (_title, spoil) => {
    const visitor = await signedIn();
    const key = sessionKeyOf(visitor, app());
    const row = (await app().rows.read(key)) ?? new Uint8Array();
    await app().rows.update(key, row, spoil(key, row), now() + hour);

    const index = await visitor.visit(app().appUrl);

    expect([index.status, index.text.includes("Register/Login")]).toEqual([200, true]);
    expect(index.setCookies).toEqual([expect.stringMatching(/^sign-in-\d+=;.*1970/)]);
    expect(await app().rows.read(key)).toBeUndefined();
    expect((await signInAtProvider(visitor, app())).heading).toBe(signedInHeading);
  });

  test("DO-4: takes a session whose row is gone for none, and asks to sign in", async () => {
    const visitor = await signedIn();
    await app().rows.remove(sessionKeyOf(visitor, app()));

    const answered = await visitor.request("GET", `${app().appUrl}/logged-in`);

    expect([answered.status, answered.headers.location]).toEqual([
      303,
      "/login?returnTo=%2Flogged-in",
    ]);
  });
});

function isNewSession({ method, key }: RowCall): boolean {
  return method === "insert" && key.startsWith("session:");
}

function failingOnce(applies: (call: RowCall) => boolean): WatchedRows["before"] {
  let hasFailed = false;
  return (call) => {
    if (hasFailed || !applies(call)) return;
    hasFailed = true;
    storeIsDown();
  };
}
