import { describe, expect, test } from "vitest";
import { noteSecret } from "../../support/canary.ts";
import { json } from "../support/admin.ts";
import { PASSWORD, type TestPool } from "../support/pool.ts";
import { totp, wrongCode } from "../support/totp.ts";
import { addUser, passwordAuth, startApiPool, tokensOf } from "./support/api-pool.ts";
import { call, refusal } from "./support/calls.ts";
import { signInBySrp } from "./support/srp-client.ts";

const refused = (message: string) => `NotAuthorizedException: ${message}`;

/** Begins a sign-in that ends in the challenge. */
async function challengeOf(pool: TestPool, name = "ann", password = PASSWORD) {
  return call(pool, "InitiateAuth", passwordAuth(pool, name, password));
}

function respond(pool: TestPool, ChallengeName: string, Session: string, responses: object) {
  const ChallengeResponses = { USERNAME: "ann", ...responses };
  return { ChallengeName, ClientId: pool.clientId, Session, ChallengeResponses };
}

/** What the user's page at local Cognito has. */
async function shownApps(pool: TestPool) {
  const address = "/_local/users/ann/authenticator-app";
  const page = await pool.browser().get(address, json);
  return JSON.parse(page.text);
}

function noted(secret: string): string {
  noteSecret("the secret of an authenticator app", secret);
  return secret;
}

describe("a user who is signed in", () => {
  test("sets up an app, which is asked for once it is switched on", async () => {
    const pool = await startApiPool();
    await addUser(pool, "ann");
    const { AccessToken } = await tokensOf(pool, "ann");
    const on = { AccessToken, SoftwareTokenMfaSettings: { Enabled: true, PreferredMfa: true } };
    expect(await refusal(pool, "SetUserMFAPreference", on)).toBe(
      "InvalidParameterException: User does not have delivery config set to turn on SOFTWARE_TOKEN_MFA",
    );
    const associated = await call(pool, "AssociateSoftwareToken", { AccessToken });
    expect(Object.keys(associated)).toEqual(["SecretCode"]);
    const secret = noted(associated.SecretCode);
    expect(await shownApps(pool)).toEqual({
      pending: { secret, code: totp(secret, pool.clock.ms) },
    });
    const userPage = await pool.browser().get("/_local/users/ann");
    expect(userPage.text).toContain("being set up");
    const UserCode = totp(secret, pool.clock.ms);
    const wrong = { AccessToken, UserCode: wrongCode(secret, pool.clock.ms) };
    expect(await refusal(pool, "VerifySoftwareToken", wrong)).toBe(
      "EnableSoftwareTokenMFAException: Code mismatch",
    );
    const right = { AccessToken, UserCode, FriendlyDeviceName: "phone" };
    expect(await call(pool, "VerifySoftwareToken", right)).toEqual({ Status: "SUCCESS" });
    expect(await call(pool, "GetUser", { AccessToken })).not.toHaveProperty("UserMFASettingList");
    expect(await shownApps(pool)).toMatchObject({ secret, isOn: false, deviceName: "phone" });
    expect(await shownApps(pool)).not.toHaveProperty("pending");
    expect(await tokensOf(pool, "ann")).toHaveProperty("AccessToken");

    expect(await call(pool, "SetUserMFAPreference", on)).toEqual({});
    const shown = await call(pool, "AdminGetUser", {
      UserPoolId: pool.userPoolId,
      Username: "ann",
    });
    expect(shown).toMatchObject({
      PreferredMfaSetting: "SOFTWARE_TOKEN_MFA",
      UserMFASettingList: ["SOFTWARE_TOKEN_MFA"],
    });
    const challenge = await challengeOf(pool);
    expect(challenge).toMatchObject({
      ChallengeName: "SOFTWARE_TOKEN_MFA",
      ChallengeParameters: { USER_ID_FOR_SRP: "ann", FRIENDLY_DEVICE_NAME: "phone" },
    });
    const answer = (SOFTWARE_TOKEN_MFA_CODE: string) =>
      respond(pool, "SOFTWARE_TOKEN_MFA", challenge.Session, { SOFTWARE_TOKEN_MFA_CODE });
    expect(await refusal(pool, "RespondToAuthChallenge", answer(UserCode))).toBe(
      "ExpiredCodeException: Your software token has already been used once.",
    );
    const guess = answer(wrongCode(secret, pool.clock.ms));
    expect(await refusal(pool, "RespondToAuthChallenge", guess)).toBe(
      "CodeMismatchException: Invalid code received for user",
    );
    const next = answer(totp(secret, pool.clock.ms, 1));
    const { AuthenticationResult } = await call(pool, "RespondToAuthChallenge", next);
    expect(AuthenticationResult).toHaveProperty("RefreshToken");
    expect(await refusal(pool, "RespondToAuthChallenge", next)).toBe(
      refused("Invalid session for the user, session can only be used once."),
    );

    const off = { AccessToken, SoftwareTokenMfaSettings: { Enabled: false } };
    await call(pool, "SetUserMFAPreference", off);
    expect(await tokensOf(pool, "ann")).toHaveProperty("AccessToken");
  });

  test("has no app where the pool has no second factor, and no other factor anywhere", async () => {
    const pool = await startApiPool({ mfa: "OFF" });
    await addUser(pool, "ann");
    const { AccessToken } = await tokensOf(pool, "ann");
    expect(await refusal(pool, "AssociateSoftwareToken", { AccessToken })).toBe(
      "SoftwareTokenMFANotFoundException: Software Token MFA has not been enabled by the userPool",
    );
    const sms = { AccessToken, SMSMfaSettings: { Enabled: true } };
    expect(await refusal(pool, "SetUserMFAPreference", sms)).toMatch(
      /^InvalidParameterException: /,
    );
    expect(await call(pool, "GetUserAuthFactors", { AccessToken })).toEqual({
      Username: "ann",
      ConfiguredUserAuthFactors: ["PASSWORD"],
    });
  });
});

describe("a pool that wants a second factor", () => {
  test("leads from the password to the set-up of an app, and on to tokens", async () => {
    const pool = await startApiPool({ mfa: "ON" });
    await addUser(pool, "ann");
    for (const begin of [challengeOf, (p: TestPool) => signInBySrp(p, "ann", PASSWORD)]) {
      const begun = await begin(pool);
      expect(begun).toMatchObject({
        ChallengeName: "MFA_SETUP",
        ChallengeParameters: {
          USER_ID_FOR_SRP: "ann",
          MFAS_CAN_SETUP: '["SOFTWARE_TOKEN_MFA"]',
        },
      });
    }
    const { Session } = await challengeOf(pool);
    const early = respond(pool, "MFA_SETUP", Session, {});
    expect(await refusal(pool, "RespondToAuthChallenge", early)).toBe(
      refused("Invalid session for the user."),
    );
    const associated = await call(pool, "AssociateSoftwareToken", { Session });
    const UserCode = totp(noted(associated.SecretCode), pool.clock.ms);
    const verified = await call(pool, "VerifySoftwareToken", {
      Session: associated.Session,
      UserCode,
    });
    expect(verified.Status).toBe("SUCCESS");
    // Some clients send the code once more.
    const last = respond(pool, "MFA_SETUP", verified.Session, {
      SOFTWARE_TOKEN_MFA_CODE: UserCode,
    });
    const { AuthenticationResult } = await call(pool, "RespondToAuthChallenge", last);
    expect(AuthenticationResult).toHaveProperty("AccessToken");
    expect((await challengeOf(pool)).ChallengeName).toBe("SOFTWARE_TOKEN_MFA");
  });
});

describe("a session", () => {
  test("is good for its client, its user, its challenge and so many minutes", async () => {
    const pool = await startApiPool({ mfa: "ON" });
    await addUser(pool, "ann");
    await addUser(pool, "ben");
    const { Session } = await challengeOf(pool);
    expect(Session.startsWith("AYABe")).toBe(true);
    expect(Session.length).toBeLessThan(2048);
    const why = (input: object) => refusal(pool, "RespondToAuthChallenge", input);
    const answer = respond(pool, "MFA_SETUP", Session, {});
    const { UserPoolClient } = await call(pool, "CreateUserPoolClient", {
      UserPoolId: pool.userPoolId,
      ClientName: "other",
    });
    const invalid = refused("Invalid session for the user.");
    expect(await why({ ...answer, ClientId: UserPoolClient.ClientId })).toBe(invalid);
    expect(await why(respond(pool, "MFA_SETUP", Session, { USERNAME: "ben" }))).toBe(invalid);
    expect(await why(respond(pool, "MFA_SETUP", `${Session}A`, {}))).toBe(invalid);
    expect(await why(respond(pool, "MFA_SETUP", "x".repeat(20), {}))).toBe(invalid);
    const code = { SOFTWARE_TOKEN_MFA_CODE: "123456" };
    expect(await why(respond(pool, "SOFTWARE_TOKEN_MFA", Session, code))).toBe(invalid);
    expect(await why({ ...answer, Session: undefined })).toBe(
      "InvalidParameterException: Missing required parameter Session",
    );
    pool.clock.advance({ minutes: 3 });
    expect(await why(answer)).toBe(refused("Invalid session for the user, session is expired."));
  });
});
