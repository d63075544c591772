import { beforeEach, describe, expect, test } from "vitest";
import { type Answer, answer, silence } from "../../support/faults.ts";
import { stopClock } from "../../support/own-clock.ts";
import { createUser } from "../../support/pool-claims.ts";
import { callbackOf } from "../../support/refused.ts";
import { sessionIdOf, sessionKeyOf, signedInAs, signedInHeading } from "../../support/signed-in.ts";
import { describeInEachApp, type Started, type StartOptions, start } from "../../support/start.ts";
import { temporaryDirectory } from "../../support/temporary-directory.ts";
import { createVisitor, type Page, type Visitor } from "../../support/visitor.ts";
import { failing, holdBack, once, type RowCall } from "../../support/watched-rows.ts";
import { firefox, isNewEntry, listed, safari, sessionsForAll } from "./support/sessions-for-all.ts";

const revokePath = "/oauth2/revoke";
const minute = 60_000;
const hour = 60 * minute;

const { clock, provider, rows, app, signedIn, userKey, ends } = sessionsForAll();
const { now } = clock;

const sessionsPage = (visitor: Visitor, at: Started = app()) =>
  visitor.visit(`${at.appUrl}/sessions`);

const notice = (page: Page) => page.html.querySelector("[role=status]")?.text;
const handleOn = (page: Page) =>
  page.html.querySelector("[name=session]")?.getAttribute("value") ?? "";
const sizeOfList = async () => (await app().rows.read(userKey()))?.length ?? 0;

describe("The page of a visitor's sessions", () => {
  test("lists this browser first, then the others, the newest first, with when they signed in and were seen", async () => {
    const first = await signedIn(firefox);
    clock.offset = 20 * minute;
    const since = now();
    await signedIn(safari);
    clock.offset = 55 * minute;

    const page = await sessionsPage(first);

    expect(page.heading).toBe("Where you are signed in");
    expect(listed(page)).toEqual(["Firefox on Linux This browser", "Safari on iOS"]);
    const [, other] = page.html.querySelectorAll(".sessions li");
    const [signedInAt, lastSeen] = other?.querySelectorAll("time") ?? [];
    expect(signedInAt?.text).toMatch(/^\d+ \w+ \d{4} at \d\d:\d\d UTC$/);
    const at = Date.parse(signedInAt?.getAttribute("datetime") ?? "");
    expect(at).toBeGreaterThanOrEqual(since);
    expect(at).toBeLessThan(since + 10 * minute);
    expect(lastSeen?.text).toMatch(/^3\d minutes ago$/);
  });

  test("is linked from the signed-in page and from the header of every page, and kept by no cache", async () => {
    const visitor = await signedIn();

    const page = await (await visitor.visit(`${app().appUrl}/logged-in`)).click(
      "See where you are signed in",
    );
    const again = await (await visitor.visit(app().appUrl)).click("Where you are signed in");

    expect([page.heading, again.heading]).toEqual(Array(2).fill("Where you are signed in"));
    expect(page.headers["cache-control"]).toBe("no-store");
    expect(page.text).toContain("You are signed in nowhere else.");
  });

  test("asks a stranger to sign in, and comes back", async () => {
    const page = await sessionsPage(createVisitor());

    expect([page.hops.length > 1, page.url]).toEqual([true, `${app().appUrl}/sessions`]);
    expect(listed(page)).toHaveLength(1);
  });

  test("SC-6: holds no session id, and the list behind it names nobody in clear", async () => {
    const visitors = [await signedIn(), await signedIn(safari)];
    const page = await sessionsPage(visitors[0] as Visitor);
    const ids = visitors.map((visitor) => sessionIdOf(visitor, app()));

    const stored = Buffer.from((await app().rows.read(userKey())) ?? []).toString("latin1");

    expect(handleOn(page)).toMatch(/^[\w-]{22}$/);
    expect(stored.length).toBeGreaterThan(100);
    for (const secret of [...ids, String(provider().user.sub)]) {
      expect(page.text).not.toContain(secret);
      expect(userKey() + stored).not.toContain(secret);
    }
  });

  test("SC-10: shows a user's own sessions alone, whatever name two people share", async () => {
    await signedIn();
    provider().user = createUser("mira");
    const namesake = await signedIn(safari);

    expect(listed(await sessionsPage(namesake))).toEqual(["Safari on iOS This browser"]);
  });

  test("SC-5: leaves out what has run out meanwhile, and takes it off the list", async () => {
    const busy = await signedIn();
    await signedIn(safari);
    const before = await sizeOfList();
    for (clock.offset = 0; clock.offset <= 90 * minute; clock.offset += 30 * minute) {
      await signedInAs(busy, app());
    }

    const page = await sessionsPage(busy);

    expect(listed(page)).toEqual(["Firefox on Linux This browser"]);
    expect(await sizeOfList()).toBeLessThan(before);
  });

  test("SC-5: costs the store no row beyond the last session's end", async () => {
    const startedAt = now();
    await signedIn();

    const [entry] = rows.calls.filter(isNewEntry);
    expect(entry?.expiresAt).toBeGreaterThan(startedAt + 11 * hour);
    expect(entry?.expiresAt).toBeLessThanOrEqual(now() + 12 * hour);
    clock.offset = 12 * hour;
    expect(await app().rows.read(userKey())).toBeUndefined();
  });

  test("SC-5: holds no entry of a session that is over for certain, whoever looks", async () => {
    await signedIn();
    clock.offset = 11 * hour;
    await signedIn();
    const ofTwo = await sizeOfList();

    clock.offset = 13 * hour;
    await signedIn();

    expect(await sizeOfList()).toBe(ofTwo);
  });

  test("SC-8: lists the same after a restart and under a new secret", async () => {
    const dataDirectory = await temporaryDirectory();
    const [oldSecret, newSecret] = [
      "an old secret of thirty-two bytes!",
      "a new secret, as long as that one",
    ];
    const shared: StartOptions = { userPool: provider(), dataDirectory };
    const first = await start({ ...shared, sessionSecrets: [oldSecret] });
    const visitor = await signedIn(firefox, first);
    await signedIn(safari, first);
    await first.stop();

    const second = await start({
      ...shared,
      port: first.port,
      sessionSecrets: [newSecret, oldSecret],
    });

    const page = await sessionsPage(visitor, second);
    expect(listed(page)).toHaveLength(2);
    expect(listed(await page.submit("Sign out"))).toHaveLength(1);
  });

  test.each<[string, () => Promise<unknown>]>([
    ["is lost", () => app().rows.remove(userKey())],
    [
      "is damaged",
      async () => {
        const row = (await app().rows.read(userKey())) ?? new Uint8Array();
        await app().rows.update(userKey(), row, Buffer.from("garbage"), now() + hour);
      },
    ],
  ])("DO-4: shows this browser where the list %s, and lists it again", async (_title, spoil) => {
    const visitor = await signedIn();
    const other = await signedIn(safari);
    await spoil();

    expect(listed(await sessionsPage(visitor))).toEqual(["Firefox on Linux This browser"]);
    expect(listed(await sessionsPage(other))).toEqual([
      "Safari on iOS This browser",
      "Firefox on Linux",
    ]);
  });

  test("DO-4: lists this browser once where two of its tabs find the list lost", async () => {
    const visitor = await signedIn();
    const size = await sizeOfList();
    await app().rows.remove(userKey());
    const isFirst = once(isNewEntry);
    rows.before = async (call) => {
      if (isFirst(call)) await sessionsPage(visitor.clone());
    };

    await sessionsPage(visitor);

    expect(await sizeOfList()).toBe(size);
  });
});

describeInEachApp("Ending a session from another one", () => {
  test("signs that browser out at its next request, revokes its refresh token, and leaves the rest", async () => {
    const here = await signedIn();
    const kept = await signedIn();
    const ended = await signedIn(safari);
    const key = sessionKeyOf(ended, app());

    const page = await (await sessionsPage(here)).submit("Sign out");

    expect([page.url, notice(page)]).toEqual([
      `${app().appUrl}/sessions`,
      "That browser is signed out.",
    ]);
    expect(page.hops.map(({ status }) => status)).toEqual([303, 200]);
    expect(listed(page)).toEqual(["Firefox on Linux This browser", "Firefox on Linux"]);
    expect(await app().rows.read(key)).toBeUndefined();
    expect(provider().count(revokePath)).toBe(1);
    const answered = await ended.request("GET", `${app().appUrl}/logged-in`);
    expect([answered.status, answered.location]).toEqual([
      303,
      `${app().appUrl}/login?returnTo=%2Flogged-in`,
    ]);
    expect(await signedInAs(kept, app())).toBe("mira");
  });

  test("is done at once where Cognito will not revoke the token", async () => {
    const here = await signedIn();
    const ended = await signedIn(safari);
    provider().scriptNext({ revokeAnswer: answer(400) });

    await (await sessionsPage(here)).submit("Sign out");

    expect(await signedInAs(ended, app())).toBeUndefined();
    expect(ends()).toMatchObject([{ revoked: false }]);
  });

  test.each<[string, (page: Page) => Promise<string>]>([
    ["has ended meanwhile", async (page) => handleOn(page)],
    ["never was", async () => "AAAAAAAAAAAAAAAAAAAAAA"],
    [
      "is somebody else's",
      async () => {
        provider().user = createUser("nora");
        const nora = await signedIn();
        await signedIn(safari);
        return handleOn(await sessionsPage(nora));
      },
    ],
  ])("is no error where it %s, and ends nothing", async (_title, handle) => {
    const here = await signedIn();
    const other = await signedIn(safari);
    const page = await sessionsPage(here);
    await other.request("POST", `${app().appUrl}/logout`);
    const session = await handle(page);

    const answered = await here.request("POST", `${app().appUrl}/sessions/end`, {
      form: { session },
    });

    expect([answered.status, answered.location]).toEqual([303, `${app().appUrl}/sessions`]);
    expect(ends()).toEqual([]);
  });

  test("signs out as Logout does where it is the very session that asks", async () => {
    const [here, there] = [await signedIn(), await signedIn(safari)];
    const session = handleOn(await sessionsPage(there));

    const answered = await here.request("POST", `${app().appUrl}/sessions/end`, {
      form: { session },
    });

    expect(answered.location).toContain(`${provider().domain}/logout?`);
    expect(answered.setCookies).toEqual([expect.stringMatching(/^sign-in-\d+=;.*1970/)]);
    expect(await signedInAs(there, app())).toBe("mira");
  });

  test("is told of once, and not by whoever only looks ahead", async () => {
    const [here] = [await signedIn(), await signedIn(safari)];
    const told = await (await sessionsPage(here)).submit(
      "Sign out",
      {},
      { stopBefore: () => true },
    );
    expect(told.status).toBe(303);
    await here.request("HEAD", `${app().appUrl}/sessions`);
    await here.visit(`${app().appUrl}/sessions`, { headers: { "sec-purpose": "prefetch" } });
    expect(notice(await sessionsPage(here))).toBe("That browser is signed out.");
    expect(notice(await sessionsPage(here))).toBeUndefined();
    const [{ name = "" } = {}] = told.setCookies.map((cookie) => ({ name: cookie.split("=")[0] }));
    here.setCookie(app().appUrl, `${name}=__proto__`);
    expect(notice(await sessionsPage(here))).toBeUndefined();
  });

  test("CC-3: is not undone by a visit that was being noted meanwhile", async () => {
    const [here, other] = [await signedIn(), await signedIn(safari)];
    const key = sessionKeyOf(other, app());
    const late = other.clone();
    const page = await sessionsPage(here);
    clock.offset = 2 * minute;
    const gate = holdBack(rows, ({ method, key: row }) => method === "update" && row === key);

    const visit = late.request("GET", `${app().appUrl}/logged-in`);
    await gate.reached;
    await page.submit("Sign out");
    gate.open();

    expect((await visit).status).toBe(303);
    expect(await app().rows.read(key)).toBeUndefined();
  });

  test("CC-3: is done once where two browsers do it at the same moment", async () => {
    const [here, there] = [await signedIn(), await signedIn()];
    const ended = await signedIn(safari);
    const key = sessionKeyOf(ended, app());
    const session = handleOn(await sessionsPage(here));
    const endFrom = (visitor: Visitor) =>
      visitor.request("POST", `${app().appUrl}/sessions/end`, { form: { session } });
    const isFirst = once(({ method, key: row }) => method === "remove" && row === key);
    rows.before = async (call) => {
      if (isFirst(call)) await endFrom(there);
    };

    expect((await endFrom(here)).status).toBe(303);

    expect(ends()).toHaveLength(1);
    expect(provider().count(revokePath)).toBe(1);
  });
});

describe("The end of a session at the site", () => {
  test("CF-2: leaves one line in the log: whose by a hash, by whom, and in which request", async () => {
    const here = await signedIn();
    await signedIn(safari);

    await (await sessionsPage(here)).submit("Sign out");

    // A request's line follows its answer.
    const posts = () => app().log.filter(({ path }) => path === "/sessions/end");
    await expect.poll(posts).toHaveLength(1);
    expect(ends()).toMatchObject([
      {
        msg: "session ended",
        by: "another session",
        revoked: true,
        requestId: posts()[0]?.requestId,
        subject: expect.stringMatching(/^[\w-]{12}$/),
      },
    ]);
    expect(ends()[0]?.subject).not.toContain(String(provider().user.sub).slice(0, 8));
  });
});

describeInEachApp("Ending many at once", () => {
  test("signs out all others, and not this one", async () => {
    const here = await signedIn();
    const others = [await signedIn(), await signedIn(safari)];

    const page = await (await sessionsPage(here)).submit("Sign out all others");

    expect(notice(page)).toBe("You are signed out everywhere else.");
    expect(listed(page)).toEqual(["Firefox on Linux This browser"]);
    for (const other of others) expect(await signedInAs(other, app())).toBeUndefined();
    expect([ends().length, provider().count(revokePath)]).toEqual([2, 2]);
  });

  test("LO-1: signs out everywhere, at Cognito too, and ends at the signed-out page", async () => {
    const visitors = [await signedIn(), await signedIn(), await signedIn(safari)];
    const here = visitors[0] as Visitor;
    const copies = visitors.map((visitor) => visitor.clone());
    provider().script({ revokeAnswer: onceTogether(3) });

    const page = await (await sessionsPage(here)).submit("Sign out everywhere");

    expect(page.heading).toBe("You have been successfully logged out.");
    expect(page.hops[0]?.location).toBe(
      `${provider().domain}/logout?${new URLSearchParams({
        client_id: provider().clientId,
        logout_uri: `${app().appUrl}/logout`,
      })}`,
    );
    expect(page.hops[0]?.setCookies).toEqual([expect.stringMatching(/^sign-in-\d+=;.*1970/)]);
    for (const copy of copies) expect(await signedInAs(copy, app())).toBeUndefined();
    expect(provider().count(revokePath)).toBe(3);
    expect(await app().rows.read(userKey())).toBeUndefined();
    expect(app().log).toContainEqual(expect.objectContaining({ event: "sign-out", revoked: true }));
    expect(ends().map(({ revoked }) => revoked)).toEqual([true, true]);
  });

  test("LO-1: keeps nobody waiting for one revocation after the other, nor Cognito busy with all of them", async () => {
    const other = await start({ userPool: provider() });
    const here = await signedIn(firefox, other);
    for (let count = 0; count < 7; count++) await signedIn(safari, other);
    const page = await sessionsPage(here, other);
    provider().script({ revokeAnswer: silence });
    const clock = stopClock();

    const left = await clock.outlast(
      page.submit("Sign out everywhere", {}, { stopBefore: () => true }),
      () => Number(provider().count(revokePath) === 6),
    );

    expect(left.location).toContain(`${provider().domain}/logout?`);
    // Five of the others and this one's own, and then the time was over.
    expect(provider().count(revokePath)).toBe(6);
    expect(ends(other).map(({ revoked }) => revoked)).toEqual(Array(7).fill(false));
  });

  test("CC-3: ends a sign-in with the rest that gets its place in the list meanwhile", async () => {
    const here = await signedIn();
    const other = await signedIn();
    const page = await sessionsPage(here);
    let late: Visitor | undefined;
    const isFirst = once(
      ({ method, key }) => method === "remove" && key === sessionKeyOf(other, app()),
    );
    rows.before = async (call) => {
      if (isFirst(call)) late = await signedIn(safari);
    };

    await page.submit("Sign out everywhere");

    expect(await signedInAs(late as Visitor, app())).toBeUndefined();
  });

  test("OL-1: comes to an end where the user goes on signing in meanwhile", async () => {
    const here = await signedIn();
    const other = await signedIn();
    const page = await sessionsPage(here);
    const late: Visitor[] = [];
    const isEnd = ({ method, key }: RowCall) => method === "remove" && key.startsWith("session:");
    rows.before = async (call) => {
      if (isEnd(call) && late.length < 20) late.push(await signedIn(safari));
    };

    await page.submit("Sign out all others");

    expect(late.length).toBeLessThan(20);
    expect(await signedInAs(other, app())).toBeUndefined();
    expect(await signedInAs(late.at(-1) as Visitor, app())).toBe("mira");
  });

  test("CC-3: leaves a sign-in alone that gets its place in the list only after that, and lists it", async () => {
    const here = await signedIn();
    const page = await sessionsPage(here);
    const gate = holdBack(rows, isNewEntry);

    const late = signedIn(safari);
    await gate.reached;
    const signedOut = await page.submit("Sign out everywhere");
    gate.open();

    expect(signedOut.heading).toBe("You have been successfully logged out.");
    expect(listed(await sessionsPage(await late))).toEqual(["Safari on iOS This browser"]);
  });

  test("DO-2: says what is not confirmed where the store fails, and this browser stays to try again", async () => {
    const here = await signedIn();
    const other = await signedIn(safari);
    const page = await sessionsPage(here);
    rows.before = failing(["remove"], sessionKeyOf(other, app()));

    for (const button of ["Sign out", "Sign out all others", "Sign out everywhere"]) {
      const failed = await page.submit(button);
      expect([failed.status, failed.heading]).toEqual([503, "This sign-out is not confirmed"]);
      expect([failed.headers["retry-after"], failed.setCookies]).toEqual(["5", []]);
    }
    rows.before = () => {};

    expect(await signedInAs(here, app())).toBe("mira");
    const again = await page.submit("Sign out everywhere");
    expect(again.heading).toBe("You have been successfully logged out.");
  });

  test("LO-1: revokes the tokens of those that it has ended, where the store fails for another", async () => {
    const here = await signedIn();
    const [stuck, gone] = [await signedIn(safari), await signedIn(safari)];
    const page = await sessionsPage(here);
    rows.before = failing(["remove"], sessionKeyOf(stuck, app()));

    const failed = await page.submit("Sign out all others");

    expect(failed.status).toBe(503);
    expect(provider().count("/oauth2/revoke")).toBe(1);
    rows.before = () => {};
    expect(await signedInAs(gone, app())).toBeUndefined();
    expect(await signedInAs(stuck, app())).toBe("mira");
  });
});

describeInEachApp("The requests that end sessions", () => {
  const paths = ["/sessions/end", "/sessions/end-others", "/sessions/end-all"];
  let here: Visitor;
  let other: Visitor;
  let handle = "";
  beforeEach(async () => {
    if (handle) return;
    [here, other] = [await signedIn(), await signedIn(safari)];
    handle = handleOn(await sessionsPage(here));
  });

  async function expectNothingEnded(): Promise<void> {
    for (const visitor of [here, other]) {
      expect(await app().rows.read(sessionKeyOf(visitor, app()))).toBeDefined();
    }
  }

  test.each(paths)("CS-1: %s takes posts of our own pages alone", async (path) => {
    const form = { session: handle };
    const url = app().appUrl + path;
    const foreign = ["cross-site", "same-site"].map((site) => ({ "sec-fetch-site": site }));

    const refused = await Promise.all(
      [...foreign, { origin: "null" }, { origin: "https://evil.example" }].map((headers) =>
        here.request("POST", url, { headers, form }),
      ),
    );
    const others = await Promise.all(
      ["GET", "HEAD", "PUT", "DELETE", "OPTIONS"].map((method) => here.request(method, url)),
    );

    expect(refused.map(({ status }) => status)).toEqual(Array(4).fill(403));
    expect(others.map(({ status, headers }) => [status, headers.allow])).toEqual(
      Array(5).fill([405, "POST"]),
    );
    await expectNothingEnded();
  });

  test.each(paths)(
    "%s leads a visitor without a session to sign in and to the page",
    async (path) => {
      const answered = await createVisitor().request("POST", app().appUrl + path, {
        headers: { accept: "text/html", referer: `${app().appUrl}/sessions` },
        form: { session: handle },
      });

      expect([answered.status, answered.location]).toEqual([
        303,
        `${app().appUrl}/login?returnTo=%2Fsessions`,
      ]);
      await expectNothingEnded();
    },
  );

  test("AR-5: the page itself takes GET and HEAD, and neither ends anything", async () => {
    const url = `${app().appUrl}/sessions`;

    const answers = await Promise.all(
      ["HEAD", "POST", "DELETE"].map((method) => here.request(method, url)),
    );

    expect(answers.map(({ status }) => status)).toEqual([200, 405, 405]);
    await expectNothingEnded();
  });

  const form = { "content-type": "application/x-www-form-urlencoded" };
  const charset = { "content-type": "application/x-www-form-urlencoded; charset=utf-7" };

  test.each<[string, string | undefined, Record<string, string>, number]>([
    ["nothing", undefined, {}, 400],
    ["no session", "a=b", form, 400],
    ["two sessions", "session=HANDLE&session=HANDLE", form, 400],
    ["brackets", "session[a]=HANDLE", form, 400],
    ["__proto__", "__proto__=a&__proto__[session]=HANDLE", form, 400],
    ["JSON", '{"session":"HANDLE"}', { "content-type": "application/json" }, 400],
    ["too much", `session=HANDLE&a=${"a".repeat(2000)}`, form, 413],
    ["too many fields", `session=HANDLE${"&a=b".repeat(50)}`, form, 413],
    ["an odd charset", "session=HANDLE", charset, 415],
    ["an odd encoding", "session=HANDLE", { ...form, "content-encoding": "what" }, 415],
    ["no gzip where it says so", "session=HANDLE", { ...form, "content-encoding": "gzip" }, 415],
    ["bad percent-encoding", "session=%e0%a4%aHANDLE", form, 303],
  ])("IN-2: a body with %s ends nothing", async (_title, body, headers, status) => {
    const answered = await here.request("POST", `${app().appUrl}/sessions/end`, {
      headers,
      ...(body === undefined ? {} : { body: body.replaceAll("HANDLE", handle) }),
    });

    expect(answered.status).toBe(status);
    expect(answered.headers["cache-control"]).toBe("no-store");
    await expectNothingEnded();
  });
});

describeInEachApp("A browser whose session was ended elsewhere", () => {
  test("CC-1: keeps the cookie that a sign-in in another tab sets while this one learns of it", async () => {
    const visitor = await signedIn();
    await visitor.clone().request("POST", `${app().appUrl}/logout`);
    const callback = await callbackOf(visitor, app());
    const gate = holdBack(
      rows,
      ({ method, key }) => method === "read" && key.startsWith("session:"),
    );

    const late = visitor.request("GET", app().appUrl);
    await gate.reached;
    const signedInAgain = await visitor.visit(callback.href);
    gate.open();

    expect(signedInAgain.heading).toBe(signedInHeading);
    expect((await late).setCookies).toEqual([]);
    expect(await signedInAs(visitor, app())).toBe("mira");
  });

  test("SC-3: loses its cookie where no sign-in is under way", async () => {
    const visitor = await signedIn();
    await visitor.clone().request("POST", `${app().appUrl}/logout`);

    const index = await visitor.request("GET", app().appUrl);

    expect(index.setCookies).toEqual([expect.stringMatching(/^sign-in-\d+=;.*1970/)]);
  });
});

/** Answers when that many have asked, and not before: whoever asks one after the other never hears. */
function onceTogether(count: number): Answer {
  let asked = 0;
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return async (res) => {
    asked += 1;
    if (asked === count) open();
    await opened;
    res.writeHead(200).end();
  };
}
