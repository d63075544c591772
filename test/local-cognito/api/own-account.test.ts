import { describe, expect, test } from "vitest";
import { postForm } from "../support/client.ts";
import { PASSWORD, type TestPool } from "../support/pool.ts";
import {
  addUser,
  claimsOf,
  mailsOf,
  newestCode,
  passwordAuth,
  startApiPool,
  tokensOf,
} from "./support/api-pool.ts";
import { call, refusal, tell } from "./support/calls.ts";

const refused = (message: string) => `NotAuthorizedException: ${message}`;

async function annIn(pool: TestPool) {
  await addUser(pool, "ann");
  return tokensOf(pool, "ann");
}

describe("an access token", () => {
  test("is looked at in order: form, signature, time, scope, user, revocation", async () => {
    const pool = await startApiPool();
    const { AccessToken, IdToken, RefreshToken } = await annIn(pool);
    const why = (token: string) => refusal(pool, "GetUser", { AccessToken: token });
    const user = { UserPoolId: pool.userPoolId, Username: "ann" };
    for (const bad of ["x", "a.b.c", IdToken, RefreshToken]) {
      expect(await why(bad)).toBe(refused("Invalid Access Token"));
    }
    const [header, , signature] = AccessToken.split(".");
    const claims = { ...claimsOf(AccessToken), username: "ben" };
    const forged = Buffer.from(JSON.stringify(claims)).toString("base64url");
    expect(await why(`${header}.${forged}.${signature}`)).toBe(
      refused("Could not verify signature for Access Token"),
    );
    await call(pool, "AdminDisableUser", user);
    expect(await why(AccessToken)).toBe(refused("User is disabled."));
    await call(pool, "AdminEnableUser", user);
    expect(await why(AccessToken)).toBe(refused("Access Token has been revoked"));
    const { AccessToken: next } = await tokensOf(pool, "ann");
    pool.clock.advance({ minutes: 60 });
    expect(await why(next)).toBe(refused("Access Token has expired"));
    const { AccessToken: last } = await tokensOf(pool, "ann");
    await call(pool, "AdminDeleteUser", user);
    expect(await why(last)).toBe("UserNotFoundException: User does not exist.");
  });

  test("says who its user is, without a signature of the call", async () => {
    const pool = await startApiPool({}, { readAttributes: ["email"] });
    const { AccessToken } = await annIn(pool);
    const { status, body } = await tell(pool, "GetUser", JSON.stringify({ AccessToken }));
    expect(status).toBe(200);
    expect(body).toEqual({
      Username: "ann",
      UserAttributes: [
        { Name: "sub", Value: claimsOf(AccessToken).sub },
        { Name: "email", Value: "ann@example.org" },
      ],
    });
  });
});

describe("a user who is signed in", () => {
  test("changes attributes; a new address is unverified until its code is back", async () => {
    const pool = await startApiPool();
    const { AccessToken } = await annIn(pool);
    const UserAttributes = [
      { Name: "name", Value: "Ann" },
      { Name: "email", Value: "new@example.org" },
    ];
    const { CodeDeliveryDetailsList } = await call(pool, "UpdateUserAttributes", {
      AccessToken,
      UserAttributes,
    });
    expect(CodeDeliveryDetailsList).toEqual([
      { Destination: "n***@e***", DeliveryMedium: "EMAIL", AttributeName: "email" },
    ]);
    expect((await mailsOf(pool))[0]?.to).toBe("new@example.org");
    const shown = await call(pool, "GetUser", { AccessToken });
    expect(shown.UserAttributes).toContainEqual({ Name: "email_verified", Value: "false" });
    const verify = { AccessToken, AttributeName: "email" };
    expect(await refusal(pool, "VerifyUserAttribute", { ...verify, Code: "000" })).toBe(
      "CodeMismatchException: Invalid verification code provided, please try again.",
    );
    expect(
      await call(pool, "VerifyUserAttribute", { ...verify, Code: await newestCode(pool) }),
    ).toEqual({});
    const verified = await call(pool, "GetUser", { AccessToken });
    expect(verified.UserAttributes).toContainEqual({ Name: "email_verified", Value: "true" });
    await call(pool, "InitiateAuth", passwordAuth(pool, "new@example.org"));
    expect(await refusal(pool, "InitiateAuth", passwordAuth(pool, "ann@example.org"))).toBe(
      refused("Incorrect username or password."),
    );
  });

  test("asks for a code to verify an address by", async () => {
    const pool = await startApiPool();
    await addUser(pool, "ann", { email_verified: "false" });
    const { AccessToken } = await tokensOf(pool, "ann");
    const verify = { AccessToken, AttributeName: "email" };
    expect(await call(pool, "GetUserAttributeVerificationCode", verify)).toEqual({
      CodeDeliveryDetails: {
        Destination: "a***@e***",
        DeliveryMedium: "EMAIL",
        AttributeName: "email",
      },
    });
    await call(pool, "VerifyUserAttribute", { ...verify, Code: await newestCode(pool) });
    const phone = { AccessToken, AttributeName: "phone_number" };
    expect(await refusal(pool, "GetUserAttributeVerificationCode", phone)).toMatch(
      /^InvalidParameterException: /,
    );
  });

  test("may not write what the client may not, nor say that an address is verified", async () => {
    const pool = await startApiPool({}, { writeAttributes: ["name"] });
    const { AccessToken } = await annIn(pool);
    for (const Name of ["email_verified", "given_name"]) {
      const UserAttributes = [{ Name, Value: "true" }];
      expect(await refusal(pool, "UpdateUserAttributes", { AccessToken, UserAttributes })).toBe(
        refused("A client attempted to write unauthorized attribute"),
      );
    }
  });

  test("removes attributes that nobody needs", async () => {
    const pool = await startApiPool();
    await addUser(pool, "ann", { name: "Ann" });
    const { AccessToken } = await tokensOf(pool, "ann");
    const gone = { AccessToken, UserAttributeNames: ["name", "nickname"] };
    expect(await call(pool, "DeleteUserAttributes", gone)).toEqual({});
    const { UserAttributes } = await call(pool, "GetUser", { AccessToken });
    expect(UserAttributes.map(({ Name }: { Name: string }) => Name)).toEqual([
      "sub",
      "email",
      "email_verified",
    ]);
    const required = { AccessToken, UserAttributeNames: ["email"] };
    expect(await refusal(pool, "DeleteUserAttributes", required)).toMatch(/^InvalidParameter/);
  });

  test("changes the password, and stays signed in", async () => {
    const pool = await startApiPool();
    const { AccessToken } = await annIn(pool);
    const change = (PreviousPassword: string, ProposedPassword: string) => ({
      AccessToken,
      PreviousPassword,
      ProposedPassword,
    });
    expect(await refusal(pool, "ChangePassword", change("Wrong-Horse-9", "Other-Horse-9"))).toBe(
      refused("Incorrect username or password."),
    );
    expect(await refusal(pool, "ChangePassword", change(PASSWORD, "nothing-in-capitals-9"))).toBe(
      "InvalidPasswordException: Password does not conform to policy: Password must have uppercase characters",
    );
    expect(await call(pool, "ChangePassword", change(PASSWORD, "Other-Horse-9"))).toEqual({});
    await call(pool, "GetUser", { AccessToken });
    await tokensOf(pool, "ann", "Other-Horse-9");
  });

  test("signs out everywhere: of this API, of the endpoints and of the tokens that are out", async () => {
    const pool = await startApiPool();
    const { AccessToken, RefreshToken } = await annIn(pool);
    expect(await call(pool, "GlobalSignOut", { AccessToken })).toEqual({});
    expect(await refusal(pool, "GetUser", { AccessToken })).toBe(
      refused("Access Token has been revoked"),
    );
    const refresh = { ClientId: pool.clientId, RefreshToken };
    expect(await refusal(pool, "GetTokensFromRefreshToken", refresh)).toMatch(/^NotAuthorized/);
    const form = { grant_type: "refresh_token", client_id: pool.clientId };
    const answer = await postForm(pool, "/oauth2/token", { ...form, refresh_token: RefreshToken });
    expect(answer.status).toBe(400);
  });

  test("deletes the account, which answers with nothing", async () => {
    const pool = await startApiPool();
    const { AccessToken } = await annIn(pool);
    const { status, text } = await tell(pool, "DeleteUser", JSON.stringify({ AccessToken }));
    expect([status, text]).toEqual([200, ""]);
    expect(await refusal(pool, "GetUser", { AccessToken })).toBe(
      "UserNotFoundException: User does not exist.",
    );
  });
});
