import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { bad, judgeTokens, odd } from "../../../support/judged-tokens.ts";
import { callbackOf, signInAtProvider } from "../../../support/refused.ts";
import type { Script } from "../../../support/scripted-provider.ts";
import {
  claims,
  poolHeader,
  rewritten,
  sha256,
  signed,
  swapCase,
  without,
} from "../../../support/token-scripts.ts";
import { createVisitor } from "../../../support/visitor.ts";

const { app, provider, now, refuses, accepts, expectReason, newSessions } = await judgeTokens();
const nowSeconds = Math.floor(now / 1000);

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

function authorizeQuery(): URLSearchParams {
  return (
    provider.requests.findLast(({ path }) => path === "/oauth2/authorize")?.query ??
    new URLSearchParams()
  );
}
