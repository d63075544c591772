import { describe, expect, test } from "vitest";
import { openPoolDatabase } from "../../../src/local-cognito/pool/pool-database.ts";
import { createPasswords } from "../../../src/local-cognito/users/passwords.ts";
import { newUser } from "../../../src/local-cognito/users/user.ts";
import { UserDirectory } from "../../../src/local-cognito/users/user-directory.ts";
import { copyNewPool } from "../../support/pool-template.ts";
import { temporaryDirectory } from "../../support/temporary-directory.ts";
import { PASSWORD, type TestPool } from "../support/pool.ts";
import { addUser, claimsOf, newestCode, passwordAuth, startApiPool } from "./support/api-pool.ts";
import { call, refusal, requestsOf } from "./support/calls.ts";
import { beginSrp, proofOf, signInBySrp, srpRefusal, timestampOf } from "./support/srp-client.ts";

const TEMPORARY = "Temporary-Horse-1";
const refused = (message: string) => `NotAuthorizedException: ${message}`;
const required = (name: string) => ({
  name,
  type: "String" as const,
  isRequired: true,
  isMutable: true,
});

async function createAnn(pool: TestPool, attributes: Record<string, string> = {}): Promise<void> {
  const UserAttributes = Object.entries({ email: "ann@example.org", ...attributes }).map(
    ([Name, Value]) => ({ Name, Value }),
  );
  const user = { UserPoolId: pool.userPoolId, Username: "ann", UserAttributes };
  await call(pool, "AdminCreateUser", { ...user, TemporaryPassword: TEMPORARY });
}

describe("a proof of the password", () => {
  test("signs in without a session: by name, by address and with the secret block once", async () => {
    const pool = await startApiPool();
    await addUser(pool, "ann");
    for (const name of ["ann", "ann@example.org"]) {
      const { begun } = await beginSrp(pool, name);
      expect(Object.keys(begun).sort()).toEqual(["ChallengeName", "ChallengeParameters"]);
      expect(begun.ChallengeParameters).toMatchObject({ USERNAME: "ann", USER_ID_FOR_SRP: "ann" });
      expect(begun.ChallengeParameters.SALT).toMatch(/^[0-9a-f]{32}$/);
      const { AuthenticationResult } = await signInBySrp(pool, name, PASSWORD);
      expect(claimsOf(AuthenticationResult.AccessToken).username).toBe("ann");
    }
    const proof = await proofOf(pool, "ann", PASSWORD);
    await call(pool, "RespondToAuthChallenge", proof);
    expect(await refusal(pool, "RespondToAuthChallenge", proof)).toBe(
      refused("Invalid session for the user, session can only be used once."),
    );
  });

  test("shows the real name in a pool where the address is the name", async () => {
    const pool = await startApiPool({ signInWith: "email" });
    const user = { UserPoolId: pool.userPoolId, Username: "ann@example.org" };
    const { User } = await call(pool, "AdminCreateUser", { ...user, MessageAction: "SUPPRESS" });
    await call(pool, "AdminSetUserPassword", { ...user, Password: PASSWORD, Permanent: true });
    const { begun } = await beginSrp(pool, "ann@example.org");
    expect(begun.ChallengeParameters.USER_ID_FOR_SRP).toBe(User.Username);
    expect(User.Username).toMatch(/^[0-9a-f-]{36}$/);
    const { AuthenticationResult } = await signInBySrp(pool, "ann@example.org", PASSWORD);
    expect(claimsOf(AuthenticationResult.IdToken)).toMatchObject({
      "cognito:username": User.Username,
      email: "ann@example.org",
    });
  });

  test("that is wrong counts as a wrong password, here and on the page", async () => {
    const pool = await startApiPool();
    await addUser(pool, "ann");
    for (let i = 0; i < 5; i++) {
      expect(await srpRefusal(pool, "ann", "Wrong-Horse-9")).toBe(
        refused("Incorrect username or password."),
      );
    }
    expect(await srpRefusal(pool, "ann", PASSWORD)).toBe(refused("Password attempts exceeded"));
    expect(await refusal(pool, "InitiateAuth", passwordAuth(pool, "ann"))).toBe(
      refused("Password attempts exceeded"),
    );
  });

  test("of nobody's looks like anybody's, and fails", async () => {
    const pool = await startApiPool();
    const [first, second] = [await beginSrp(pool, "nobody"), await beginSrp(pool, "Nobody")];
    const parameters = first.begun.ChallengeParameters;
    expect(parameters.USER_ID_FOR_SRP).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/,
    );
    const again = second.begun.ChallengeParameters;
    expect([again.SALT, again.USERNAME]).toEqual([parameters.SALT, parameters.USERNAME]);
    expect(again.SRP_B).not.toBe(parameters.SRP_B);
    expect(await srpRefusal(pool, "nobody", PASSWORD)).toBe(
      refused("Incorrect username or password."),
    );
    const telling = await startApiPool({}, { hidesUserExistence: false });
    const AuthParameters = { USERNAME: "nobody", SRP_A: first.client.A };
    const input = { AuthFlow: "USER_SRP_AUTH", ClientId: telling.clientId, AuthParameters };
    expect(await refusal(telling, "InitiateAuth", input)).toBe(
      "UserNotFoundException: User does not exist.",
    );
  });

  test("is of its time, of its client and of a number that means something", async () => {
    const pool = await startApiPool();
    await addUser(pool, "ann");
    const wrong = refused("Incorrect username or password.");
    for (const seconds of [-301, 301]) {
      const { client, begun } = await beginSrp(pool, "ann");
      const time = new Date(pool.clock.ms + seconds * 1000);
      const ChallengeResponses = client.answer(pool, begun.ChallengeParameters, PASSWORD, time);
      const input = { ...(await proofOf(pool, "ann", PASSWORD)), ChallengeResponses };
      expect(await refusal(pool, "RespondToAuthChallenge", input)).toBe(wrong);
    }
    expect(timestampOf(new Date(Date.UTC(2026, 0, 5, 9, 3, 7)))).toBe(
      "Mon Jan 5 09:03:07 UTC 2026",
    );
    const proof = await proofOf(pool, "ann", PASSWORD);
    const { UserPoolClient } = await call(pool, "CreateUserPoolClient", {
      UserPoolId: pool.userPoolId,
      ClientName: "other",
    });
    const others = { ...proof, ClientId: UserPoolClient.ClientId };
    expect(await refusal(pool, "RespondToAuthChallenge", others)).toBe(
      refused("Invalid session for the user."),
    );
    pool.clock.advance({ minutes: 3 });
    expect(await refusal(pool, "RespondToAuthChallenge", proof)).toBe(
      refused("Invalid session for the user, session is expired."),
    );
    for (const SRP_A of ["0", "zz", "-1"]) {
      const AuthParameters = { USERNAME: "ann", SRP_A };
      const input = { AuthFlow: "USER_SRP_AUTH", ClientId: pool.clientId, AuthParameters };
      expect(await refusal(pool, "InitiateAuth", input)).toMatch(
        /^InvalidParameterException: SRP_A/,
      );
    }
  });
});

test("a password from before there were proofs is refused with a reason, until it is typed once", async () => {
  const dataDirectory = await temporaryDirectory();
  await copyNewPool(dataDirectory);
  const database = openPoolDatabase(dataDirectory);
  const { srp: _later, ...stored } = await createPasswords({ N: 16, r: 1, p: 1 }, "x_1").hash(
    PASSWORD,
    "ann",
  );
  const createdAt = new Date(0).toISOString();
  const given = { username: "ann", status: "CONFIRMED" as const, attributes: {}, createdAt };
  new UserDirectory(database).add(newUser({ ...given, password: stored }));
  await database.close();
  const pool = await startApiPool({}, {}, { dataDirectory });
  expect(await srpRefusal(pool, "ann", PASSWORD)).toBe(refused("Incorrect username or password."));
  expect((await requestsOf(pool))[0]?.reason).toMatch(/^The password was stored before/);
  await call(pool, "InitiateAuth", passwordAuth(pool, "ann"));
  expect(await signInBySrp(pool, "ann", PASSWORD)).toHaveProperty("AuthenticationResult");
});

describe("a temporary password", () => {
  test("leads to the challenge for a new one, with what is missing", async () => {
    const pool = await startApiPool({ schema: [required("email"), required("name")] });
    await createAnn(pool, { email_verified: "true" });
    const begun = await call(pool, "InitiateAuth", passwordAuth(pool, "ann", TEMPORARY));
    expect(begun.ChallengeName).toBe("NEW_PASSWORD_REQUIRED");
    expect(begun.ChallengeParameters).toEqual({
      USER_ID_FOR_SRP: "ann",
      requiredAttributes: '["userAttributes.name"]',
      userAttributes: '{"email":"ann@example.org","email_verified":"true"}',
    });
    const respond = (responses: object) => ({
      ChallengeName: "NEW_PASSWORD_REQUIRED",
      ClientId: pool.clientId,
      Session: begun.Session,
      ChallengeResponses: { USERNAME: "ann", NEW_PASSWORD: PASSWORD, ...responses },
    });
    const why = (responses: object) => refusal(pool, "RespondToAuthChallenge", respond(responses));
    expect(await why({})).toBe(
      "InvalidParameterException: Invalid attributes given, name is missing",
    );
    expect(await why({ "userAttributes.email": "ann@example.org" })).toBe(
      refused("Cannot modify an already provided email"),
    );
    const name = { "userAttributes.name": "Ann" };
    expect(await why({ ...name, NEW_PASSWORD: "short" })).toBe(
      "InvalidPasswordException: Password does not conform to policy: Password not long enough",
    );
    expect(await why({ ...name, NEW_PASSWORD: "" })).toBe(
      "InvalidParameterException: Missing required parameter NEW_PASSWORD",
    );
    const answer = await call(pool, "RespondToAuthChallenge", respond(name));
    expect(claimsOf(answer.AuthenticationResult.IdToken)).toMatchObject({ name: "Ann" });
    expect(await why(name)).toMatch(/^NotAuthorizedException: Invalid session for the user/);
    await call(pool, "InitiateAuth", passwordAuth(pool, "ann"));
  });

  test("does so after a proof as well, and is no use once it has expired", async () => {
    const pool = await startApiPool();
    await createAnn(pool);
    const begun = await signInBySrp(pool, "ann", TEMPORARY);
    expect(begun.ChallengeName).toBe("NEW_PASSWORD_REQUIRED");
    expect(begun.ChallengeParameters.requiredAttributes).toBe("[]");
    pool.clock.advance({ minutes: 8 * 24 * 60 });
    expect(await refusal(pool, "InitiateAuth", passwordAuth(pool, "ann", TEMPORARY))).toBe(
      refused("Temporary password has expired and must be reset by an administrator."),
    );
  });
});

describe("USER_AUTH", () => {
  const client = { authFlows: ["ALLOW_USER_AUTH" as const] };
  const begin = (pool: TestPool, parameters: object, more: object = {}) => ({
    AuthFlow: "USER_AUTH",
    ClientId: pool.clientId,
    AuthParameters: { USERNAME: "ann", ...parameters },
    ...more,
  });

  test("lets choose how the password is shown, or takes the choice at once", async () => {
    const pool = await startApiPool({}, client);
    await addUser(pool, "ann");
    const begun = await call(
      pool,
      "InitiateAuth",
      begin(pool, { PREFERRED_CHALLENGE: "EMAIL_OTP" }),
    );
    expect(begun).toMatchObject({ ChallengeName: "SELECT_CHALLENGE", ChallengeParameters: {} });
    expect(begun.AvailableChallenges).toEqual(["PASSWORD_SRP", "PASSWORD"]);
    const choose = (responses: object) => ({
      ChallengeName: "SELECT_CHALLENGE",
      ClientId: pool.clientId,
      Session: begun.Session,
      ChallengeResponses: { USERNAME: "ann", ...responses },
    });
    expect(await refusal(pool, "RespondToAuthChallenge", choose({ ANSWER: "WEB_AUTHN" }))).toMatch(
      /^InvalidParameterException: /,
    );
    const chosen = choose({ ANSWER: "PASSWORD", PASSWORD });
    const { AuthenticationResult } = await call(pool, "RespondToAuthChallenge", chosen);
    expect(AuthenticationResult).toHaveProperty("RefreshToken");
    const atOnce = begin(pool, { PREFERRED_CHALLENGE: "PASSWORD", PASSWORD });
    expect(await call(pool, "InitiateAuth", atOnce)).toHaveProperty("AuthenticationResult");
    const unknown = begin(pool, { USERNAME: "nobody" });
    expect((await call(pool, "InitiateAuth", unknown)).ChallengeName).toBe("SELECT_CHALLENGE");
  });

  test("asks for nothing more of somebody who has just confirmed", async () => {
    const pool = await startApiPool({}, client);
    const UserAttributes = [{ Name: "email", Value: "ann@example.org" }];
    const ann = { ClientId: pool.clientId, Username: "ann" };
    const { Session } = await call(pool, "SignUp", { ...ann, Password: PASSWORD, UserAttributes });
    expect(await refusal(pool, "InitiateAuth", begin(pool, {}, { Session }))).toBe(
      refused("Invalid session for the user."),
    );
    const ConfirmationCode = await newestCode(pool);
    const confirmed = await call(pool, "ConfirmSignUp", { ...ann, ConfirmationCode, Session });
    const signedIn = begin(pool, {}, { Session: confirmed.Session });
    expect(await call(pool, "InitiateAuth", signedIn)).toHaveProperty("AuthenticationResult");
    expect(await refusal(pool, "InitiateAuth", signedIn)).toMatch(/can only be used once\.$/);
  });
});
