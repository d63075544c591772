import { generateKeyPairSync, type JsonWebKey, randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { gzipSync } from "node:zlib";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import {
  type Answer,
  answer,
  drip,
  resetMidBody,
  silence,
  silenceAfterHeaders,
} from "./support/faults.ts";
import { hmacJwt, signJwt } from "./support/jwt.ts";
import { expectRefused, signInAtProvider } from "./support/refused.ts";
import {
  createScriptedProvider,
  type Script,
  type ScriptedProvider,
  type ScriptedProviderOptions,
} from "./support/scripted-provider.ts";
import { type SigningKey, signingKeys } from "./support/signing-keys.ts";
import { type Started, start } from "./support/start.ts";
import { header, poolHeader, signedBy } from "./support/token-scripts.ts";
import { createVisitor, type Page } from "./support/visitor.ts";

const keys = await signingKeys();
const { publicJwk } = keys.idTokens;
const otherJwk = keys.accessTokens.publicJwk;

const minute = 60_000;
const hour = 60 * minute;
const signedIn = "You have successfully logged in.";
const unknownKey = "ERR_JWKS_NO_MATCHING_KEY";
const severalKeys = "ERR_JWKS_MULTIPLE_MATCHING_KEYS";
const badSignature = "ERR_JWS_SIGNATURE_VERIFICATION_FAILED";
const malformed = "the key set (JWKS) is malformed";

describe("a key id that the pool does not know", () => {
  test("ID-5: 60 sign-ins with 60 unknown kids are refused and cost at most 7 fetches a minute", async () => {
    const { app, provider, clock } = await startWithKeys();
    provider.script({ header: (all) => ({ ...all, kid: randomBytes(32).toString("base64") }) });

    const pages = await signInTimes(60, app);

    expect(pages.map(({ status }) => status)).toEqual(Array(60).fill(502));
    expect(reasonsIn(app)).toEqual([unknownKey]);
    expect(jwksFetches(provider)).toBeLessThanOrEqual(7);

    clock.now += minute;
    const before = jwksFetches(provider);
    for (let count = 0; count < 10; count++) await signInAtProvider(createVisitor(), app);
    expect(jwksFetches(provider) - before).toBe(6);
  });

  test("ID-5: after the searches of a minute are used up, good tokens still pass", async () => {
    const { app, provider } = await startWithKeys();
    provider.script(header({ kid: "unknown" }));
    for (let count = 0; count < 10; count++) await signInAtProvider(createVisitor(), app);
    provider.reset();

    expect((await signInAtProvider(createVisitor(), app)).heading).toBe(signedIn);
    expect(jwksFetches(provider)).toBe(0);
  });
});

describe("a token that names no key", () => {
  const unnamed = header({ kid: undefined });

  test("ID-6: is accepted where the pool publishes one key", async () => {
    const { app, provider } = await startWithKeys({ jwks: [publicJwk] });
    provider.script(unnamed);
    expect((await signInAtProvider(createVisitor(), app)).heading).toBe(signedIn);
  });

  test("ID-6: is accepted where the one key has no id either", async () => {
    const { kid: _, ...nameless } = publicJwk;
    const { app, provider } = await startWithKeys({ jwks: [nameless] });
    provider.script(unnamed);
    expect((await signInAtProvider(createVisitor(), app)).heading).toBe(signedIn);
  });

  test("ID-6: is refused where the pool publishes several, without another fetch", async () => {
    const { app, provider } = await startWithKeys();
    provider.scriptNext(unnamed);
    await expectSignInRefused(502, severalKeys, app);
    expect(jwksFetches(provider)).toBe(1);
    expect((await signInAtProvider(createVisitor(), app)).heading).toBe(signedIn);
  });

  test("ID-6: is refused where the one key did not sign it", async () => {
    const { app, provider } = await startWithKeys({ jwks: [publicJwk] });
    provider.scriptNext(signedBy("stranger", {}));
    await expectSignInRefused(502, badSignature, app);
    expect((await signInAtProvider(createVisitor(), app)).heading).toBe(signedIn);
  });
});

describe("a key that names no algorithm", () => {
  const { alg: _, ...anyAlgorithm } = publicJwk;

  test.each(["PS256", "PS384", "PS512", "RS384", "RS512"])(
    "ID-3: refuses %s all the same",
    async (alg) => {
      const { app, provider } = await startWithKeys({ jwks: [anyAlgorithm] });
      provider.scriptNext(header({ alg }));
      await expectSignInRefused(502, "ERR_JOSE_ALG_NOT_ALLOWED", app);
    },
  );

  test("ID-3: accepts RS256", async () => {
    const { app } = await startWithKeys({ jwks: [anyAlgorithm] });
    expect((await signInAtProvider(createVisitor(), app)).heading).toBe(signedIn);
  });
});

/** A published key that may verify nothing, and a token that it would verify. */
interface BadKey {
  jwk: object;
  script?: Script;
}

describe("a key that may not sign", () => {
  const { n: _n, ...withoutModulus } = publicJwk;
  const { e: _e, ...withoutExponent } = publicJwk;
  const weak = generateKeyPairSync("rsa", { modulusLength: 1024 });
  const curve = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const secret = randomBytes(32);
  const secretJwk = { ...poolHeader, kty: "oct", k: secret.toString("base64url"), alg: "HS256" };

  const badKeys: Record<string, BadKey> = {
    "a private key": {
      jwk: { ...keys.idTokens.privateKey.export({ format: "jwk" }), ...publicJwk },
    },
    "a symmetric key": { jwk: secretJwk },
    "a key for encryption": { jwk: { ...publicJwk, use: "enc" } },
    "a key of an unknown use": { jwk: { ...publicJwk, use: "tls" } },
    "a key that only signs": { jwk: { ...publicJwk, key_ops: ["sign"] } },
    "a key without operations": { jwk: { ...publicJwk, key_ops: [] } },
    "operations as text": { jwk: { ...publicJwk, key_ops: "verify" } },
    "an RSA key of 1024 bits": {
      jwk: { ...weak.publicKey.export({ format: "jwk" }), ...poolHeader, use: "sig" },
      script: { jwt: (_, { claims }) => signJwt(poolHeader, claims, weak.privateKey) },
    },
    "a key for RS512": { jwk: { ...publicJwk, alg: "RS512" } },
    "a key for PS256": { jwk: { ...publicJwk, alg: "PS256" } },
    "an elliptic curve": { jwk: { ...curve.publicKey.export({ format: "jwk" }), ...poolHeader } },
    "no modulus": { jwk: withoutModulus },
    "no exponent": { jwk: withoutExponent },
    "a modulus as a list": { jwk: { ...publicJwk, n: [publicJwk.n] } },
    "a kid as a list": { jwk: { ...publicJwk, kid: [publicJwk.kid] } },
    "an empty kid": { jwk: { ...publicJwk, kid: "" } },
    "a kty in lower case": { jwk: { ...publicJwk, kty: "rsa" } },
  };

  test.each(Object.entries(badKeys))(
    "ID-23: %s alone is no key set, and beside a good key it verifies nothing",
    async (_, { jwk, script = {} }) => {
      const { app, provider } = await startWithKeys({ jwks: [jwk] });
      provider.scriptNext(script);
      await expectSignInRefused(502, malformed, app);

      provider.publishedJwks = [jwk as JsonWebKey, otherJwk];
      provider.scriptNext(script);
      await expectSignInRefused(502, unknownKey, app);

      provider.scriptNext(signedBy("accessTokens", { kid: otherJwk.kid }));
      expect((await signInAtProvider(createVisitor(), app)).heading).toBe(signedIn);
    },
  );

  test("ID-23: a symmetric key in the set does not make HS256 welcome", async () => {
    const { app, provider } = await startWithKeys({ jwks: [secretJwk, publicJwk] });
    provider.scriptNext({
      jwt: (_, { claims }) => hmacJwt({ ...poolHeader, alg: "HS256" }, claims, secret),
    });
    await expectSignInRefused(502, "ERR_JOSE_ALG_NOT_ALLOWED", app);
  });

  test("ID-23: one kid for two keys is refused, for both of them", async () => {
    const twin = { ...otherJwk, kid: publicJwk.kid };
    const { app, provider } = await startWithKeys({ jwks: [publicJwk, twin] });

    for (const script of [{}, signedBy("accessTokens", poolHeader)]) {
      provider.scriptNext(script);
      expect((await signInAtProvider(createVisitor(), app)).status).toBe(502);
    }
    expect(reasonsIn(app)).toEqual([severalKeys]);
  });

  test.each([
    ["a modulus of zeros", { ...publicJwk, n: Buffer.alloc(256).toString("base64url") }],
    ["a modulus that is not base64url", { ...publicJwk, n: "?".repeat(342) }],
    ["an exponent of zero", { ...publicJwk, e: "AA" }],
    ["an empty exponent", { ...publicJwk, e: "" }],
  ])("ID-23: %s is refused and never a 500", async (_, jwk) => {
    const { app } = await startWithKeys({ jwks: [jwk] });
    const page = await signInAtProvider(createVisitor(), app);
    expect(page.status).toBe(502);
    expect(reasonsIn(app)).toHaveLength(1);
  });

  test.each<[string, unknown]>([
    ["an unknown kty", { kty: "FUTURE", kid: "f", x: "AA" }],
    ["an unknown curve", { kty: "OKP", crv: "Ed999", kid: "o", x: "AA", alg: "EdDSA" }],
    ["an elliptic curve", { ...curve.publicKey.export({ format: "jwk" }), kid: "e", alg: "ES256" }],
    ["a key for encryption", { ...otherJwk, use: "enc" }],
    ["a weak key", { ...weak.publicKey.export({ format: "jwk" }), kid: "w" }],
    ["null", null],
    ["text", "key"],
    ["a list", []],
  ])("ID-23: %s beside the right key does no harm", async (_, jwk) => {
    const { app } = await startWithKeys({ jwks: [jwk, publicJwk] });
    expect((await signInAtProvider(createVisitor(), app)).heading).toBe(signedIn);
  });

  test("ID-23: members that a JWK may have beside do no harm", async () => {
    const jwk = { ...publicJwk, key_ops: ["verify"], ext: true, x5t: "AA", "x-note": "ours" };
    const { app } = await startWithKeys({ jwks: [jwk] });
    expect((await signInAtProvider(createVisitor(), app)).heading).toBe(signedIn);
  });
});

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

describe("a rotation of keys", () => {
  test("ID-24: a new key in place of the old one works in the next sign-in", async () => {
    const { app, provider } = await startWithKeys();
    await signInAtProvider(createVisitor(), app);
    await provider.rotateKeys();

    expect((await signInAtProvider(createVisitor(), app)).heading).toBe(signedIn);
    expect(jwksFetches(provider)).toBe(2);
  });

  test("ID-24: so it does for the 20 who sign in while it is being fetched", async () => {
    const { app, provider } = await startWithKeys();
    await signInAtProvider(createVisitor(), app);
    rotate(provider, keys.stranger);
    provider.scriptNext({
      jwksAnswer: async (res) => {
        await vi.waitUntil(() => provider.count("/oauth2/token") > 20, { timeout: 9000 });
        await answer(200, { keys: provider.publishedJwks })(res);
      },
    });

    const pages = await signInTimes(20, app);

    expect(pages.map(({ heading }) => heading)).toEqual(Array(20).fill(signedIn));
  });

  test("ID-24: while two keys overlap both work", async () => {
    const { app, provider } = await startWithKeys();
    await signInAtProvider(createVisitor(), app);
    provider.publishedJwks.push(keys.stranger.publicJwk);
    provider.signingKey = keys.stranger;

    for (const script of [{}, signedBy("idTokens", poolHeader)]) {
      provider.scriptNext(script);
      expect((await signInAtProvider(createVisitor(), app)).heading).toBe(signedIn);
    }
    expect(jwksFetches(provider)).toBe(2);
  });

  test("ID-24: two rotations within 30 s are both found, and so are six within a minute", async () => {
    const { app, provider, clock } = await startWithKeys();
    await signInAtProvider(createVisitor(), app);

    const { stranger, idTokens } = keys;
    for (const key of [stranger, idTokens, stranger, idTokens, stranger, idTokens]) {
      rotate(provider, key);
      clock.now += 9000;
      expect((await signInAtProvider(createVisitor(), app)).heading).toBe(signedIn);
    }
  });

  test("ID-24: a withdrawn key is refused once the ten minutes of the key set are over", async () => {
    const { app, provider, clock } = await startWithKeys();
    await signInAtProvider(createVisitor(), app);
    rotate(provider, keys.stranger);

    expect((await signInWithFirstKey(app, provider)).heading).toBe(signedIn);
    clock.now += 10 * minute;
    expect((await signInWithFirstKey(app, provider)).status).toBe(502);
    expect(reasonsIn(app)).toEqual([unknownKey]);
    expect((await signInAtProvider(createVisitor(), app)).heading).toBe(signedIn);
  });

  test("ID-24: a withdrawn key is refused from the first sign-in with the new one on", async () => {
    const { app, provider } = await startWithKeys();
    await signInAtProvider(createVisitor(), app);
    rotate(provider, keys.stranger);
    await signInAtProvider(createVisitor(), app);

    expect((await signInWithFirstKey(app, provider)).status).toBe(502);
    expect(reasonsIn(app)).toEqual([unknownKey]);
  });
});

describe("a wrong key under the right key id", () => {
  const wrong = { ...keys.stranger.publicJwk, kid: publicJwk.kid };

  test("ID-24: is believed no longer than to the first token that it does not fit", async () => {
    const { app, provider } = await startWithKeys({ jwks: [wrong, otherJwk] });
    await expectSignInRefused(502, badSignature, app);
    provider.publishedJwks = [publicJwk, otherJwk];

    expect((await signInAtProvider(createVisitor(), app)).heading).toBe(signedIn);
    expect(jwksFetches(provider)).toBe(3);
    expect((await signInAtProvider(createVisitor(), app)).heading).toBe(signedIn);
    expect(jwksFetches(provider)).toBe(3);
  });

  test("ID-24: costs at most 7 fetches a minute while it stands there", async () => {
    const { app, provider } = await startWithKeys({ jwks: [wrong, otherJwk] });

    for (let count = 0; count < 12; count += 1) await signInAtProvider(createVisitor(), app);

    expect(jwksFetches(provider)).toBe(7);
    expect(reasonsIn(app)).toEqual([badSignature]);
  });

  test("ID-25: is a bad signature still where the key set cannot be fetched again", async () => {
    const { app, keysHost } = await startWithKeysElsewhere();
    keysHost.publishedJwks = [wrong, otherJwk];
    keysHost.scriptNext({ jwksAnswer: answer(200, { keys: [wrong, otherJwk] }) });
    keysHost.script({ jwksAnswer: answer(500) });

    await expectSignInRefused(502, badSignature, app);
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

  test.each(outages)("ID-25: cold, %s is an error in time, and over at once", async (_, outage) => {
    const { app, provider, keysHost } = await startWithKeysElsewhere();
    await begin(outage, keysHost);
    const visitor = createVisitor();
    const startedAt = performance.now();

    const page = await signInAtProvider(visitor, app);

    expect(performance.now() - startedAt).toBeLessThan(3000);
    await end(keysHost);
    await expectRefused(page, outage.status, { app, visitor, provider });
  });

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

    for (const pause of [11 * minute, 23 * hour]) {
      clock.now += pause;
      expect((await signInAtProvider(createVisitor(), app)).heading).toBe(signedIn);
    }
    clock.now += hour;
    expect((await signInAtProvider(createVisitor(), app)).status).toBe(outage.status);

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
    keysHost.script({ jwksAnswer: silence });
    provider.scriptNext(header({ kid: "unknown" }));

    expect((await signInAtProvider(createVisitor(), app)).status).toBe(504);
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

interface Clock {
  now: number;
}

async function startWithKeys({ jwks }: { jwks?: unknown[] } = {}): Promise<{
  app: Started;
  provider: ScriptedProvider;
  clock: Clock;
}> {
  const clock = { now: Date.now() };
  const provider = await startProvider({ now: () => clock.now });
  if (jwks) provider.publishedJwks = jwks as JsonWebKey[];
  const app = await start({ userPool: provider, now: () => clock.now });
  return { app, provider, clock };
}

/** The key set on a host of its own, so that it alone can fail. */
async function startWithKeysElsewhere(): Promise<{
  app: Started;
  provider: ScriptedProvider;
  keysHost: ScriptedProvider;
  clock: Clock;
}> {
  const clock = { now: Date.now() };
  const provider = await startProvider({ now: () => clock.now });
  const keysHost = await startProvider();
  const { issuer } = keysHost;
  provider.script({ claims: (claims) => ({ ...claims, iss: issuer }) });
  const app = await start({
    userPool: { ...provider, issuer },
    now: () => clock.now,
    cognitoDeadlineMs: 300,
  });
  return { app, provider, keysHost, clock };
}

async function startProvider(options?: ScriptedProviderOptions): Promise<ScriptedProvider> {
  const provider = await createScriptedProvider(options);
  onTestFinished(provider.close);
  return provider;
}

async function begin({ jwksAnswer }: Outage, keysHost: ScriptedProvider): Promise<void> {
  if (jwksAnswer) keysHost.script({ jwksAnswer });
  else await keysHost.goDown();
}

async function end(keysHost: ScriptedProvider): Promise<void> {
  keysHost.reset();
  await keysHost.goDown();
  await keysHost.comeBack();
}

function signInTimes(count: number, app: Started): Promise<Page[]> {
  return Promise.all(Array.from({ length: count }, () => signInAtProvider(createVisitor(), app)));
}

/** A new key in place of the old one, at once. */
function rotate(provider: ScriptedProvider, key: SigningKey): void {
  provider.signingKey = key;
  provider.publishedJwks = [key.publicJwk, otherJwk];
}

function signInWithFirstKey(app: Started, provider: ScriptedProvider): Promise<Page> {
  provider.scriptNext(signedBy("idTokens", poolHeader));
  return signInAtProvider(createVisitor(), app);
}

/** A refusal for this reason; whether good sign-ins work afterwards is for the test to say. */
async function expectSignInRefused(status: number, reason: string, app: Started): Promise<void> {
  app.log.length = 0;
  const visitor = createVisitor();
  const page = await signInAtProvider(visitor, app);
  expect(page.status).toBe(status);
  expect(page.headers["cache-control"]).toBe("no-store");
  expect(visitor.cookies(app.appUrl)).toEqual([]);
  expect(reasonsIn(app)).toEqual([reason]);
}

/** Each reason that the log gives for a refusal, once. */
function reasonsIn(app: Started): unknown[] {
  return [...new Set(app.log.filter(({ code }) => code).map(({ reason }) => reason))];
}

function jwksFetches(provider: ScriptedProvider): number {
  return provider.count(new URL(provider.jwksUri).pathname);
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
