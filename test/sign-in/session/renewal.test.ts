import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { userKeyOf } from "../../../src/sign-in/session/user-index.ts";
import { answer, silence } from "../../support/faults.ts";
import { stopClock } from "../../support/own-clock.ts";
import { createUser } from "../../support/pool-claims.ts";
import { signInAtProvider } from "../../support/refused.ts";
import {
  createScriptedProvider,
  type Script,
  type ScriptedProvider,
} from "../../support/scripted-provider.ts";
import { atAnother, signedInHeading } from "../../support/signed-in.ts";
import { signingKeys } from "../../support/signing-keys.ts";
import { type Started, type StartOptions, start } from "../../support/start.ts";
import { temporaryDirectory } from "../../support/temporary-directory.ts";
import { createVisitor, type Visitor } from "../../support/visitor.ts";
import { failing, watchRows } from "../../support/watched-rows.ts";

const minute = 60_000;
let now = Date.now();
let provider: ScriptedProvider;

beforeAll(async () => {
  provider = await createScriptedProvider({ now: () => now, rotatesRefreshTokens: true });
});
afterAll(() => provider.close());
beforeEach(() => {
  provider.reset();
  now = Date.now();
});

async function startSignedIn(
  options: StartOptions = {},
): Promise<{ app: Started; visitor: Visitor }> {
  const app = await start({
    userPool: provider,
    now: () => now,
    env: { SESSION_IDLE_MINUTES: "6000", SESSION_MAX_HOURS: "100" },
    ...options,
  });
  const visitor = createVisitor({ now: () => now });
  provider.user = createUser("mira", { "cognito:groups": ["readers"] });
  await signInAtProvider(visitor, app);
  provider.requests.length = 0;
  return { app, visitor };
}

const page = (visitor: Visitor, app: Started) =>
  atAnother(visitor, app).visit(`${app.appUrl}/logged-in`, {
    stopBefore: (url) => url.pathname === "/login",
  });

describe("A session whose ID token has run out", () => {
  test("is renewed by the refresh token, and takes changed claims and groups over", async () => {
    const { app, visitor } = await startSignedIn();
    now += 61 * minute;
    provider.user = Object.assign(provider.user, {
      email: "new@example.org",
      "cognito:groups": ["editors"],
    });

    const renewed = await page(visitor, app);

    expect(renewed.heading).toBe(signedInHeading);
    expect(renewed.text).toContain("new@example.org");
    expect(renewed.text).toContain("editors");
    expect(renewed.setCookies).toEqual([]);
    expect(provider.count("/oauth2/token")).toBe(1);
    const renewal = provider.requests.find(({ path }) => path === "/oauth2/token");
    expect(renewal?.body).toMatch(/^grant_type=refresh_token&refresh_token=/);
  });

  test("is not renewed before its time, nor by a visitor of public files", async () => {
    const { app, visitor } = await startSignedIn();
    now += 59 * minute;
    await page(visitor, app);
    now += 2 * minute;
    await visitor.request("GET", `${app.appUrl}/assets/site.css`);

    expect(provider.requests).toEqual([]);
  });

  test("is not renewed for the page of an error, which Cognito may just have caused", async () => {
    const { app, visitor } = await startSignedIn();
    now += 61 * minute;
    provider.script({ tokenAnswer: answer(500) });

    expect((await signInAtProvider(visitor, app)).status).toBe(502);

    expect(provider.count("/oauth2/token")).toBe(1);
  });

  test.each([
    ["by the tokens that rotate", true, 3],
    ["by the one token that stays", false, 1],
  ])("is renewed again and again %s", async (_by, rotatesRefreshTokens, tokens) => {
    const pool = await createScriptedProvider({ now: () => now, rotatesRefreshTokens });
    onTestFinished(pool.close);
    const { app, visitor } = await startSignedIn({ userPool: pool });
    for (let hour = 0; hour < 3; hour += 1) {
      now += 61 * minute;
      expect((await page(visitor, app)).heading).toBe(signedInHeading);
    }
    const renewals = pool.requests.filter(({ body }) => body.includes("grant_type=refresh_token"));
    const sent = renewals.map(({ body }) => new URLSearchParams(body).get("refresh_token"));
    expect([sent.length, new Set(sent).size]).toEqual([3, tokens]);
  });

  test("CC-4: is renewed once for fifty requests at the same moment", async () => {
    const { app, visitor } = await startSignedIn();
    now += 61 * minute;

    const pages = await Promise.all(Array.from({ length: 50 }, () => page(visitor.clone(), app)));

    expect(pages.filter(({ heading }) => heading === signedInHeading)).toHaveLength(50);
    expect(provider.count("/oauth2/token")).toBe(1);
  });

  test("CC-4: is renewed once by two processes that share a store", async () => {
    const dataDirectory = await temporaryDirectory();
    const { app, visitor } = await startSignedIn({ dataDirectory });
    const other = await start({
      userPool: provider,
      now: () => now,
      dataDirectory,
      env: { SESSION_IDLE_MINUTES: "600" },
    });
    now += 61 * minute;

    const pages = await Promise.all(
      Array.from({ length: 10 }, (_, index) => page(visitor.clone(), index % 2 ? app : other)),
    );

    expect(pages.filter(({ heading }) => heading === signedInHeading)).toHaveLength(10);
    expect(provider.count("/oauth2/token")).toBe(1);
  });

  test.each([
    ["rotates refresh tokens: the visitor has to sign in again", true],
    ["keeps refresh tokens: the visitor stays", false],
  ])(
    "CC-4: outlives the lock of a process that stood still, where Cognito %s",
    async (_what, rotates) => {
      const pool = await createScriptedProvider({ now: () => now, rotatesRefreshTokens: rotates });
      onTestFinished(pool.close);
      const dataDirectory = await temporaryDirectory();
      const { app, visitor } = await startSignedIn({ userPool: pool, dataDirectory });
      const env = { SESSION_IDLE_MINUTES: "6000" };
      const other = await start({ userPool: pool, now: () => now, dataDirectory, env });
      now += 61 * minute;
      let goOn = () => {};
      const stillness = new Promise<void>((resolve) => {
        goOn = resolve;
      });
      pool.scriptNext({
        tokenAnswer: (res, context) => stillness.then(() => answer(200, context?.body)(res)),
      });
      pool.requests.length = 0;
      const late = page(visitor.clone(), app);
      await expect.poll(() => pool.count("/oauth2/token")).toBe(1);
      now += 61_000;

      const meanwhile = await page(visitor.clone(), other);
      goOn();

      const expected = rotates ? undefined : "mira";
      const pages = [meanwhile, await late, await page(visitor.clone(), other)];
      expect(pages.map(({ html }) => html.querySelector("dd")?.text)).toEqual(
        Array(3).fill(expected),
      );
      // The lock is free again, and a token that nobody holds any more is worth nothing.
      await expect.poll(() => pool.count("/oauth2/revoke")).toBe(rotates ? 1 : 0);
      now += 61 * minute;
      expect((await page(visitor, app)).html.querySelector("dd")?.text).toBe(expected);
    },
  );

  test("SC-10: belongs to the same person under another user name", async () => {
    const { app, visitor } = await startSignedIn();
    now += 61 * minute;
    Object.assign(provider.user, { "cognito:username": "mira-the-second" });

    const renewed = await page(visitor, app);

    expect(renewed.heading).toBe(signedInHeading);
    expect(renewed.text).toContain("mira-the-second");
    expect(renewed.text).toContain(String(provider.user.sub));
  });

  test("DO-4: is listed with its user again where their list was lost, and renewed where it cannot be", async () => {
    const rows = watchRows();
    const { app, visitor } = await startSignedIn({ wrapRows: rows.wrap });
    const other = createVisitor({ now: () => now });
    await signInAtProvider(other, app);
    const list = userKeyOf(String(provider.user.sub));
    await app.rows.remove(list);
    rows.before = failing(["read"], list);

    now += 61 * minute;
    expect((await page(other, app)).heading).toBe(signedInHeading);
    rows.before = () => {};
    expect(await app.rows.read(list)).toBeUndefined();

    now += 61 * minute;
    expect((await page(other, app)).heading).toBe(signedInHeading);
    const sessions = await visitor.visit(`${app.appUrl}/sessions`);
    expect(sessions.html.querySelectorAll(".sessions h2")).toHaveLength(2);
  });

  test("ends where Cognito refuses: the visitor has to sign in again", async () => {
    const { app, visitor } = await startSignedIn();
    now += 61 * minute;
    provider.scriptNext({ tokenAnswer: answer(400, { error: "invalid_grant" }) });

    const refused = await page(visitor, app);

    expect(refused.location).toContain("/login?returnTo=%2Flogged-in");
    expect(refused.setCookies).toEqual([expect.stringMatching(/^sign-in-\d+=;/)]);
    expect(provider.count("/oauth2/revoke")).toBe(0);
    expect(app.log).toContainEqual(
      expect.objectContaining({ event: "renewal", outcome: "refused" }),
    );
  });

  test.each<[string, (claims: Record<string, unknown>) => Record<string, unknown>]>([
    ["another subject", (claims) => ({ ...claims, sub: "somebody-else" })],
    ["another issuer", (claims) => ({ ...claims, iss: "https://elsewhere.example" })],
    ["another audience", (claims) => ({ ...claims, aud: "another-client" })],
    ["another nonce", (claims) => ({ ...claims, nonce: "not-the-one-of-the-sign-in" })],
    ["another use", (claims) => ({ ...claims, token_use: "access" })],
  ])("CC-4: ends where the refreshed ID token has %s", async (_what, claims) => {
    const { app, visitor } = await startSignedIn();
    now += 61 * minute;
    provider.scriptNext({ claims });

    const refused = await page(visitor, app);

    expect(refused.location).toContain("/login?returnTo=%2Flogged-in");
    expect((await page(visitor, app)).heading).not.toBe(signedInHeading);
    await expect.poll(() => provider.count("/oauth2/revoke")).toBe(1);
  });

  test.each<[string, string, Script]>([
    ["has run out", "exp", { claims: (claims) => ({ ...claims, exp: Number(claims.iat) - 3600 }) }],
    [
      "is not good yet",
      "nbf",
      { claims: (claims) => ({ ...claims, nbf: Number(claims.iat) + 3600 }) },
    ],
    [
      "was altered on its way",
      "ERR_JWS_SIGNATURE_VERIFICATION_FAILED",
      { jwt: (token) => `${token.slice(0, -8)}AAAAAAAA` },
    ],
    [
      "names a key that is not published",
      "ERR_JWKS_NO_MATCHING_KEY",
      { header: (header) => ({ ...header, kid: "unheard of" }) },
    ],
  ])(
    "outlives a refreshed ID token that %s: %s says nothing of the person",
    async (_, reason, script) => {
      const { app, visitor } = await startSignedIn();
      now += 61 * minute;
      provider.scriptNext(script);

      expect((await page(visitor, app)).heading).toBe(signedInHeading);
      now += 10 * minute;
      expect((await page(visitor, app)).heading).toBe(signedInHeading);

      const outcomes = app.log.filter(({ event }) => event === "renewal");
      expect(outcomes).toMatchObject([{ outcome: "unreachable", reason }, { outcome: "renewed" }]);
      expect(provider.count("/oauth2/revoke")).toBe(0);
    },
  );

  test("outlives a key set that names two keys alike", async () => {
    const { idTokens, stranger } = await signingKeys();
    const { app, visitor } = await startSignedIn();
    now += 61 * minute;
    provider.publishedJwks = [
      idTokens.publicJwk,
      { ...stranger.publicJwk, kid: idTokens.publicJwk.kid },
    ];

    expect((await page(visitor, app)).heading).toBe(signedInHeading);
    provider.publishedJwks = [idTokens.publicJwk];
    now += 10 * minute;

    expect((await page(visitor, app)).heading).toBe(signedInHeading);
    const outcomes = app.log.filter(({ event }) => event === "renewal");
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(["unreachable", "renewed"]);
  });

  test.each([
    ["behind", -2],
    ["ahead", 11],
  ])(
    "outlives a clock of ours that is minutes %s: it says nothing of the person",
    async (_way, minutes) => {
      let skew = 0;
      const { app, visitor } = await startSignedIn({ now: () => now + skew });
      now += 65 * minute;
      skew = minutes * minute;

      expect((await page(visitor, app)).heading).toBe(signedInHeading);
      expect(app.log).toContainEqual(
        expect.objectContaining({ event: "renewal", outcome: "unreachable" }),
      );
      skew = 0;
      now += 12 * minute;
      expect((await page(visitor, app)).heading).toBe(signedInHeading);
      expect(app.log).toContainEqual(
        expect.objectContaining({ event: "renewal", outcome: "renewed" }),
      );
      expect(provider.count("/oauth2/revoke")).toBe(0);
    },
  );

  test("accepts the nonce of the sign-in on a refreshed ID token", async () => {
    const { app, visitor } = await startSignedIn();
    const nonce = await nonceOfNextSignIn(visitor, app);
    now += 61 * minute;
    provider.scriptNext({ claims: (claims) => ({ ...claims, nonce }) });

    expect((await page(visitor, app)).heading).toBe(signedInHeading);
  });

  test.each([
    ["answers 500", answer(500)],
    ["answers 429", answer(429, { error: "too_many" })],
    ["says nothing", silence],
    ["talks nonsense", answer(200, "<html>")],
  ])("goes on for 15 minutes while Cognito %s, and asks again with pauses", async (_how, fault) => {
    const { app, visitor } = await startSignedIn();
    now += 61 * minute;
    provider.script({ tokenAnswer: fault });
    const clock = stopClock();
    const visit = async () => {
      const asked = provider.count("/oauth2/token");
      const unanswered = () => (fault === silence ? provider.count("/oauth2/token") - asked : 0);
      return await clock.outlast(page(visitor, app), unanswered);
    };

    for (let visits = 0; visits < 10; visits += 1) {
      expect((await visit()).heading).toBe(signedInHeading);
    }
    expect(provider.count("/oauth2/token")).toBe(1);
    now += 6_000;
    expect((await visit()).heading).toBe(signedInHeading);
    expect(provider.count("/oauth2/token")).toBe(2);

    now += 14 * minute;
    expect((await visit()).heading).toBe(signedInHeading);
    now += 1 * minute;
    expect((await visit()).location).toContain("/login?returnTo=%2Flogged-in");
    await expect.poll(() => provider.count("/oauth2/revoke")).toBe(1);
  });

  test("is not sent to a token endpoint whose answer could not be verified", async () => {
    const { app, visitor } = await startSignedIn();
    now += 25 * 60 * minute;
    provider.script({ jwksAnswer: answer(500) });

    await page(visitor, app);

    expect(provider.count("/oauth2/token")).toBe(0);
  });

  test("is asked for again where the visitor paused after one failure, however long ago", async () => {
    const { app, visitor } = await startSignedIn();
    now += 61 * minute;
    await provider.goDown();
    await page(visitor, app);
    await provider.comeBack();

    now += 40 * minute;

    expect((await page(visitor, app)).heading).toBe(signedInHeading);
  });

  test("is renewed as soon as Cognito is back", async () => {
    const { app, visitor } = await startSignedIn();
    now += 61 * minute;
    await provider.goDown();
    expect((await page(visitor, app)).heading).toBe(signedInHeading);
    await provider.comeBack();
    now += 5 * minute;
    expect((await page(visitor, app)).heading).toBe(signedInHeading);

    now += 30 * minute;

    expect((await page(visitor, app)).heading).toBe(signedInHeading);
    expect(provider.count("/oauth2/token")).toBe(1);
  });

  test("CC-4: stays ended where the visitor signs out meanwhile, and the new refresh token is revoked", async () => {
    const { app, visitor } = await startSignedIn();
    now += 61 * minute;
    let open = () => {};
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    provider.scriptNext({
      tokenAnswer: async (res, context) => {
        await gate;
        await answer(200, context?.body)(res);
      },
    });
    const late = page(visitor.clone(), app);
    await expect.poll(() => provider.count("/oauth2/token")).toBe(1);

    await visitor.request("POST", `${app.appUrl}/logout`);
    open();

    expect((await late).location).toContain("/login?returnTo=%2Flogged-in");
    await expect.poll(() => provider.count("/oauth2/revoke")).toBe(2);
  });
});

/** Signs the visitor in once more and tells which nonce that took. */
async function nonceOfNextSignIn(visitor: Visitor, app: Started): Promise<string> {
  const signedIn = await signInAtProvider(visitor, app);
  const authorize = signedIn.hops.find(({ url }) => url.includes("/oauth2/authorize"));
  return new URL(authorize?.url ?? "").searchParams.get("nonce") ?? "";
}
