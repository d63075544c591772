import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { gzipSync } from "node:zlib";
import { describe, expect, onTestFinished, test } from "vitest";
import {
  type Answer,
  answer,
  drip,
  resetMidBody,
  silence,
  silenceAfterHeaders,
} from "../../support/faults.ts";
import { stopClock } from "../../support/own-clock.ts";
import { expectRefused, signInAtProvider } from "../../support/refused.ts";
import { createScriptedProvider, type ScriptedProvider } from "../../support/scripted-provider.ts";
import { signingKeys } from "../../support/signing-keys.ts";
import {
  expectSignInRefused,
  jwksFetches,
  reasonsIn,
  startWithKeys,
  startWithKeysElsewhere,
} from "../../support/start-with-keys.ts";
import { header } from "../../support/token-scripts.ts";
import { createVisitor, type Page } from "../../support/visitor.ts";

const { publicJwk } = (await signingKeys()).idTokens;

const minute = 60_000;
const hour = 60 * minute;
const signedIn = "You have successfully logged in.";
const malformed = "the key set (JWKS) is malformed";

describe("an answer that is no key set", () => {
  const json = (body: object | string): Answer =>
    answer(200, typeof body === "string" ? Buffer.from(body) : body, {
      "content-type": "application/json",
    });

  test.each<[string, string, Answer]>([
    ["{}", malformed, json({})],
    ["no keys", malformed, json({ keys: [] })],
    ["keys as an object", malformed, json({ keys: { "0": publicJwk } })],
    ["keys null", malformed, json({ keys: null })],
    ["a bare list", malformed, json([publicJwk])],
    ["null", malformed, json("null")],
    ["no text", malformed, json("")],
    ["half of it", malformed, json(JSON.stringify({ keys: [publicJwk] }).slice(0, -9))],
    ["another content type", malformed, answer(200, JSON.stringify({ keys: [publicJwk] }))],
    ["101 keys", malformed, json({ keys: Array(101).fill(publicJwk) })],
    ["10,000 small keys", malformed, json({ keys: Array(10_000).fill({ kty: "RSA" }) })],
    ["10,000 keys", "the answer is too large", json({ keys: Array(10_000).fill(publicJwk) })],
    ["nesting 100,000 deep", malformed, json(`{"keys":${"[".repeat(1e5)}${"]".repeat(1e5)}}`)],
    [
      "keys inside __proto__",
      malformed,
      json(`{"__proto__":{"keys":[${JSON.stringify(publicJwk)}]}}`),
    ],
    ["a small file that unpacks to 64 MB", malformed, gzipBomb()],
  ])("ID-23: %s is refused, and the next answer counts at once", async (_, reason, jwksAnswer) => {
    const { app, provider } = await startWithKeys();
    provider.scriptNext({ jwksAnswer });
    await expectSignInRefused(502, reason, app);
    expect((await signInAtProvider(createVisitor(), app)).heading).toBe(signedIn);
  });
});

/** A way in which the key set cannot be had, and the status of a sign-in that needs it. */
interface Outage {
  status: 502 | 503 | 504;
  /** Undefined where nobody listens at all. */
  jwksAnswer?: Answer;
}

describe("an outage of the key set alone", () => {
  const redirected = answer(302, "", { location: "http://127.0.0.1:1/jwks.json" });
  const html = answer(200, "<!doctype html><title>Sorry</title>", { "content-type": "text/html" });
  const outages = Object.entries<Outage>({
    "connections refused": { status: 504 },
    "a reset in the middle": { status: 504, jwksAnswer: resetMidBody },
    "status 500": { status: 502, jwksAnswer: answer(500) },
    "status 503": { status: 503, jwksAnswer: answer(503, "busy", { "retry-after": "60" }) },
    "status 404 with good keys": { status: 502, jwksAnswer: answer(404, { keys: [publicJwk] }) },
    "a redirect": { status: 502, jwksAnswer: redirected },
    "a page in HTML": { status: 502, jwksAnswer: html },
    "an empty key set": { status: 502, jwksAnswer: answer(200, { keys: [] }) },
    silence: { status: 504, jwksAnswer: silence },
    "silence after the headers": { status: 504, jwksAnswer: silenceAfterHeaders },
    "a drip of bytes": { status: 504, jwksAnswer: drip(JSON.stringify({ keys: [publicJwk] }), 20) },
    "200 MB": { status: 502, jwksAnswer: twoHundredMegabytes() },
  });

  test.each(outages)(
    "ID-25: cold, %s is an error after one deadline, and over at once",
    async (_, outage) => {
      const { app, provider, keysHost } = await startWithKeysElsewhere();
      await begin(outage, keysHost);
      const visitor = createVisitor();
      const outlast = outlasting(outage, keysHost);

      const page = await outlast(() => signInAtProvider(visitor, app));

      await end(keysHost);
      await expectRefused(page, outage.status, { app, visitor, provider });
    },
  );

  test("ID-25: with fresh keys, an outage goes unnoticed", async () => {
    const { app, keysHost, clock } = await startWithKeysElsewhere();
    await signInAtProvider(createVisitor(), app);
    await keysHost.goDown();
    clock.now += 9 * minute;

    expect((await signInAtProvider(createVisitor(), app)).heading).toBe(signedIn);
    expect(jwksFetches(keysHost)).toBe(1);
  });

  test.each(outages)("ID-25: with stale keys, %s is borne for a day", async (_, outage) => {
    const { app, keysHost, clock } = await startWithKeysElsewhere();
    await signInAtProvider(createVisitor(), app);
    await begin(outage, keysHost);

    const outlast = outlasting(outage, keysHost);
    const signIn = () => outlast(() => signInAtProvider(createVisitor(), app));
    for (const pause of [11 * minute, 23 * hour]) {
      clock.now += pause;
      expect((await signIn()).heading).toBe(signedIn);
    }
    clock.now += hour;
    expect((await signIn()).status).toBe(outage.status);

    await end(keysHost);
    expect((await signInAtProvider(createVisitor(), app)).heading).toBe(signedIn);
  });

  test("ID-25: with stale keys, an outage is asked about every five seconds at most", async () => {
    const { app, keysHost, clock } = await startWithKeysElsewhere();
    await signInAtProvider(createVisitor(), app);
    keysHost.script({ jwksAnswer: answer(500) });
    clock.now += 11 * minute;

    for (let count = 0; count < 5; count++) await signInAtProvider(createVisitor(), app);
    expect(jwksFetches(keysHost)).toBe(2);
    clock.now += 5000;
    await signInAtProvider(createVisitor(), app);
    expect(jwksFetches(keysHost)).toBe(3);
  });

  test("ID-25: with fresh keys, an unknown kid in an outage is refused, and known ones go on", async () => {
    const { app, provider, keysHost } = await startWithKeysElsewhere();
    await signInAtProvider(createVisitor(), app);
    const outlast = outlasting({ status: 504, jwksAnswer: silence }, keysHost);
    keysHost.script({ jwksAnswer: silence });
    provider.scriptNext(header({ kid: "unknown" }));

    const refused = await outlast(() => signInAtProvider(createVisitor(), app));
    expect(refused.status).toBe(504);
    expect((await signInAtProvider(createVisitor(), app)).heading).toBe(signedIn);
  });

  test("ID-25: a redirect is not followed", async () => {
    const { app, keysHost } = await startWithKeysElsewhere();
    const elsewhere = await createScriptedProvider();
    onTestFinished(elsewhere.close);
    keysHost.script({ jwksAnswer: answer(307, "", { location: elsewhere.jwksUri }) });

    expect((await signInAtProvider(createVisitor(), app)).status).toBe(502);
    expect(elsewhere.requests).toEqual([]);
  });

  test("ID-25: of 200 MB a few are read, and memory grows by less than 32 MB", async () => {
    const { app, keysHost } = await startWithKeysElsewhere();
    keysHost.script({ jwksAnswer: answer(500) });
    await signInAtProvider(createVisitor(), app);
    let bytesSent = 0;
    keysHost.script({ jwksAnswer: twoHundredMegabytes((count) => (bytesSent += count)) });

    const growth = await peakGrowthOfMemory(async () => {
      for (let count = 0; count < 5; count++) await signInAtProvider(createVisitor(), app);
    });

    expect(reasonsIn(app)).toContain("the answer is too large");
    expect(bytesSent / 5).toBeLessThan(16 * 1024 * 1024);
    expect(growth).toBeLessThan(32 * 1024 * 1024);
  });
});

async function begin({ jwksAnswer }: Outage, keysHost: ScriptedProvider): Promise<void> {
  if (jwksAnswer) keysHost.script({ jwksAnswer });
  else await keysHost.goDown();
}

/** Does something in an outage, and lets a deadline pass where the key set was asked and leaves the asker waiting. */
function outlasting({ status, jwksAnswer }: Outage, keysHost: ScriptedProvider) {
  const clock = stopClock();
  const isSilent = status === 504 && jwksAnswer !== undefined && jwksAnswer !== resetMidBody;
  return async (act: () => Promise<Page>): Promise<Page> => {
    const asked = jwksFetches(keysHost);
    return await clock.outlast(act(), () => (isSilent ? jwksFetches(keysHost) - asked : 0));
  };
}

async function end(keysHost: ScriptedProvider): Promise<void> {
  keysHost.reset();
  await keysHost.goDown();
  await keysHost.comeBack();
}

function gzipBomb(): Answer {
  const packed = gzipSync(Buffer.alloc(64 * 1024 * 1024, " "));
  return answer(200, packed, { "content-type": "application/json", "content-encoding": "gzip" });
}

/** A key set behind two hundred megabytes of white space, sent as fast as it is read. */
function twoHundredMegabytes(onSent: (bytes: number) => void = () => {}): Answer {
  const chunk = Buffer.alloc(64 * 1024, " ");
  return async (res) => {
    res.writeHead(200, { "content-type": "application/json" });
    const chunks = function* () {
      for (let count = 0; count < 3200; count++) {
        onSent(chunk.length);
        yield chunk;
      }
    };
    await pipeline(Readable.from(chunks()), res).catch(() => {});
  };
}

async function peakGrowthOfMemory(run: () => Promise<void>): Promise<number> {
  const before = process.memoryUsage.rss();
  let peak = before;
  const sampler = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage.rss());
  }, 2);
  await run();
  clearInterval(sampler);
  return Math.max(peak, process.memoryUsage.rss()) - before;
}
