import { randomBytes } from "node:crypto";
import { describe, expect, onTestFinished, test } from "vitest";
import { createRowSealer } from "../../../src/sign-in/session/row-sealer.ts";
import { createSessionId } from "../../../src/sign-in/session/sessions.ts";
import { clockForAll } from "../../support/clock-for-all.ts";
import { type Claims, createUser } from "../../support/pool-claims.ts";
import { providerForAll } from "../../support/provider-for-all.ts";
import { rawRequest } from "../../support/raw-request.ts";
import { callbackOf, signInAtProvider } from "../../support/refused.ts";
import { createScriptedProvider } from "../../support/scripted-provider.ts";
import {
  cookieNameOf,
  sessionCookieOf,
  sessionKeyOf,
  signedInAs,
  signedInHeading,
} from "../../support/signed-in.ts";
import {
  describeInEachApp,
  type Started,
  type StartOptions,
  start,
  startForAll,
  testSecret,
} from "../../support/start.ts";
import { temporaryDirectory } from "../../support/temporary-directory.ts";
import { createVisitor, type Exchange, type Visitor } from "../../support/visitor.ts";
import { type WatchedRows, watchRows } from "../../support/watched-rows.ts";

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

function withCookie(cookie: string, path = "/", at: Started = app()): Promise<Exchange> {
  return createVisitor().request("GET", at.appUrl + path, { headers: { cookie } });
}

describeInEachApp("A new session", () => {
  test.each([
    ["an invented id", () => `s:${createSessionId()}.${"A".repeat(43)}`],
    ["an unsigned id", () => createSessionId()],
    ["nothing", () => ""],
  ])("SC-1: has an id of its own where %s was planted before", async (_title, plant) => {
    const visitor = createVisitor();
    visitor.setCookie(
      app().appUrl,
      `${cookieNameOf(app())}=${encodeURIComponent(plant())}; Path=/`,
    );
    const planted = visitor.clone();

    await signInAtProvider(visitor, app());

    expect(await signedInAs(visitor, app())).toBe("mira");
    expect(sessionCookieOf(visitor, app()).value).not.toContain(plant().slice(2, 26) || "none");
    expect(await signedInAs(planted, app())).toBeUndefined();
  });

  test("SC-1: has an id of its own where an attacker has planted a live session of their own, or an ended one", async () => {
    const attacker = await signedIn(app(), "eve");
    const live = sessionCookieOf(attacker, app()).value;
    const ended = await signedIn(app(), "eve");
    const dead = sessionCookieOf(ended, app()).value;
    await ended.request("POST", `${app().appUrl}/logout`);

    for (const planted of [live, dead]) {
      const victim = createVisitor();
      victim.setCookie(app().appUrl, `${cookieNameOf(app())}=${planted}; Path=/`);
      provider().user = createUser("mira");
      await signInAtProvider(victim, app());

      expect(await signedInAs(victim, app())).toBe("mira");
      expect(sessionCookieOf(victim, app()).value).not.toBe(planted);
      expect((await withCookie(`${cookieNameOf(app())}=${planted}`)).text).toContain(
        "Register/Login",
      );
    }
  });

  test("SC-1: of another user takes the place of the old one, whose id is dead", async () => {
    const visitor = createVisitor();
    provider().user = createUser("ann", { name: "Ann Other", "cognito:groups": ["editors"] });
    await signInAtProvider(visitor, app());
    const key = sessionKeyOf(visitor, app());
    const old = visitor.clone();
    provider().user = { sub: "b-1", "cognito:username": "bob" };

    const page = await signInAtProvider(visitor, app());

    expect(sessionKeyOf(visitor, app())).not.toBe(key);
    expect(await app().rows.read(key)).toBeUndefined();
    expect(await signedInAs(old, app())).toBeUndefined();
    expect(page.text).not.toMatch(/ann|Ann|editors/);
    expect(await signedInAs(visitor, app())).toBe("bob");
  });

  test("has a cookie of at most 100 bytes that lasts to the absolute limit", async () => {
    const visitor = createVisitor();
    const page = await signInAtProvider(visitor, app());

    const { name, value, expiresAt } = sessionCookieOf(visitor, app());
    expect(`${name}=${value}`.length).toBeLessThanOrEqual(100);
    expect(expiresAt).toBeGreaterThan(Date.now() + 12 * hour - minute);
    expect(expiresAt).toBeLessThanOrEqual(Date.now() + 12 * hour);
    expect(page.setCookies).toEqual([]);
    expect((await visitor.visit(app().appUrl)).setCookies).toEqual([]);
  });

  test("SC-2: has a __Host- cookie behind https, and so has a pending sign-in", async () => {
    const appUrl = "https://localhost:8443";
    const proxied = await start({ userPool: provider(), env: { APP_URL: appUrl } });
    const visitor = createVisitor({ proxied: { [appUrl]: proxied.origin } });

    const page = await signInAtProvider(visitor, proxied);
    const signedOut = await visitor.request("POST", `${appUrl}/logout`);

    const given = [...page.hops, signedOut].flatMap(({ setCookies }) => setCookies);
    expect(page.heading).toBe(signedInHeading);
    expect(
      given.map((cookie) => cookie.split(/[=;]/)[0]?.replace(/(?<=sign-in-8443-).*/, "")),
    ).toEqual([
      "__Host-sign-in-8443-",
      "__Host-sign-in-8443-",
      "__Host-sign-in-8443",
      "__Host-sign-in-8443",
    ]);
    for (const cookie of given) {
      const [pair = "", ...attributes] = cookie.split("; ");
      expect(attributes).toEqual(
        expect.arrayContaining(["Path=/", "HttpOnly", "Secure", "SameSite=Lax"]),
      );
      expect(cookie).not.toMatch(/Domain=/i);
      expect(pair.length).toBeLessThan(4096);
    }
  });

  test("SC-6: keeps the claims that pages show and the refresh token, sealed, and gives the browser none of it", async () => {
    const secrets: Record<string, string> = { clientSecret: provider().clientSecret };
    provider().user = createUser("mira", {
      name: "Mira",
      birthdate: "1990-05-17",
      "custom:pay": "9",
    });
    provider().scriptNext({
      claims: (claims) => {
        secrets.nonce = String(claims.nonce);
        return claims;
      },
      tokenBody: (body) => {
        for (const name of ["id_token", "access_token", "refresh_token"])
          secrets[name] = String(body[name]);
        return body;
      },
    });
    const visitor = createVisitor();

    const page = await signInAtProvider(visitor, app());

    const [request] = provider().requests.filter(({ path }) => path === tokenPath);
    const { code = "", code_verifier = "" } = Object.fromEntries(
      new URLSearchParams(request?.body),
    );
    const key = sessionKeyOf(visitor, app());
    const row = (await app().rows.read(key)) ?? new Uint8Array();
    const opened = createRowSealer([testSecret], app().config.userPool).open(row, key) ?? "";
    const { refresh_token: refreshToken = "", ...tokens } = secrets;
    const others = { ...tokens, code, code_verifier };
    expect(JSON.parse(opened)).toEqual({
      version: 3,
      issuer: provider().issuer,
      user: {
        sub: provider().user.sub,
        username: "mira",
        name: "Mira",
        email: "mira@example.org",
        emailVerified: true,
        groups: [],
      },
      refreshToken,
      nonceHash: expect.any(String),
      idTokenExpiresAt: expect.any(Number),
      authenticatedAt: expect.any(Number),
      createdAt: expect.any(Number),
      latestEnd: expect.any(Number),
      lastSeenAt: expect.any(Number),
      browser: "Chrome on Linux",
    });
    const outside = JSON.stringify([
      Buffer.from(row).toString("latin1"),
      page.hops.filter(({ url }) => url.startsWith(app().appUrl)).map(({ text }) => text),
      page.hops.map(({ setCookies }) => setCookies),
    ]);
    for (const secret of [...Object.values(others), refreshToken, "1990-05-17"]) {
      expect(secret).not.toBe("");
      expect(outside).not.toContain(secret);
    }
    for (const secret of Object.values(others)) expect(opened).not.toContain(secret);
  });

  test("SC-6: changed in the store by one bit, after pages were shown from it, it is none", async () => {
    const visitor = await signedIn();
    const key = sessionKeyOf(visitor, app());
    expect(await signedInAs(visitor, app())).toBe("mira");
    const row = (await app().rows.read(key)) as Uint8Array;
    const changed = Buffer.from(row);
    changed.writeUInt8(changed.readUInt8(changed.length - 1) ^ 1, changed.length - 1);

    expect(await app().rows.update(key, row, changed, now() + hour)).toBe(true);

    expect(await signedInAs(visitor, app())).toBeUndefined();
  });
});

describeInEachApp("A session cookie that is not ours", () => {
  const good = async () => sessionCookieOf(await signedIn(), app()).value;
  const id = createSessionId();

  test.each<[string, (value: string) => string]>([
    ["unsigned", () => id],
    ["unsigned, with the mark of a signed one", () => `s%3A${id}`],
    ["with an empty signature", (value) => `${value.split(".")[0]}.`],
    [
      "with another signature",
      (value) => `${value.split(".")[0]}.${randomBytes(32).toString("base64url")}`,
    ],
    ["with the signature of another id", (value) => `s%3A${id}.${value.split(".")[1]}`],
    ["cut", (value) => value.slice(0, -5)],
    ["longer", (value) => `${value}A`],
    ["a path", () => "../../etc/passwd"],
    ["JSON", () => "j:{}"],
    ["JSON of an object", () => encodeURIComponent('j:{"id":"x","__proto__":{"a":1}}')],
    ["__proto__", () => "__proto__"],
    ["4 KB", () => "s%3A".padEnd(4096, "x")],
    ["not ASCII", () => "\u00e9\u00ff"],
    ["badly encoded", () => "s%3A%E0%A4%A.x"],
    ["empty", () => ""],
  ])(
    "SC-3: makes a stranger where it is %s, and is left alone: it may be another program's",
    async (_title, forge) => {
      const forged = `${cookieNameOf(app())}=${forge(await good())}`;

      const index = await withCookie(forged);
      const page = await withCookie(forged, "/logged-in");

      expect([index.status, page.status]).toEqual([200, 303]);
      expect(index.text).toContain("Register/Login");
      expect(index.setCookies).toEqual([]);
    },
  );

  test("SC-3: is one of another name where anything but a blank or a tab stands before it", async () => {
    const value = await good();
    const ask = async (before: string) => {
      const cookie = `Cookie: other=1;${before}${cookieNameOf(app())}=${value}`;
      return await rawRequest(app().port, [
        "GET / HTTP/1.1",
        `Host: localhost:${app().port}`,
        cookie,
      ]);
    };

    for (const blank of ["", " ", "\t ", "  "]) expect((await ask(blank)).text).toContain("mira");
    for (const mark of ["\u00a0", "\u0085", "\u00ad", " \u00a0 "]) {
      expect((await ask(mark)).text).toContain("Register/Login");
    }
  });

  test("SC-3: costs the store nothing", async () => {
    const [watched, rows] = await startWatched();

    await withCookie(`${cookieNameOf(app())}=s%3A${id}.${"A".repeat(43)}`, "/", watched);
    await withCookie(`${cookieNameOf(app())}=${id}`, "/logged-in", watched);

    expect(rows.calls).toEqual([]);
  });

  test("SC-3: is worth nothing with another app's secret", async () => {
    const stranger = await start({
      userPool: provider(),
      sessionSecrets: ["a secret of somebody else altogether"],
      dataDirectory: app().dataDirectory,
    });
    const visitor = await signedIn(stranger);

    const index = await withCookie(
      `${cookieNameOf(app())}=${sessionCookieOf(visitor, stranger).value}`,
    );

    expect(index.text).toContain("Register/Login");
  });

  test.each<[string, (value: string) => string]>([
    ["behind", (value) => `${cookieNameOf(app())}=${value}; ${cookieNameOf(app())}=bad`],
    ["before", (value) => `${cookieNameOf(app())}=bad; ${cookieNameOf(app())}=${value}`],
    [
      "around",
      (value) =>
        `${cookieNameOf(app())}=s%3Abad.bad; a=b; ${cookieNameOf(app())}=${value}; ${cookieNameOf(app())}=`,
    ],
  ])("SC-3: locks nobody out where it stands %s the good one", async (_title, header) => {
    const cookie = header(await good());

    const page = await withCookie(cookie, "/logged-in");
    const signedOut = await createVisitor().request("POST", `${app().appUrl}/logout`, {
      headers: { cookie },
    });
    const afterwards = await withCookie(cookie);

    expect([page.status, page.setCookies]).toEqual([200, []]);
    expect(signedOut.status).toBe(303);
    expect(afterwards.text).toContain("Register/Login");
  });

  test("SC-3: gives way to a new sign-in", async () => {
    const visitor = createVisitor();
    visitor.setCookie(app().appUrl, `${cookieNameOf(app())}=s%3Abad.bad; Path=/`);

    await signInAtProvider(visitor, app());

    expect(await signedInAs(visitor, app())).toBe("mira");
  });
});

describeInEachApp("Visitors who never sign in", () => {
  test("SC-4: cost the store nothing and get no session, however many come", async () => {
    const [crowded, rows] = await startWatched();
    const member = await signedIn(crowded);
    const before = rows.calls.length;
    const paths = ["/", "/nowhere", "/logged-in", "/logged-in?code=x&state=y", "/login", "/logout"];

    const cookies: string[] = [];
    for (let round = 0; round < 6; round++) {
      const answers = await Promise.all(
        Array.from({ length: 40 }, (_, index) =>
          fetch(crowded.origin + paths[index % paths.length], {
            redirect: "manual",
            headers: { host: new URL(crowded.appUrl).host },
          }),
        ),
      );
      cookies.push(...answers.flatMap(({ headers }) => headers.getSetCookie()));
      await Promise.all(answers.map((one) => one.arrayBuffer()));
    }

    expect(rows.calls.slice(before)).toEqual([]);
    expect(cookies.filter((cookie) => !cookie.startsWith("sign-in-"))).toEqual([]);
    expect(await signedInAs(member, crowded)).toBe("mira");
  });
});

describeInEachApp("The life of a session", () => {
  const env = { SESSION_IDLE_MINUTES: "30", SESSION_MAX_HOURS: "2" };
  const vouchesForADay = (claims: Claims) => ({ ...claims, exp: Number(claims.iat) + 24 * 3600 });

  async function startLimited(): Promise<[Started, WatchedRows, Visitor]> {
    const [limited, rows] = await startWatched({ env });
    provider().scriptNext({ claims: vouchesForADay });
    return [limited, rows, await signedIn(limited)];
  }

  test("SC-5: ends when it has not been used for the idle limit", async () => {
    const [limited, , visitor] = await startLimited();
    const key = sessionKeyOf(visitor, limited);

    for (let visit = 0; visit < 3; visit++) {
      clock.offset += 29 * minute;
      expect(await signedInAs(visitor, limited)).toBe("mira");
    }
    clock.offset += 30 * minute;

    expect(await limited.rows.read(key)).toBeUndefined();
    expect(await signedInAs(visitor, limited)).toBeUndefined();
  });

  test("SC-5: ends at the absolute limit, however busy, and so does its row", async () => {
    const [limited, rows, visitor] = await startLimited();
    const key = sessionKeyOf(visitor, limited);
    const beganAt = now();

    for (let minutes = 1; minutes < 120; minutes++) {
      clock.offset = minutes * minute;
      const page = await visitor.request("GET", `${limited.appUrl}/logged-in`);
      expect([minutes, page.status]).toEqual([minutes, 200]);
    }
    clock.offset = 120 * minute;

    expect(await signedInAs(visitor, limited)).toBeUndefined();
    expect(await limited.rows.read(key)).toBeUndefined();
    const expiries = rows.calls.filter((call) => call.key === key).map((call) => call.expiresAt);
    expect(Math.max(...expiries.map((expiry) => expiry ?? 0))).toBeLessThanOrEqual(
      beganAt + 2 * hour,
    );
  });

  test("SC-5: ends at the absolute limit of its own time, though that was raised meanwhile", async () => {
    const dataDirectory = await temporaryDirectory();
    const shared: StartOptions = { userPool: provider(), now, dataDirectory };
    const strict = await start({ ...shared, env: { SESSION_MAX_HOURS: "1" } });
    const visitor = await signedIn(strict);
    await strict.stop();
    const patient = await start({ ...shared, port: strict.port, env: { SESSION_MAX_HOURS: "12" } });

    clock.offset = 40 * minute;
    expect(await signedInAs(visitor, patient)).toBe("mira");
    clock.offset = 61 * minute;

    expect(await signedInAs(visitor, patient)).toBeUndefined();
  });

  test("SC-5: ends with its ID token where there is nothing to renew it by", async () => {
    provider().scriptNext({ tokenBody: ({ refresh_token: _, ...body }) => body });
    const visitor = await signedIn();

    clock.offset = 59 * minute;
    expect(await signedInAs(visitor, app())).toBe("mira");
    clock.offset = 60 * minute;

    expect(await signedInAs(visitor, app())).toBeUndefined();
  });

  test("SC-5: is noted in the store once a minute at most", async () => {
    const [watched, rows] = await startWatched();
    const visitor = await signedIn(watched);
    const updates = () =>
      rows.calls.filter(({ method, key }) => method === "update" && key.startsWith("session:"));

    for (let visit = 0; visit < 5; visit++) await signedInAs(visitor, watched);
    expect(updates()).toHaveLength(0);
    clock.offset = minute;
    for (let visit = 0; visit < 5; visit++) await signedInAs(visitor, watched);

    expect(updates()).toHaveLength(1);
  });

  test("SC-8: outlives a new secret while the old one is still known, and no longer", async () => {
    const [oldSecret, newSecret] = [
      "an old secret of thirty-two bytes!",
      "a new secret of thirty-two bytes!!",
    ];
    const first = await start({ userPool: provider(), sessionSecrets: [oldSecret] });
    const early = await signedIn(first);
    const restart = (sessionSecrets: string[]) =>
      start({
        userPool: provider(),
        sessionSecrets,
        dataDirectory: first.dataDirectory,
        env: { APP_URL: first.appUrl },
      });
    const at = ({ origin }: Started, visitor: Visitor) =>
      visitor.request("GET", `${origin.replace("127.0.0.1", "localhost")}/logged-in`);

    const both = await restart([newSecret, oldSecret]);
    const unfinished = createVisitor();
    const callback = await callbackOf(unfinished, first);
    const onBoth = [await at(both, early)];
    const finished = await unfinished.request(
      "GET",
      `http://localhost:${both.port}/logged-in${callback.search}`,
    );
    onBoth.push(await at(both, unfinished));
    const newest = await restart([newSecret]);

    expect(onBoth.map(({ status }) => status)).toEqual([200, 200]);
    expect(finished.status).toBe(303);
    expect((await at(newest, early)).status).toBe(303);
    expect((await at(newest, unfinished)).status).toBe(200);
  });
});

describeInEachApp("Who a session belongs to", () => {
  test("SC-10: is told by the subject, whatever name and address two people share", async () => {
    const shared = { email: "same@example.org", "cognito:username": "same" };
    const [ann, bob] = [createVisitor(), createVisitor()];
    provider().user = createUser("same", { ...shared, name: "Ann" });
    const annSub = String(provider().user.sub);
    await signInAtProvider(ann, app());
    provider().user = createUser("same", { ...shared, name: "Bob" });
    const bobSub = String(provider().user.sub);
    await signInAtProvider(bob, app());

    const pages = [
      await ann.visit(`${app().appUrl}/logged-in`),
      await bob.visit(`${app().appUrl}/logged-in`),
    ];

    expect(pages[0]?.text).toContain(annSub);
    expect(pages[0]?.text).not.toContain(bobSub);
    expect(pages[1]?.text).toContain(bobSub);
    expect(await signedInAs(ann, app())).toBe("Ann");
  });

  test.each<[string, Claims, string]>([
    ["true", { email_verified: true }, "mira@example.org (verified)"],
    ["false", { email_verified: false }, "mira@example.org (not verified)"],
    ['"true"', { email_verified: "true" }, "mira@example.org (not verified)"],
    ["1", { email_verified: 1 }, "mira@example.org (not verified)"],
    ["absent", { email_verified: undefined }, "mira@example.org (not verified)"],
    ["false, with two @", { email: "a@b@c", email_verified: false }, "a@b@c (not verified)"],
  ])(
    "SC-10: has a verified address only where the pool says so: %s",
    async (_title, claims, shown) => {
      provider().user = createUser("mira", claims);

      const page = await signInAtProvider(createVisitor(), app());

      expect(page.text).toContain(shown);
    },
  );
});

describe("Another user pool", () => {
  test("takes over no session of the first one", async () => {
    const dataDirectory = await temporaryDirectory();
    const other = await createScriptedProvider();
    onTestFinished(() => other.close());
    const first = await start({ userPool: provider(), dataDirectory });
    const visitor = createVisitor();
    await signInAtProvider(visitor, first);
    await first.stop();

    const second = await start({ userPool: other, dataDirectory, port: first.port });

    expect(await signedInAs(visitor, second)).toBeUndefined();
  });
});

describe("Another client of the pool, with the same store and secret", () => {
  test("takes over no session of the first one, ends none, and lists none", async () => {
    const dataDirectory = await temporaryDirectory();
    const another = { ...provider(), clientId: "another-client" };
    const first = await start({ userPool: provider(), dataDirectory });
    const second = await start({ userPool: another, dataDirectory });
    const visitor = createVisitor();
    await signInAtProvider(visitor, first);
    const { name, value } = sessionCookieOf(visitor, first);
    const stranger = createVisitor();
    stranger.setCookie(second.appUrl, `${name}=${value}; Path=/`);

    expect(await signedInAs(stranger, second)).toBeUndefined();
    expect((await stranger.request("GET", `${second.appUrl}/sessions`)).status).toBe(303);

    expect(await signedInAs(visitor, first)).toBe("mira");
    const sessions = await visitor.visit(`${first.appUrl}/sessions`);
    expect(sessions.heading).toBe("Where you are signed in");
  });
});

test("AR-2: a session has an id of 144 random bits", () => {
  const ids = Array.from({ length: 10_000 }, createSessionId);

  expect(new Set(ids).size).toBe(10_000);
  expect(ids.filter((id) => !/^[\w-]{24}$/.test(id))).toEqual([]);
});
