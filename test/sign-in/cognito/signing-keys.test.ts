import { generateKeyPairSync, type JsonWebKey, randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import { answer } from "../../support/faults.ts";
import { hmacJwt, signJwt } from "../../support/jwt.ts";
import { stopClock } from "../../support/own-clock.ts";
import { signInAtProvider } from "../../support/refused.ts";
import type { Script, ScriptedProvider } from "../../support/scripted-provider.ts";
import { type SigningKey, signingKeys } from "../../support/signing-keys.ts";
import type { Started } from "../../support/start.ts";
import {
  expectSignInRefused,
  jwksFetches,
  reasonsIn,
  startWithKeys,
  startWithKeysElsewhere,
} from "../../support/start-with-keys.ts";
import { header, poolHeader, signedBy } from "../../support/token-scripts.ts";
import { createVisitor, type Page } from "../../support/visitor.ts";

const keys = await signingKeys();
const { publicJwk } = keys.idTokens;
const otherJwk = keys.accessTokens.publicJwk;

const minute = 60_000;
const signedIn = "You have successfully logged in.";
const unknownKey = "ERR_JWKS_NO_MATCHING_KEY";
const severalKeys = "ERR_JWKS_MULTIPLE_MATCHING_KEYS";
const badSignature = "ERR_JWS_SIGNATURE_VERIFICATION_FAILED";
const malformed = "the key set (JWKS) is malformed";

describe("a key id that the pool does not know", () => {
  test("ID-5: 20 sign-ins with 20 unknown kids are refused and cost at most 7 fetches a minute", async () => {
    const { app, provider, clock } = await startWithKeys();
    provider.script({ header: (all) => ({ ...all, kid: randomBytes(32).toString("base64") }) });

    const pages = await signInTimes(20, app);

    expect(pages.map(({ status }) => status)).toEqual(Array(20).fill(502));
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
    stopClock();
    provider.scriptNext({
      jwksAnswer: async (res) => {
        await expect.poll(() => provider.count("/oauth2/token")).toBeGreaterThan(20);
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
