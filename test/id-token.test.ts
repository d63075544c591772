import { generateKeyPairSync, randomUUID, sign } from "node:crypto";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { createSealer } from "../src/session/sealing.ts";
import type { Session } from "../src/session/session.ts";
import { hmacJwt, type Segment } from "./support/jwt.ts";
import { type Claims, createUser } from "./support/pool-claims.ts";
import { callbackOf, expectRefused, signInAtProvider } from "./support/refused.ts";
import { createScriptedProvider, type Script } from "./support/scripted-provider.ts";
import { signingKeys } from "./support/signing-keys.ts";
import { startForAll, testSecret } from "./support/start.ts";
import {
  base64url,
  claims,
  header,
  part,
  poolHeader,
  rewritten,
  sha256,
  signatureBytes,
  signed,
  signedBy,
  swapCase,
  unsigned,
  without,
  withPart,
} from "./support/token-scripts.ts";
import { createVisitor } from "./support/visitor.ts";
import { type RowCall, watchRows } from "./support/watched-rows.ts";

/** A token that is right but for one thing. */
interface BadToken {
  /** The one thing, as the end of “refuses …”. */
  what: string;
  /** What the log has to name, so that no token is refused for another cause. */
  reason: string;
  script: Script;
}

/** A token that is odd and yet right. */
type OddToken = Omit<BadToken, "reason">;

const now = Date.now();
const nowSeconds = Math.floor(now / 1000);
const keys = await signingKeys();
const provider = await createScriptedProvider({ now: () => now });
const attacker = await createScriptedProvider();
const jwksPath = new URL(provider.jwksUri).pathname;
afterAll(() => Promise.all([provider.close(), attacker.close()]));

const rows = watchRows();
const app = startForAll(() => ({ userPool: provider, now: () => now, wrapRows: rows.wrap }));

beforeEach(() => {
  provider.reset();
  app().log.length = 0;
  rows.calls.length = 0;
});

const base64urlAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const namesOfBuiltIns = [
  '"__proto__":{"isAdmin":true}',
  '"constructor":{"prototype":{"isAdmin":true}}',
  '"toString":"x"',
  '"hasOwnProperty":1',
].join();

const notAllowed = "ERR_JOSE_ALG_NOT_ALLOWED";
const badSignature = "ERR_JWS_SIGNATURE_VERIFICATION_FAILED";
const unknownKey = "ERR_JWKS_NO_MATCHING_KEY";
const severalKeys = "ERR_JWKS_MULTIPLE_MATCHING_KEYS";
const badJws = "ERR_JWS_INVALID";
const badJwt = "ERR_JWT_INVALID";

describe("the algorithm", () => {
  const spellings = ["none", "None", "NONE", "nOnE"];

  refuses("ID-1", [
    ...spellings.map((alg) => bad(`alg ${alg} without a signature`, "form", unsigned({ alg }))),
    ...spellings.map((alg) => bad(`alg ${alg} with a signature`, notAllowed, header({ alg }))),
    ...spellings.map((alg) =>
      bad(`alg ${alg} with a made-up signature`, notAllowed, unsigned({ alg }, "AAAA")),
    ),
    bad("an empty alg without a signature", "form", unsigned({ alg: "" })),
    bad("an empty alg with a signature", badJws, header({ alg: "" })),
    bad("no alg and no signature", "form", unsigned({ alg: undefined })),
    bad("no alg, yet a signature", badJws, header({ alg: undefined })),
    bad("alg null", badJws, header({ alg: null })),
    bad("alg as a list", badJws, header({ alg: ["RS256"] })),
    bad("alg as a number", badJws, header({ alg: 256 })),
    bad("alg rs256", notAllowed, header({ alg: "rs256" })),
    bad("alg RS256 with a space", notAllowed, header({ alg: "RS256 " })),
    bad("alg of a password-based key", notAllowed, header({ alg: "PBES2-HS256+A128KW", p2c: 1e9 })),
  ]);

  const { publicKey } = keys.idTokens;
  const { n = "" } = publicKey.export({ format: "jwk" });
  const pem = String(publicKey.export({ type: "spki", format: "pem" }));
  const publicKeyAsSecret: [string, string | Buffer][] = [
    ["the public key in PEM", pem],
    ["the public key in PEM without its last newline", pem.trimEnd()],
    ["the public key in PKCS #1 PEM", publicKey.export({ type: "pkcs1", format: "pem" })],
    ["the public key in DER", publicKey.export({ type: "spki", format: "der" })],
    ["the public key in PKCS #1 DER", publicKey.export({ type: "pkcs1", format: "der" })],
    ["the modulus", Buffer.from(n, "base64url")],
    ["the modulus as text", n],
    ["the JWK", JSON.stringify(keys.idTokens.publicJwk)],
    ["the client secret", provider.clientSecret],
    ["nothing", ""],
  ];

  refuses(
    "ID-2",
    ["HS256", "HS384", "HS512"].flatMap((alg) =>
      publicKeyAsSecret.map(([name, secret]) =>
        bad(`${alg} keyed with ${name}`, notAllowed, {
          jwt: (_, { claims: all }) => hmacJwt({ ...poolHeader, alg }, all, secret),
        }),
      ),
    ),
  );

  refuses("ID-3", [
    ...["PS256", "PS384", "PS512", "RS384", "RS512"].map((alg) =>
      bad(`${alg} by the right key`, notAllowed, header({ alg })),
    ),
    bad("ES256 by a key of its own", notAllowed, { jwt: (_, { claims: all }) => signEs256(all) }),
  ]);
});

describe("the signature", () => {
  refuses("ID-4", [
    bad("every signature byte changed", badSignature, signatureBytes(xorAll)),
    bad("the first signature bit flipped", badSignature, signatureBytes(flipBit(0))),
    bad("a middle signature bit flipped", badSignature, signatureBytes(flipBit(128))),
    bad("the last signature bit flipped", badSignature, signatureBytes(flipBit(255))),
    bad("a signature of zeros", badSignature, signatureBytes(zeros)),
    bad("a signature cut by a byte", badSignature, signatureBytes(cut(255))),
    bad("half a signature", badSignature, signatureBytes(cut(128))),
    bad("a signature with a byte too many", badSignature, signatureBytes(lengthen)),
    bad("the signature removed", "form", signatureBytes(cut(0))),
    bad("another spelling of the same signature", "form", { jwt: respellSignature }),
    bad("the signature of the access token", badSignature, {
      jwt: (jwt, { accessToken }) => withPart(jwt, 2, part(accessToken, 2)),
    }),
    bad("the signature of another person's token", badSignature, {
      jwt: (jwt, { claims: all }) =>
        withPart(jwt, 2, part(signed(poolHeader, { ...all, sub: randomUUID() }), 2)),
    }),
    ...[{ sub: randomUUID() }, { "cognito:groups": ["admins"] }, { exp: nowSeconds + 7200 }].map(
      (changes) =>
        bad(`${Object.keys(changes)} edited after signing`, badSignature, {
          jwt: (jwt, { claims: all }) => withPart(jwt, 1, base64url({ ...all, ...changes })),
        }),
    ),
    bad("the header edited after signing", badSignature, {
      jwt: (jwt) => withPart(jwt, 0, base64url({ ...poolHeader, typ: "JWT" })),
    }),
    bad("the kid of the pool's other key", badSignature, header({ kid: keys.accessTokens.kid })),
    bad("the pool's other key under this kid", badSignature, signedBy("accessTokens", poolHeader)),
    bad("a stranger's key under this kid", badSignature, signedBy("stranger", poolHeader)),
  ]);

  test("ID-4: refuses a good token with any one character changed", async () => {
    const characters = `${base64urlAlphabet}.`;
    for (let step = 0; step < 24; step++) {
      let changed = "";
      provider.scriptNext({
        jwt: (jwt) => {
          const at = Math.floor((step / 23) * (jwt.length - 1));
          const next = characters[(characters.indexOf(jwt[at] ?? "") + 1 + step) % 65];
          changed = jwt.slice(0, at) + next + jwt.slice(at + 1);
          return changed;
        },
      });
      const page = await signInAtProvider(createVisitor(), app());
      expect({ changed, status: page.status }).toEqual({ changed, status: 502 });
    }
    expect(newSessions()).toEqual([]);
  });
});

describe("the key that the header names", () => {
  const texts = {
    "a path": "../../../../../../dev/null",
    "an absolute path": "/etc/passwd",
    "a file address": "file:///etc/passwd",
    "a web address": `${attacker.issuer}/.well-known/jwks.json`,
    SQL: "' UNION SELECT 'secret' --",
    "a NUL": `${keys.idTokens.kid}\0`,
    "a space at its end": `${keys.idTokens.kid} `,
    "other case": swapCase(keys.idTokens.kid),
    "the name of a prototype": "__proto__",
    "no text": "",
  };
  const others = {
    "300 characters": "k".repeat(300),
    "16 KB": "k".repeat(16 * 1024),
    "a number": 0,
    null: null,
    true: true,
    "an object": { kid: keys.idTokens.kid },
    "a list": [keys.idTokens.kid],
  };
  const tooLong = "k".repeat(1024 * 1024);

  refuses("ID-7", [
    ...Object.entries(texts).map(([name, kid]) => bad(`kid: ${name}`, unknownKey, header({ kid }))),
    ...Object.entries(others).map(([name, kid]) => bad(`kid: ${name}`, "kid", header({ kid }))),
    bad("kid: 1 MB", "the answer is too large", header({ kid: tooLong })),
  ]);

  test("ID-7: a kid that cannot be one leads to no fetch", async () => {
    for (const kid of Object.values(others)) {
      provider.scriptNext(header({ kid }));
      await signInAtProvider(createVisitor(), app());
    }
    expect(provider.count(jwksPath)).toBe(0);
  });

  const { publicJwk, publicKey, kid: strangerKid } = keys.stranger;
  const ownKeys = {
    jwk: publicJwk,
    jku: attacker.jwksUri,
    x5u: `${attacker.domain}/certificate.pem`,
    x5c: [publicKey.export({ type: "spki", format: "der" }).toString("base64")],
  };

  refuses(
    "ID-8",
    Object.entries(ownKeys).flatMap(([name, value]) => [
      bad(
        `${name} and its kid`,
        unknownKey,
        signedBy("stranger", { kid: strangerKid, [name]: value }),
      ),
      bad(
        `${name} and the pool's kid`,
        badSignature,
        signedBy("stranger", { ...poolHeader, [name]: value }),
      ),
      bad(`${name} and no kid`, severalKeys, signedBy("stranger", { [name]: value })),
    ]),
  );
  accepts(
    "ID-8",
    Object.entries(ownKeys).map(([name, value]) =>
      odd(`a pool key's signature beside a strange ${name}`, header({ [name]: value })),
    ),
  );

  test("ID-8: no address in a header is ever called", async () => {
    provider.scriptNext(signedBy("stranger", { ...ownKeys, kid: strangerKid }));
    await signInAtProvider(createVisitor(), app());
    expect(attacker.requests).toEqual([]);
  });

  accepts("ID-4", [
    odd(
      "the pool's other key under its own kid",
      signedBy("accessTokens", { kid: keys.accessTokens.kid }),
    ),
  ]);
});

describe("the rest of the header", () => {
  refuses("ID-9", [
    bad(
      "an unknown critical extension",
      "ERR_JOSE_NOT_SUPPORTED",
      header({ crit: ["cup"], cup: 1 }),
    ),
    bad("an empty crit", badJws, header({ crit: [] })),
    bad("crit as text", badJws, header({ crit: "exp" })),
    bad("crit null", badJws, header({ crit: null })),
    bad("an unencoded payload", "crit", header({ crit: ["b64"], b64: false })),
    bad("b64: true as critical", "crit", header({ crit: ["b64"], b64: true })),
    bad("b64: false that is not critical", "b64", header({ b64: false })),
    ...[
      "at+jwt",
      "application/at+jwt",
      "logout+jwt",
      "secevent+jwt",
      "JOSE",
      "JWE",
      "",
      1,
      null,
    ].map((typ) => bad(`typ ${JSON.stringify(typ)}`, "typ", header({ typ }))),
    bad("an encrypted token", "form", { jwt: likeEncrypted }),
    bad("a token inside a token", badJwt, {
      jwt: (jwt) => signed({ ...poolHeader, cty: "JWT" }, jwt),
    }),
  ]);
  accepts("ID-9", [
    odd("typ JWT", header({ typ: "JWT" })),
    odd("an unknown header member", header({ "x-trace": "1" })),
  ]);
});

describe("the issuer", () => {
  const { issuer, domain } = provider;

  refuses("ID-10", [
    bad("no iss", "iss", without("iss")),
    ...Object.entries({
      "another pool": `${domain}/eu-west-1_Other0001`,
      "another region": issuer.replace("eu-west-1", "us-east-1"),
      "the same pool id at AWS": "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Scripted1",
      "another scheme": issuer.replace("http:", "https:"),
      "another spelling of the host": issuer.replace("127.0.0.1", "localhost"),
      "another port": issuer.replace(/:\d+/, ":80"),
      "other case": issuer.replace("Scripted", "scripted"),
      "a scheme in capitals": issuer.replace("http:", "HTTP:"),
      "a trailing slash": `${issuer}/`,
      "the pool id as a prefix": `${issuer}2`,
      "a prefix of the pool id": issuer.slice(0, -1),
      "a host that begins as ours": issuer.replace("127.0.0.1", "127.0.0.1.evil.example"),
      "ours as a user name": issuer.replace("127.0.0.1", "127.0.0.1@evil.example"),
      "ours as a query": `https://evil.example/?${issuer}`,
      "a query": `${issuer}?`,
      "a fragment": `${issuer}#`,
      "a dot segment": `${domain}/./eu-west-1_Scripted1`,
      "an encoded character": issuer.replace("_", "%5F"),
      "the domain alone": domain,
      "a space before it": ` ${issuer}`,
      "a newline after it": `${issuer}\n`,
      "no text": "",
      "a list": [issuer],
      "an object": { issuer },
      null: null,
      "a number": 1,
    }).map(([name, iss]) => bad(`iss: ${name}`, "iss", claims({ iss }))),
  ]);
});

describe("the audience", () => {
  const { clientId } = provider;
  const other = "6another1client2id3456789ab";

  refuses("ID-11", [
    bad("no aud", "aud", without("aud")),
    ...Object.entries({
      "another client": other,
      "ours and one character": `${clientId}1`,
      "a prefix of ours": clientId.slice(0, -1),
      "other case": clientId.toUpperCase(),
      "a space after ours": `${clientId} `,
      "ours and another in one text": `${clientId} ${other}`,
      "no text": "",
      "an empty list": [],
      "a list of another": [other],
      "a list of no text": [""],
      "a list in a list": [[clientId]],
      "an object": { [clientId]: true },
      null: null,
      "a number": 5,
    }).map(([name, aud]) => bad(`aud: ${name}`, "aud", claims({ aud }))),
  ]);
  accepts("ID-11", [odd("a list of our client alone", claims({ aud: [clientId] }))]);

  refuses("ID-12", [
    bad("aud: ours and another", "aud", claims({ aud: [clientId, other] })),
    bad("aud: another and ours", "aud", claims({ aud: [other, clientId] })),
    bad("aud: ours twice", "aud", claims({ aud: [clientId, clientId] })),
    bad("aud: ours and null", "aud", claims({ aud: [clientId, null] })),
    bad(
      "two audiences, although azp is ours",
      "aud",
      claims({ aud: [clientId, other], azp: clientId }),
    ),
    ...[other, "", null, 1, [clientId], { clientId }].map((azp) =>
      bad(`azp ${JSON.stringify(azp)}`, "azp", claims({ azp })),
    ),
  ]);
  accepts("ID-12", [odd("azp that is ours", claims({ azp: clientId }))]);
});

describe("the times", () => {
  refuses("ID-13", [
    bad("no exp", "exp", without("exp")),
    bad("exp 61 s past", "exp", claims({ exp: nowSeconds - 61 })),
    bad("exp at the end of the tolerance", "exp", claims({ exp: nowSeconds - 60 })),
    bad("exp an hour past", "exp", claims({ exp: nowSeconds - 3600 })),
    bad("exp 0", "exp", claims({ exp: 0 })),
    bad("a negative exp", "exp", claims({ exp: -nowSeconds })),
  ]);
  accepts("ID-13", [
    odd("exp 30 s past", claims({ exp: nowSeconds - 30 })),
    odd("exp 59 s past", claims({ exp: nowSeconds - 59 })),
  ]);

  refuses("ID-14", [
    ...[String(nowSeconds + 3600), "", null, true, [nowSeconds + 3600], {}].map((exp) =>
      bad(`exp ${JSON.stringify(exp)}`, "exp", claims({ exp })),
    ),
    bad("exp 1e400", "exp", rewritten(/"exp":\d+/, '"exp":1e400')),
    bad("exp -1e400", "exp", rewritten(/"exp":\d+/, '"exp":-1e400')),
    bad("exp 1e306, whose milliseconds are infinite", "exp", claims({ exp: 1e306 })),
  ]);

  test("ID-14: a token until the year 2126 still gives a session of our own length", async () => {
    provider.scriptNext(claims({ exp: Date.UTC(2126, 0) / 1000 }));
    const page = await signInAtProvider(createVisitor(), app());
    expect(page.heading).toBe("You have successfully logged in.");
    expect(newSessions()[0]?.expiresAt).toBe(now + app().config.sessionIdleSeconds * 1000);
  });

  refuses("ID-15", [
    bad("nbf 61 s ahead", "nbf", claims({ nbf: nowSeconds + 61 })),
    bad("nbf a day ahead", "nbf", claims({ nbf: nowSeconds + 86_400 })),
    ...[String(nowSeconds), null, [nowSeconds]].map((nbf) =>
      bad(`nbf ${JSON.stringify(nbf)}`, "nbf", claims({ nbf })),
    ),
    bad("nbf 1e400", "nbf", rewritten(/}$/, ',"nbf":1e400}')),
    bad("no iat", "iat", without("iat")),
    bad("iat 61 s ahead", "iat", claims({ iat: nowSeconds + 61 })),
    bad("iat an hour ahead", "iat", claims({ iat: nowSeconds + 3600 })),
    bad("iat older than ten minutes", "iat", claims({ iat: nowSeconds - 601 })),
    bad("iat of yesterday", "iat", claims({ iat: nowSeconds - 86_400 })),
    ...[String(nowSeconds), null, true, [nowSeconds]].map((iat) =>
      bad(`iat ${JSON.stringify(iat)}`, "iat", claims({ iat })),
    ),
    bad("iat 1e400", "iat", rewritten(/"iat":\d+/, '"iat":1e400')),
    bad("iat -1e400", "iat", rewritten(/"iat":\d+/, '"iat":-1e400')),
    ...[String(nowSeconds), null, true].map((authTime) =>
      bad(`auth_time ${JSON.stringify(authTime)}`, "auth_time", claims({ auth_time: authTime })),
    ),
    bad("auth_time 1e400", "auth_time", rewritten(/"auth_time":\d+/, '"auth_time":1e400')),
  ]);
  accepts("ID-15", [
    odd("nbf 30 s ahead", claims({ nbf: nowSeconds + 30 })),
    odd("iat 30 s ahead", claims({ iat: nowSeconds + 30 })),
    odd("iat nine minutes old", claims({ iat: nowSeconds - 540 })),
    odd("times with fractions", claims({ iat: now / 1000, exp: now / 1000 + 3600 })),
    odd("no auth_time", without("auth_time")),
    odd("a hosted session of yesterday", claims({ auth_time: nowSeconds - 86_400 })),
  ]);
});

describe("the nonce", () => {
  const nonce = (change: (nonce: string) => unknown): Script => ({
    claims: (all) => ({ ...all, nonce: change(String(all.nonce)) }),
  });

  refuses("ID-16", [
    bad("no nonce", "nonce", without("nonce")),
    bad(
      "an empty nonce",
      "nonce",
      nonce(() => ""),
    ),
    bad(
      "a wrong nonce",
      "nonce",
      nonce(() => "wrong"),
    ),
    bad(
      "a random nonce",
      "nonce",
      nonce(() => sha256(randomUUID()).toString("base64url")),
    ),
    bad("the nonce in other case", "nonce", nonce(swapCase)),
    bad(
      "the nonce and a space",
      "nonce",
      nonce((value) => `${value} `),
    ),
    bad(
      "a prefix of the nonce",
      "nonce",
      nonce((value) => value.slice(0, -1)),
    ),
    bad(
      "the hash of the nonce",
      "nonce",
      nonce((value) => sha256(value).toString("base64url")),
    ),
    bad(
      "the nonce in a list",
      "nonce",
      nonce((value) => [value]),
    ),
    bad(
      "the nonce in an object",
      "nonce",
      nonce((value) => ({ value })),
    ),
    bad(
      "a number for a nonce",
      "nonce",
      nonce(() => 0),
    ),
    bad(
      "nonce null",
      "nonce",
      nonce(() => null),
    ),
    bad(
      "nonce true",
      "nonce",
      nonce(() => true),
    ),
    bad(
      "the state for a nonce",
      "nonce",
      nonce(() => authorizeQuery().get("state")),
    ),
    bad(
      "the code challenge for a nonce",
      "nonce",
      nonce(() => authorizeQuery().get("code_challenge")),
    ),
  ]);

  test("ID-16: refuses the nonce of another sign-in of the same browser", async () => {
    const visitor = createVisitor();
    await callbackOf(visitor, app());
    const other = authorizeQuery().get("nonce");
    provider.scriptNext(nonce(() => other));

    const page = await signInAtProvider(visitor, app());

    expect(page.status).toBe(502);
    expectReason("nonce");
  });
});

describe("the kind of token", () => {
  const asIdToken: Script = { jwt: (_, { accessToken }) => accessToken };

  refuses("ID-17", [
    bad("the access token", "aud", asIdToken),
    bad("the access token with our audience", "token_use", {
      ...asIdToken,
      accessToken: (all) => ({ ...all, aud: provider.clientId }),
    }),
    bad("the access token with audience and nonce", "token_use", {
      ...asIdToken,
      accessToken: (all) => ({
        ...all,
        aud: provider.clientId,
        nonce: authorizeQuery().get("nonce"),
      }),
    }),
    bad("no token_use", "token_use", without("token_use")),
    ...["ID", "Id", "id ", "access", "refresh", "", null, true, 1, ["id"], { id: true }].map(
      (use) => bad(`token_use ${JSON.stringify(use)}`, "token_use", claims({ token_use: use })),
    ),
  ]);
});

describe("the access token's hash", () => {
  const hash = (make: (accessToken: string, right: string) => unknown): Script => ({
    jwt: (_, { claims: all, accessToken }) =>
      signed(poolHeader, { ...all, at_hash: make(accessToken, String(all.at_hash)) }),
  });

  refuses("ID-18", [
    bad(
      "a wrong at_hash",
      "at_hash",
      hash(() => sha256("x").subarray(0, 16).toString("base64url")),
    ),
    bad(
      "a whole hash",
      "at_hash",
      hash((token) => sha256(token).toString("base64url")),
    ),
    bad(
      "the other half",
      "at_hash",
      hash((token) => sha256(token).subarray(16).toString("base64url")),
    ),
    bad(
      "half in hex",
      "at_hash",
      hash((token) => sha256(token).subarray(0, 16).toString("hex")),
    ),
    bad(
      "a padded at_hash",
      "at_hash",
      hash((_, right) => `${right}==`),
    ),
    bad(
      "at_hash in other case",
      "at_hash",
      hash((_, right) => swapCase(right)),
    ),
    bad(
      "at_hash in a list",
      "at_hash",
      hash((_, right) => [right]),
    ),
    bad(
      "an empty at_hash",
      "at_hash",
      hash(() => ""),
    ),
    bad(
      "at_hash null",
      "at_hash",
      hash(() => null),
    ),
    bad(
      "at_hash as a number",
      "at_hash",
      hash(() => 0),
    ),
  ]);
  accepts("ID-18", [odd("the right at_hash", {}), odd("no at_hash", without("at_hash"))]);
});

describe("the subject", () => {
  refuses("ID-19", [
    bad("no sub", "sub", without("sub")),
    ...Object.entries({
      "no text": "",
      "a space": " ",
      zero: 0,
      "a number": 42,
      null: null,
      true: true,
      "an object": { toString: "mira" },
      "a list": ["mira"],
      "256 characters": "s".repeat(256),
      "a NUL": "mira\0",
      "a CR": "mira\rx",
      "a LF at the end": "mira\n",
      "a header of its own": "mira\r\nSet-Cookie: a=1",
      "a tab": "mi\tra",
      "a space inside": "mi ra",
      DEL: "mira\x7f",
      "letters beyond ASCII": "míra",
      "half a surrogate pair": "mira\ud800",
    }).map(([name, sub]) => bad(`sub: ${name}`, "sub", claims({ sub }))),
  ]);
  accepts("ID-19", [odd("a sub of 255 characters", claims({ sub: "s".repeat(255) }))]);
});

describe("names that stand twice", () => {
  const evil = "https://evil.example/eu-west-1_Scripted1";
  const payloadEndsWith = (text: string) => rewritten(/}$/, `,${text}}`);
  const payloadBeginsWith = (text: string) => rewritten(/^{/, `{${text},`);
  const headerText = (text: string): Script => ({ jwt: (_, all) => signed(text, all.claims) });
  const kid = JSON.stringify(keys.idTokens.kid);

  refuses("ID-20", [
    bad("a strange iss after ours", "iss", payloadEndsWith(`"iss":"${evil}"`)),
    bad(
      "a strange iss with an escaped name after ours",
      "iss",
      payloadEndsWith(`"\\u0069ss":"${evil}"`),
    ),
    bad("a strange aud after ours", "aud", payloadEndsWith('"aud":"other"')),
    bad("a past exp after a good one", "exp", payloadEndsWith('"exp":1')),
    bad("a wrong nonce after the right one", "nonce", payloadEndsWith('"nonce":"wrong"')),
    bad("token_use access after id", "token_use", payloadEndsWith('"token_use":"access"')),
    bad("an empty sub after a good one", "sub", payloadEndsWith('"sub":""')),
    bad(
      "alg none after RS256",
      notAllowed,
      headerText(`{"kid":${kid},"alg":"RS256","alg":"none"}`),
    ),
    bad(
      "a strange kid after ours",
      unknownKey,
      headerText(`{"alg":"RS256","kid":${kid},"kid":"x"}`),
    ),
  ]);
  accepts("ID-20", [
    odd("our iss after a strange one", payloadBeginsWith(`"iss":"${evil}"`)),
    odd("alg RS256 after none", headerText(`{"alg":"none","kid":${kid},"alg":"RS256"}`)),
  ]);

  test("ID-20: of two subjects the one that was checked is the one that is stored", async () => {
    const last = randomUUID();
    provider.scriptNext(payloadEndsWith(`"sub":"${last}"`));
    await signInAtProvider(createVisitor(), app());
    expect(storedSession().user.sub).toBe(last);
  });
});

describe("the form", () => {
  const whole = (change: (jwt: string) => string): Script => ({ jwt: change });
  const payload = (text: Segment): Script => ({ jwt: () => signed(poolHeader, text) });
  const headerOf = (text: Segment): Script => ({ jwt: (_, all) => signed(text, all.claims) });
  const invalidUtf8 = Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]);

  refuses("ID-21", [
    bad(
      "an empty token",
      "the token answer is malformed",
      whole(() => ""),
    ),
    bad(
      "one part",
      "form",
      whole((jwt) => part(jwt, 0)),
    ),
    bad(
      "two parts",
      "form",
      whole((jwt) => jwt.split(".").slice(0, 2).join(".")),
    ),
    bad(
      "four parts",
      "form",
      whole((jwt) => `${jwt}.AAAA`),
    ),
    bad(
      "five parts",
      "form",
      whole((jwt) => `${jwt}.AAAA.AAAA`),
    ),
    bad(
      "dots alone",
      "form",
      whole(() => ".."),
    ),
    bad(
      "a space",
      "form",
      whole(() => " "),
    ),
    bad(
      "a space before it",
      "form",
      whole((jwt) => ` ${jwt}`),
    ),
    bad(
      "a newline after it",
      "form",
      whole((jwt) => `${jwt}\n`),
    ),
    bad(
      "spaces around the dots",
      "form",
      whole((jwt) => jwt.replaceAll(".", " . ")),
    ),
    bad(
      "the scheme before it",
      "form",
      whole((jwt) => `Bearer ${jwt}`),
    ),
    bad(
      "a padded signature",
      "form",
      whole((jwt) => `${jwt}==`),
    ),
    bad(
      "a padded payload",
      "form",
      whole((jwt) => withPart(jwt, 1, `${part(jwt, 1)}=`)),
    ),
    bad(
      "standard base64",
      "form",
      whole((jwt) => withPart(jwt, 2, "+/+/")),
    ),
    bad(
      "a character outside base64",
      "form",
      whole((jwt) => `${jwt.slice(0, -1)}!`),
    ),
    bad(
      "a letter beyond ASCII",
      "form",
      whole((jwt) => `${jwt.slice(0, -1)}é`),
    ),
    bad(
      "a part with one character left over",
      "form",
      whole((jwt) => withPart(jwt, 2, "AAAAA")),
    ),
    bad(
      "an empty header",
      "form",
      whole((jwt) => withPart(jwt, 0, "")),
    ),
    bad(
      "an empty payload",
      "form",
      whole((jwt) => withPart(jwt, 1, "")),
    ),
    ...["null", "[]", '"text"', "1", "true", "{", "{}{}", "x"].map((text) =>
      bad(`the payload ${text}`, badJwt, payload(text)),
    ),
    bad("an object in a list", badJwt, { jwt: (_, all) => signed(poolHeader, [all.claims]) }),
    bad("a payload that is not UTF-8", badJwt, payload(invalidUtf8)),
    bad("a payload without claims", "iss", payload({})),
    bad("a byte order mark and no claims", "iss", payload("\ufeff{}")),
    ...["null", "[]", '"text"', "1", "{", "x"].map((text) =>
      bad(`the header ${text}`, badJws, headerOf(text)),
    ),
    bad("a header that is not UTF-8", badJws, headerOf(invalidUtf8)),
    bad("claims inside __proto__", "iss", {
      jwt: (_, all) => signed(poolHeader, `{"__proto__":${JSON.stringify(all.claims)}}`),
    }),
    bad("sub inside __proto__", "sub", rewritten(/"sub":("[^"]+")/, '"__proto__":{"sub":$1}')),
    bad("alg inside __proto__", badJws, headerOf('{"__proto__":{"alg":"RS256"}}')),
  ]);
  accepts("ID-21", [
    odd("claims with the names of built-ins", rewritten(/}$/, `,${namesOfBuiltIns}}`)),
    odd("a payload with white space", {
      jwt: (_, all) => signed(poolHeader, JSON.stringify(all.claims, null, 4)),
    }),
  ]);

  test("ID-21: no claim reaches a prototype", async () => {
    const before = prototypes();
    provider.scriptNext(rewritten(/}$/, `,${namesOfBuiltIns}}`));
    await signInAtProvider(createVisitor(), app());
    expect(prototypes()).toEqual(before);
    expect(({} as Claims).isAdmin).toBeUndefined();
  });
});

describe("the size", () => {
  const filler = (bytes: number) => claims({ "custom:filler": "x".repeat(bytes) });
  const manyClaims = (count: number): Script =>
    claims(Object.fromEntries(Array.from({ length: count }, (_, at) => [`custom:${at}`, ""])));

  refuses("ID-22", [
    bad("a token just above the cap", "size", filler(24 * 1024)),
    bad("a token of 64 KB", "size", filler(48 * 1024)),
    bad("a token of 64 KB in its header", "size", header({ filler: "x".repeat(48 * 1024) })),
    bad("a token of 1 MB", "the answer is too large", filler(768 * 1024)),
    bad("10,000 custom claims", "size", manyClaims(10_000)),
    bad("a size before a signature is looked at", "size", {
      jwt: (jwt) => withPart(jwt, 2, "A".repeat(64 * 1024)),
    }),
  ]);
  accepts("ID-22", [
    odd("a claim of 16 KB", filler(16 * 1024)),
    odd("a name of 16 KB", claims({ name: "n".repeat(16 * 1024) })),
    odd(
      "500 groups",
      claims({ "cognito:groups": Array.from({ length: 500 }, (_, at) => `g${at}`) }),
    ),
    odd("1,000 custom claims", manyClaims(1000)),
    odd(
      "claims of other purposes",
      claims({ phone_number: "+47", "custom:tier": "gold", jti: "1" }),
    ),
  ]);

  test("ID-22: of a large token only the listed facts are stored, and no cookie grows", async () => {
    const visitor = createVisitor();
    const long = "n".repeat(8 * 1024);
    provider.scriptNext(claims({ name: long, "custom:secret": "tier", "cognito:groups": [long] }));

    const page = await signInAtProvider(visitor, app());

    const session = storedSession();
    expect(Object.keys(session).sort()).toEqual([
      "browser",
      "createdAt",
      "idTokenExpiresAt",
      "issuer",
      "lastSeenAt",
      "latestEnd",
      "nonceHash",
      "refreshToken",
      "user",
      "version",
    ]);
    expect(Object.keys(session.user).sort()).toEqual([
      "email",
      "emailVerified",
      "groups",
      "name",
      "sub",
      "username",
    ]);
    expect(newSessions()[0]?.value?.length).toBeLessThan(2048);
    const cookies = page.hops.flatMap(({ setCookies }) => setCookies);
    expect(Math.max(...cookies.map((cookie) => cookie.length))).toBeLessThan(1024);
  });
});

describe("what happens around a refusal", () => {
  test("ID-10: a visitor who is signed in stays so", async () => {
    const visitor = createVisitor();
    await signInAtProvider(visitor, app());
    const [before] = visitor.cookies(app().appUrl);
    provider.scriptNext(claims({ iss: "https://evil.example" }));

    const page = await signInAtProvider(visitor, app());

    expect(page.status).toBe(502);
    expect(visitor.cookies(app().appUrl)).toEqual([before]);
    const next = await visitor.visit(`${app().appUrl}/logged-in`);
    expect(next.heading).toBe("You have successfully logged in.");
  });

  test("the refresh token that came along is revoked, since nobody will use it", async () => {
    provider.scriptNext(claims({ iss: "https://evil.example" }));

    await signInAtProvider(createVisitor(), app());

    await expect.poll(() => provider.count("/oauth2/revoke")).toBe(1);
    const [revoked] = provider.requests.filter(({ path }) => path === "/oauth2/revoke");
    expect(revoked?.body).toContain("token=");
  });

  test("ID-26: a sign-in calls the token endpoint once, and UserInfo never", async () => {
    // The others' user has so many sessions by now that the oldest end, and their refresh tokens are revoked.
    provider.user = createUser("noor");
    const visitor = createVisitor();
    await signInAtProvider(visitor, app());
    await visitor.visit(`${app().appUrl}/logged-in`);

    const paths = provider.requests.map(({ path }) => path).filter((path) => path !== jwksPath);
    expect(paths).toEqual(["/oauth2/authorize", "/oauth2/token"]);
  });
});

function bad(what: string, reason: string, script: Script): BadToken {
  return { what, reason, script };
}

function odd(what: string, script: Script): OddToken {
  return { what, script };
}

/** One token of each family is held to all that a refusal means, a good sign-in afterwards included. */
function refuses(id: string, tokens: BadToken[]): void {
  const titled = tokens.map((token, at) => [token.what, { ...token, isFirst: at === 0 }] as const);

  test.each(titled)(`${id}: refuses %s`, async (_, { reason, script, isFirst }) => {
    const visitor = createVisitor();
    const sent = scriptAndListen(script);

    const page = await signInAtProvider(visitor, app());

    expect(page.status).toBe(502);
    expect(page.headers["cache-control"]).toBe("no-store");
    expect(page.link("Start again")).toBe(`${app().appUrl}/login`);
    expect(visitor.cookies(app().appUrl)).toEqual([]);
    expect(newSessions()).toEqual([]);
    expectReason(reason);
    expectNoTrace(sent.idToken, `${page.text}${JSON.stringify(app().log)}`);
    if (isFirst) await expectRefused(page, 502, { app: app(), visitor, provider });
  });
}

function accepts(id: string, tokens: OddToken[]): void {
  const titled = tokens.map((token) => [token.what, token] as const);

  test.each(titled)(`${id}: accepts %s`, async (_, { script }) => {
    const sent = scriptAndListen(script);

    const page = await signInAtProvider(createVisitor(), app());

    expect(page.heading).toBe("You have successfully logged in.");
    expect(newSessions()).toHaveLength(1);
    expectNoTrace(sent.idToken, `${page.text}${JSON.stringify(app().log)}`);
    expect(attacker.requests).toEqual([]);
  });
}

/** Follows the script in the next token answer, and shows the ID token that it came to. */
function scriptAndListen(script: Script): { idToken: string } {
  const sent = { idToken: "" };
  provider.scriptNext({
    ...script,
    tokenBody: (body) => {
      sent.idToken = String((body as Claims).id_token);
      return body;
    },
  });
  return sent;
}

/** The record of the sign-in names it, and no other reason stands beside it. */
function expectReason(reason: string): void {
  const records = app().log.filter(({ code }) => code !== undefined);
  expect(records.map((record) => record.reason)).toEqual([reason]);
}

function expectNoTrace(idToken: string, text: string): void {
  for (const piece of idToken.split(".")) {
    if (piece.length >= 16) expect(text).not.toContain(piece);
  }
}

/** The rows of the sessions that have begun since the test did. */
function newSessions(): RowCall[] {
  return rows.calls.filter(({ method, key }) => method === "insert" && key.startsWith("session:"));
}

function storedSession(): Session {
  const [row] = newSessions();
  if (!row?.value) throw new Error("No session has begun.");
  return JSON.parse(createSealer([testSecret], "session rows").open(row.value, row.key) ?? "");
}

function authorizeQuery(): URLSearchParams {
  return (
    provider.requests.findLast(({ path }) => path === "/oauth2/authorize")?.query ??
    new URLSearchParams()
  );
}

function prototypes(): string[][] {
  return [Object, Array, String, Function].map((type) =>
    Object.getOwnPropertyNames(type.prototype),
  );
}

function signEs256(payload: Claims): string {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const input = `${base64url({ ...poolHeader, alg: "ES256" })}.${base64url(payload)}`;
  const options = { key: privateKey, dsaEncoding: "ieee-p1363" } as const;
  return `${input}.${sign("sha256", Buffer.from(input), options).toString("base64url")}`;
}

/** Five parts, as an encrypted token has. */
function likeEncrypted(jwt: string): string {
  const head = base64url({ alg: "dir", enc: "A128GCM", cty: "JWT" });
  return `${head}..AAAAAAAAAAAAAAAA.${base64url({ jwt })}.AAAAAAAAAAAAAAAAAAAAAA`;
}

/** The last character of 256 bytes in base64url carries four bits that mean nothing. */
function respellSignature(jwt: string): string {
  const last = jwt.at(-1) ?? "";
  return jwt.slice(0, -1) + base64urlAlphabet[base64urlAlphabet.indexOf(last) + 1];
}

function xorAll(bytes: Buffer): Buffer {
  return Buffer.from(bytes.map((byte) => byte ^ 0x5a));
}

function flipBit(index: number): (bytes: Buffer) => Buffer {
  return (bytes) => Buffer.from(bytes.map((byte, at) => (at === index ? byte ^ 1 : byte)));
}

function zeros(bytes: Buffer): Buffer {
  return Buffer.alloc(bytes.length);
}

function cut(length: number): (bytes: Buffer) => Buffer {
  return (bytes) => bytes.subarray(0, length);
}

function lengthen(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.of(0)]);
}
