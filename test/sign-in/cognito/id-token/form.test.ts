import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { bad, judgeTokens, odd, reasons } from "../../../support/judged-tokens.ts";
import type { Segment } from "../../../support/jwt.ts";
import { type Claims, createUser } from "../../../support/pool-claims.ts";
import { signInAtProvider } from "../../../support/refused.ts";
import type { Script } from "../../../support/scripted-provider.ts";
import { signingKeys } from "../../../support/signing-keys.ts";
import {
  claims,
  header,
  part,
  poolHeader,
  rewritten,
  signed,
  withPart,
} from "../../../support/token-scripts.ts";
import { createVisitor } from "../../../support/visitor.ts";

const { app, provider, refuses, accepts, newSessions, storedSession } = await judgeTokens();
const { notAllowed, unknownKey, badJws, badJwt } = reasons;
const keys = await signingKeys();
const jwksPath = new URL(provider.jwksUri).pathname;
const namesOfBuiltIns = [
  '"__proto__":{"isAdmin":true}',
  '"constructor":{"prototype":{"isAdmin":true}}',
  '"toString":"x"',
  '"hasOwnProperty":1',
].join();

const nested = (depth: number) => "[".repeat(depth) + "]".repeat(depth);

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
    bad(
      "another aud in thousands of lists beside ours",
      "aud",
      payloadEndsWith(`"aud":["${provider.clientId}",${nested(8000)}]`),
    ),
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
      "the token response is malformed",
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
  const groupsOf = (letter: string): Script => {
    const groups = Array.from(
      { length: 100 },
      (_, at) => letter.repeat(128 / letter.length - 3) + String(at).padStart(3, "0"),
    );
    return claims({ "cognito:groups": groups });
  };
  const manyClaims = (count: number): Script =>
    claims(Object.fromEntries(Array.from({ length: count }, (_, at) => [`custom:${at}`, ""])));

  refuses("ID-22", [
    bad("a token just above the cap", "size", filler(96 * 1024)),
    bad("a token of 160 KB", "size", filler(120 * 1024)),
    bad("a token of 160 KB in its header", "size", header({ filler: "x".repeat(120 * 1024) })),
    bad("a token of 1 MB", "the answer is too large", filler(768 * 1024)),
    bad("10,000 custom claims", "size", manyClaims(10_000)),
    bad("a size before a signature is looked at", "size", {
      jwt: (jwt) => withPart(jwt, 2, "A".repeat(128 * 1024)),
    }),
  ]);
  accepts("ID-22", [
    odd("a claim of 64 KB", filler(64 * 1024)),
    odd("as many groups as AWS allows, of the largest letters", groupsOf("\u7d44")),
    odd("the same, each letter written by its number", {
      ...groupsOf("\u7d44"),
      ...rewritten(/\u7d44/g, "\\u7d44"),
    }),
    odd("as many groups as AWS allows, of letters outside the first plane", groupsOf("\u{20bb7}")),
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
      "authenticatedAt",
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

function prototypes(): string[][] {
  return [Object, Array, String, Function].map((type) =>
    Object.getOwnPropertyNames(type.prototype),
  );
}
