import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { AppError } from "../../../../src/sign-in/errors.ts";
import { openRowStore } from "../../../../src/sign-in/store/open-row-store.ts";
import { loadConfig } from "../../../../src/site/settings/config.ts";
import { hasPrograms } from "../../../support/programs.ts";
import { providerForAll } from "../../../support/provider-for-all.ts";
import {
  type RedisServer,
  type RedisServerOptions,
  startRedis,
} from "../../../support/redis-server.ts";
import { callbackOf, signInAtProvider } from "../../../support/refused.ts";
import { sessionKeyOf, signedInHeading } from "../../../support/signed-in.ts";
import { type Started, startForAll } from "../../../support/start.ts";
import { openTcpTap, type TapMode, type TcpTap } from "../../../support/tcp-tap.ts";
import { createVisitor, type Page, type Visitor } from "../../../support/visitor.ts";

const deadline = "no answer within 1500 ms";

/** A Redis, a tap and an app of its own for each outage, so that all of them can be waited for at once. */
interface Surroundings {
  redis: RedisServer;
  tap: TcpTap;
  app: Started;
}

interface Outage {
  begin(around: Surroundings): unknown;
  end(around: Surroundings): unknown;
  /** It answers, if by a refusal: nothing says that its connections go. */
  isReachable?: boolean;
  /** A Redis that no other outage has to do with. */
  ownRedis?: RedisServerOptions;
  /** Why the connection is given up, where that is for us to say. */
  because?: string;
}

interface Suffered {
  page: Page;
  nextPage: Page;
  index: Page;
  stranger: Page;
  signIn: Page;
  readiness: number;
  memberAfterwards: Page;
  signInAfterwards: Page;
  log: Record<string, unknown>[];
  key: string;
}

const tapped = (mode: TapMode): Outage => ({
  begin: ({ tap }) => tap.set(mode),
  end: ({ tap }) => tap.set("pass"),
});

const outages: Record<string, Outage> = {
  "refuses connections": tapped("refuse"),
  "closes connections": tapped("close"),
  "resets connections": tapped("reset"),
  "is a black hole": { ...tapped("black hole"), because: deadline },
  "hears and does not answer": { ...tapped("mute"), because: deadline },
  "takes two minutes to answer": { ...tapped({ delay: 60_000 }), because: deadline },
  "answers byte by byte": { ...tapped({ drip: 60_000 }), because: deadline },
  "answers in another protocol": tapped({ answer: "HTTP/1.1 400 Bad Request\r\n\r\n" }),
  hangs: {
    begin: ({ redis }) => redis.pause(),
    end: ({ redis }) => redis.resume(),
    ownRedis: {},
    because: deadline,
  },
  "refuses every command": {
    begin: ({ redis }) => redis.run("ACL", "SETUSER", "default", "-@all", "+acl"),
    end: ({ redis }) => redis.run("ACL", "SETUSER", "default", "+@all"),
    isReachable: true,
    ownRedis: {},
  },
  "is restarted": {
    begin: ({ redis }) => redis.stop(),
    end: ({ redis }) => redis.start(),
    ownRedis: { isPersistent: true },
  },
};
const hows = Object.keys(outages);

describe.runIf(hasPrograms(["redis-server"], import.meta.url))("A Redis that", () => {
  const provider = providerForAll();
  const servers: RedisServer[] = [];
  const around = new Map<string, Omit<Surroundings, "app">>();
  const suffered = new Map<string, Suffered>();

  const serve = async (options?: RedisServerOptions) => {
    const redis = await startRedis(options);
    servers.push(redis);
    return redis;
  };
  beforeAll(async () => {
    const shared = await serve();
    for (const [how, { ownRedis }] of Object.entries(outages)) {
      const redis = ownRedis ? await serve(ownRedis) : shared;
      around.set(how, { redis, tap: await openTcpTap(redis.port) });
    }
  });
  const apps = hows.map((how) =>
    startForAll(() => ({
      userPool: provider(),
      env: { REDIS_URL: `redis://127.0.0.1:${around.get(how)?.tap.port}` },
    })),
  );
  beforeAll(async () => {
    const experiences: (() => Promise<void>)[] = [];
    for (const [index, how] of hows.entries()) {
      const app = apps[index]?.() as Started;
      const world = { ...(around.get(how) as Omit<Surroundings, "app">), app };
      const people = await gather(app);
      experiences.push(async () => {
        suffered.set(how, await suffer(outages[how] as Outage, world, people));
      });
    }
    await Promise.all(experiences.map((experience) => experience()));
  }, 120_000);
  afterAll(async () => {
    for (const { tap } of around.values()) await tap.close();
    for (const redis of servers) await redis.close();
  });
  const what = (how: string) => suffered.get(how) as Suffered;

  test.each(hows)("DO-2: %s leaves public pages alone", (how) => {
    const { index, stranger } = what(how);

    expect([index.status, stranger.status]).toEqual([200, 200]);
    expect(index.text).toContain("We cannot tell right now whether you are signed in.");
    expect(stranger.text).not.toContain("We cannot tell");
  });

  test.each(hows)("DO-2, DO-3: %s makes pages of sessions a 503, while it lasts", (how) => {
    const { page, nextPage, readiness } = what(how);

    expect([page.status, page.headers["retry-after"], page.setCookies]).toEqual([503, "5", []]);
    expect([nextPage.status, readiness]).toEqual([503, 503]);
  });

  test.each(hows)("DO-2: %s signs nobody in, and nobody out", (how) => {
    const { signIn, memberAfterwards } = what(how);

    expect([signIn.status, signIn.heading]).toEqual([503, "We cannot look up your session"]);
    expect(signIn.setCookies.filter((cookie) => /^sign-in-\d+=/.test(cookie))).toEqual([]);
    expect([memberAfterwards.heading, memberAfterwards.setCookies]).toEqual([signedInHeading, []]);
  });

  test.each(hows)("CC-2: %s keeps nobody from finishing a sign-in afterwards", (how) => {
    expect(what(how).signInAfterwards.heading).toBe(signedInHeading);
  });

  test.each(hows)("CF-2: %s is told of in the log, without a session's id", (how) => {
    const { log, key } = what(how);
    const news = log.filter(({ event }) => event === "redis");
    const { isReachable, because = expect.any(String) } = outages[how] as Outage;

    if (!isReachable) {
      expect(news).toContainEqual(expect.objectContaining({ kind: "lost", reason: because }));
      expect(news.at(-1)?.kind).toBe("restored");
    }
    expect(log).toContainEqual(expect.objectContaining({ code: "store_unavailable" }));
    expect(JSON.stringify(log)).not.toContain(key.split(":")[1]);
  });

  test("DO-3: does not answer is asked so much at once, and no more", async () => {
    const { tap } = around.get("is a black hole") as Omit<Surroundings, "app">;
    const config = loadConfig({ REDIS_URL: `redis://127.0.0.1:${tap.port}` });
    const rows = await openRowStore(config, { now: Date.now, report: () => {} });
    const read = () => rows.read("x").catch((error: AppError) => error);
    await tap.set("black hole");

    // More than fits between the app and the tap: the rest has not even been sent.
    const large = Buffer.alloc(100_000);
    const insert = (index: number) =>
      rows.insert(`x${index}`, large, Date.now() + 60_000).catch((error: AppError) => error);
    const waiting = Array.from({ length: 5_000 }, (_, index) =>
      index < 200 ? insert(index) : read(),
    );
    const refused = await read();
    await tap.set("reset");
    const failures = await Promise.all(waiting);

    expect(refused).toMatchObject({
      code: "store_unavailable",
      reason: expect.stringContaining("queue is full"),
    });
    expect(new Set(failures.map((failure) => failure instanceof AppError && failure.code))).toEqual(
      new Set(["store_unavailable"]),
    );
    await tap.set("pass");
    await rows.close();
  });
});

interface People {
  member: Visitor;
  /** On the way back from Cognito, about to follow the callback. */
  guest: Visitor;
  callback: URL;
}

async function gather(app: Started): Promise<People> {
  const member = createVisitor();
  const guest = createVisitor();
  await reload(() => signInAtProvider(member, app));
  return { member, guest, callback: await callbackOf(guest, app) };
}

/** Takes these people and a stranger through an outage. */
async function suffer(
  outage: Outage,
  around: Surroundings,
  { member, guest, callback }: People,
): Promise<Suffered> {
  const { app } = around;
  const visitPage = () => member.visit(`${app.appUrl}/logged-in`);

  await outage.begin(around);
  const [page, index, stranger, signIn, readiness] = await Promise.all([
    visitPage(),
    member.visit(app.appUrl),
    createVisitor().visit(app.appUrl),
    guest.visit(callback.href),
    readinessOf(app),
  ]);
  const nextPage = await visitPage();
  await outage.end(around);

  while ((await readinessOf(app)) !== 200) await pause(50);
  return {
    page,
    nextPage,
    index,
    stranger,
    signIn,
    readiness,
    memberAfterwards: await reload(() => member.visit(`${app.appUrl}/logged-in`)),
    signInAfterwards: await reload(() => guest.visit(callback.href)),
    log: app.log,
    key: sessionKeyOf(member, app),
  };
}

/** On a machine that is busy beyond measure a deadline may be missed with nothing wrong. */
async function reload(visit: () => Promise<Page>): Promise<Page> {
  for (;;) {
    const page = await visit();
    if (page.status !== 503) return page;
    await pause(50);
  }
}

async function readinessOf({ appUrl }: Started): Promise<number> {
  return (await createVisitor().request("GET", `${appUrl}/readyz`)).status;
}
