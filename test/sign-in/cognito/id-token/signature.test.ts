import { generateKeyPairSync, randomUUID, sign } from "node:crypto";
import { describe, expect, test } from "vitest";
import { bad, judgeTokens, odd, reasons } from "../../../support/judged-tokens.ts";
import { hmacJwt } from "../../../support/jwt.ts";
import type { Claims } from "../../../support/pool-claims.ts";
import { signInAtProvider } from "../../../support/refused.ts";
import { signingKeys } from "../../../support/signing-keys.ts";
import {
  base64url,
  header,
  part,
  poolHeader,
  signatureBytes,
  signed,
  signedBy,
  swapCase,
  unsigned,
  withPart,
} from "../../../support/token-scripts.ts";
import { createVisitor } from "../../../support/visitor.ts";

const { app, provider, attacker, now, refuses, accepts, newSessions } = await judgeTokens();
const { notAllowed, badSignature, unknownKey, severalKeys, badJws, badJwt } = reasons;
const keys = await signingKeys();
const nowSeconds = Math.floor(now / 1000);
const jwksPath = new URL(provider.jwksUri).pathname;
const base64urlAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

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
