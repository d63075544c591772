import { describe, expect, test } from "vitest";
import { PASSWORD, type TestPool } from "../support/pool.ts";
import {
  addUser,
  mailsOf,
  newestCode,
  passwordAuth,
  startApiPool,
  tokensOf,
} from "./support/api-pool.ts";
import { type ApiAnswer, call, refusal, requestsOf, signature, tell } from "./support/calls.ts";

const refused = (message: string) => `NotAuthorizedException: ${message}`;

function ann(pool: TestPool) {
  return { UserPoolId: pool.userPoolId, Username: "ann" };
}

async function annShown(
  pool: TestPool,
): Promise<ApiAnswer["body"] & { attributes: Record<string, string> }> {
  const shown = await call(pool, "AdminGetUser", ann(pool));
  const attributes = Object.fromEntries(
    shown.UserAttributes.map(({ Name, Value }: Record<string, string>) => [Name, Value]),
  );
  return { ...shown, attributes };
}

describe("AdminCreateUser", () => {
  test("makes a user who is shown, invited and led to a password of their own", async () => {
    const pool = await startApiPool();
    const UserAttributes = [
      { Name: "email", Value: "ann@example.org" },
      { Name: "email_verified", Value: "True" },
    ];
    const { User } = await call(pool, "AdminCreateUser", { ...ann(pool), UserAttributes });
    const at = pool.clock.ms / 1000;
    expect(User).toEqual({
      Username: "ann",
      UserCreateDate: at,
      UserLastModifiedDate: at,
      Enabled: true,
      UserStatus: "FORCE_CHANGE_PASSWORD",
      Attributes: [
        { Name: "sub", Value: expect.any(String) },
        { Name: "email", Value: "ann@example.org" },
        { Name: "email_verified", Value: "true" },
      ],
    });
    const [mail] = await mailsOf(pool);
    expect(mail?.to).toBe("ann@example.org");
    const begun = await call(pool, "InitiateAuth", passwordAuth(pool, "ann", mail?.code));
    expect(begun.ChallengeName).toBe("NEW_PASSWORD_REQUIRED");
  });

  test("has what does nothing here, or something else, named in the request log", async () => {
    const pool = await startApiPool();
    const remark = async () => (await requestsOf(pool))[0]?.remark;
    await call(pool, "AdminCreateUser", ann(pool));
    expect(await remark()).toMatch(/^The invitation goes by mail here\./);
    const byMail = { DesiredDeliveryMediums: ["EMAIL"] };
    await call(pool, "AdminCreateUser", { ...ann(pool), MessageAction: "RESEND", ...byMail });
    expect(await remark()).toBeUndefined();
    await refusal(pool, "InitiateAuth", {
      ...passwordAuth(pool, "ann", PASSWORD),
      UserContextData: { IpAddress: "192.0.2.1" },
      AnalyticsMetadata: { AnalyticsEndpointId: "x" },
    });
    expect(await remark()).toBe(
      "AnalyticsMetadata does nothing: there is no analytics here. UserContextData does nothing: there is no threat protection here.",
    );
  });

  test("sends another invitation while the password has not been chosen, and none where told so", async () => {
    const pool = await startApiPool();
    const UserAttributes = [{ Name: "email", Value: "ann@example.org" }];
    const input = { ...ann(pool), UserAttributes };
    await call(pool, "AdminCreateUser", { ...input, MessageAction: "SUPPRESS" });
    expect(await mailsOf(pool)).toEqual([]);
    const resend = { ...ann(pool), MessageAction: "RESEND" };
    await call(pool, "AdminCreateUser", resend);
    expect(await mailsOf(pool)).toHaveLength(1);
    await call(pool, "AdminSetUserPassword", { ...ann(pool), Password: PASSWORD, Permanent: true });
    expect(await refusal(pool, "AdminCreateUser", resend)).toMatch(
      /^UnsupportedUserStateException: /,
    );
    expect(await refusal(pool, "AdminCreateUser", { ...resend, Username: "nobody" })).toBe(
      "UserNotFoundException: User does not exist.",
    );
  });

  test.each<[object, string]>([
    [{}, "UsernameExistsException: User account already exists"],
    [
      { Username: "ben@example.org" },
      "InvalidParameterException: Username cannot be of email format, since user pool is configured for email alias.",
    ],
    [
      { Username: "ben", TemporaryPassword: "short1" },
      "InvalidPasswordException: Password did not conform with password policy: Password not long enough",
    ],
    [
      { Username: "ben", UserAttributes: [{ Name: "custom:x", Value: "1" }] },
      "InvalidParameterException: Attributes did not conform to the schema: Type for attribute {custom:x} could not be determined",
    ],
    [
      { Username: "ben", UserAttributes: [{ Name: "email", Value: "none" }] },
      "InvalidParameterException: Invalid email address format.",
    ],
    [
      {
        Username: "ben",
        UserAttributes: [
          { Name: "email", Value: "ann@example.org" },
          { Name: "email_verified", Value: "true" },
        ],
      },
      "AliasExistsException: An account with the given email already exists.",
    ],
  ])("refuses %j", async (changes, message) => {
    const pool = await startApiPool();
    await addUser(pool, "ann");
    expect(await refusal(pool, "AdminCreateUser", { ...ann(pool), ...changes })).toBe(message);
  });

  test("moves a verified address where it is told to", async () => {
    const pool = await startApiPool();
    await addUser(pool, "ann");
    const UserAttributes = [
      { Name: "email", Value: "ann@example.org" },
      { Name: "email_verified", Value: "true" },
    ];
    const ben = { ...ann(pool), Username: "ben", UserAttributes, ForceAliasCreation: true };
    await call(pool, "AdminCreateUser", ben);
    expect((await annShown(pool)).attributes.email_verified).toBe("false");
    const { Username } = await call(pool, "AdminGetUser", {
      ...ann(pool),
      Username: "ann@example.org",
    });
    expect(Username).toBe("ben");
  });
});

describe("an administrator", () => {
  test("finds a user by name, address and sub, in whatever letters the pool folds", async () => {
    const pool = await startApiPool();
    const { Attributes } = await addUser(pool, "ann");
    for (const Username of ["ann", "ANN", "ann@example.org", Attributes[0].Value]) {
      expect((await call(pool, "AdminGetUser", { ...ann(pool), Username })).Username).toBe("ann");
    }
    expect(await refusal(pool, "AdminGetUser", { ...ann(pool), UserPoolId: "x_1" })).toBe(
      "ResourceNotFoundException: User pool x_1 does not exist.",
    );
  });

  test("takes a user through every status", async () => {
    const pool = await startApiPool();
    const UserAttributes = [{ Name: "email", Value: "ann@example.org" }];
    const joining = { ClientId: pool.clientId, Username: "ann", Password: PASSWORD };
    await call(pool, "SignUp", { ...joining, UserAttributes });
    const statusAfter = async (operation: string, more: object = {}) => {
      expect(await call(pool, operation, { ...ann(pool), ...more })).toEqual({});
      return (await annShown(pool)).UserStatus;
    };
    expect(await statusAfter("AdminConfirmSignUp")).toBe("CONFIRMED");
    expect((await annShown(pool)).attributes.email_verified).toBe("false");
    expect(await refusal(pool, "AdminConfirmSignUp", ann(pool))).toBe(
      refused("User cannot be confirmed. Current status is CONFIRMED"),
    );
    expect(await refusal(pool, "AdminResetUserPassword", ann(pool))).toBe(
      "InvalidParameterException: Cannot reset password for the user as there is no registered/verified email or phone_number",
    );
    const verified = { UserAttributes: [{ Name: "email_verified", Value: "true" }] };
    expect(await statusAfter("AdminUpdateUserAttributes", verified)).toBe("CONFIRMED");
    expect(await statusAfter("AdminResetUserPassword")).toBe("RESET_REQUIRED");
    const reset = { ClientId: pool.clientId, Username: "ann", Password: "Other-Horse-9" };
    const ConfirmationCode = await newestCode(pool);
    expect(await call(pool, "ConfirmForgotPassword", { ...reset, ConfirmationCode })).toEqual({});
    expect((await annShown(pool)).UserStatus).toBe("CONFIRMED");
    const temporary = { Password: "Temporary-Horse-1" };
    expect(await statusAfter("AdminSetUserPassword", temporary)).toBe("FORCE_CHANGE_PASSWORD");
    expect(await refusal(pool, "AdminResetUserPassword", ann(pool))).toBe(
      refused("User password cannot be reset in the current state."),
    );
    const permanent = { Password: PASSWORD, Permanent: true };
    expect(await statusAfter("AdminSetUserPassword", permanent)).toBe("CONFIRMED");
    await statusAfter("AdminDisableUser");
    await statusAfter("AdminDisableUser");
    expect((await annShown(pool)).Enabled).toBe(false);
    await statusAfter("AdminEnableUser");
    await tokensOf(pool, "ann");
  });

  test("writes and removes attributes, and the time of the change shows", async () => {
    const pool = await startApiPool();
    await addUser(pool, "ann");
    pool.clock.advance({ minutes: 1 });
    const UserAttributes = [
      { Name: "email", Value: "new@example.org" },
      { Name: "name", Value: "Ann" },
    ];
    await call(pool, "AdminUpdateUserAttributes", { ...ann(pool), UserAttributes });
    const shown = await annShown(pool);
    expect(shown.attributes).toMatchObject({ email_verified: "false", name: "Ann" });
    expect(shown.UserLastModifiedDate).toBe(pool.clock.ms / 1000);
    expect(shown.UserCreateDate).toBe(pool.clock.ms / 1000 - 60);
    const gone = { ...ann(pool), UserAttributeNames: ["name"] };
    await call(pool, "AdminDeleteUserAttributes", gone);
    await call(pool, "AdminUpdateUserAttributes", {
      ...ann(pool),
      UserAttributes: [{ Name: "nickname", Value: "" }],
    });
    expect((await annShown(pool)).attributes).not.toHaveProperty("name");
  });

  test("signs a user out everywhere, and deletes one: nothing comes back for that", async () => {
    const pool = await startApiPool();
    await addUser(pool, "ann");
    const { AccessToken } = await tokensOf(pool, "ann");
    await call(pool, "AdminUserGlobalSignOut", ann(pool));
    expect(await refusal(pool, "GetUser", { AccessToken })).toBe(
      refused("Access Token has been revoked"),
    );
    const { status, text } = await tell(
      pool,
      "AdminDeleteUser",
      JSON.stringify(ann(pool)),
      signature,
    );
    expect([status, text]).toEqual([200, ""]);
    expect(await refusal(pool, "AdminListUserAuthEvents", ann(pool))).toMatch(/^UserNotFound/);
  });
});
