import {
  type Endpoint,
  type Faults,
  startUserPool,
  type Trouble,
} from "express-cognito-sign-in/testing";
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { stopClock } from "../support/own-clock.ts";
import { startUntilStopped } from "../support/start.ts";
import { claimsOf, runPool, sharedSigningKeys } from "./support/pool.ts";

type TokenFault = Exclude<keyof Faults, "endpoints" | "slowMs" | "clear">;

const mira = { username: "mira" };

/** The app of this project, which looks at everything, beside a pool. */
async function startBoth() {
  const pool = await startUserPool({ signingKeys: await sharedSigningKeys() });
  const app = await startUntilStopped({
    userPool: { ...pool, domain: pool.origin },
  });
  pool.register({ callbackUrl: app.config.callbackUrl });
  return { pool, app, stop: () => Promise.all([app.stop(), pool.close()]) };
}

type Both = Awaited<ReturnType<typeof startBoth>>;

/** How a sign-in to the app ends, and why where it was refused. */
async function signIn({ pool, app }: Both) {
  app.log.length = 0;
  const { status } = await pool.signInTo(`${app.appUrl}/login`, mira);
  const refusal = app.log.find(({ event, code }) => event === "sign-in" && code !== undefined);
  return { status, code: refusal?.code, reason: refusal?.reason };
}

let both: Both;
beforeAll(async () => {
  both = await startBoth();
});
afterEach(() => both.pool.faults.clear());
afterAll(() => both.stop());

describe("A fault of the tokens", () => {
  test.each<[TokenFault, string]>([
    ["wrongNonce", "nonce"],
    ["expired", "exp"],
    ["otherAudience", "aud"],
    ["algNone", "form"],
    ["badSignature", "ERR_JWS_SIGNATURE_VERIFICATION_FAILED"],
    ["unknownKey", "ERR_JWKS_NO_MATCHING_KEY"],
  ])("%s makes an app refuse them for the right reason", async (fault, reason) => {
    both.pool.faults[fault] = true;

    expect(await signIn(both)).toMatchObject({ status: 502, code: "id_token_invalid", reason });
  });

  test("is over once it is unset, or cleared with all others", async () => {
    const pool = await runPool();
    const isExpired = async () =>
      Number(claimsOf(await pool.mint("access")).exp) * 1000 < Date.now();

    pool.faults.expired = true;
    expect(await isExpired()).toBe(true);
    pool.faults.expired = false;
    expect(await isExpired()).toBe(false);
    Object.assign(pool.faults, { expired: true, slowMs: 1 });
    pool.faults.endpoints.jwks = "down";
    pool.faults.clear();
    expect(await isExpired()).toBe(false);
    expect(pool.faults.endpoints.jwks).toBeUndefined();
    expect(pool.faults.slowMs).toBe(2_000);
  });
});

describe("An endpoint in trouble", () => {
  test.each<[Trouble, number, string | undefined]>([
    ["slow", 200, undefined],
    ["error", 502, "token_request_refused"],
    ["garbage", 502, "cognito_answer_invalid"],
    ["down", 504, "cognito_unreachable"],
  ])("token, %s: a sign-in ends with %i", async (trouble, status, code) => {
    both.pool.faults.slowMs = 50;
    both.pool.faults.endpoints.token = trouble;

    expect(await signIn(both)).toMatchObject({ status, code });
  });

  // Apps that have fetched no keys yet.
  test.each<[Endpoint, Trouble, number, string]>([
    ["token", "hanging", 504, "cognito_unreachable"],
    ["jwks", "down", 504, "cognito_unreachable"],
    ["jwks", "garbage", 502, "cognito_answer_invalid"],
  ])("%s, %s: the first sign-in ends with %i", async (endpoint, trouble, status, code) => {
    const fresh = await startBoth();
    onTestFinished(async () => void (await fresh.stop()));
    fresh.pool.faults.endpoints[endpoint] = trouble;

    const hanging = () =>
      fresh.pool.requests.filter(({ path }) => trouble === "hanging" && path === "/oauth2/token");
    const end = await stopClock().outlast(signIn(fresh), () => hanging().length);

    expect(end).toMatchObject({ status, code });
  });

  test("lets go of those who wait when the pool closes", async () => {
    const pool = await runPool();
    Object.assign(pool.faults.endpoints, { token: "hanging", userInfo: "slow" });
    pool.faults.slowMs = 60_000;
    const waiting = Promise.allSettled([
      pool.postToken({ grant_type: "refresh_token" }),
      fetch(`${pool.origin}/oauth2/userInfo`),
    ]);
    await expect.poll(() => pool.requests.length).toBe(2);
    const clock = stopClock();
    const closed = pool.close();
    // Not the five seconds after which the server would cut them off.
    await clock.pass(4_999);
    await closed;

    expect((await waiting).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  });
});
