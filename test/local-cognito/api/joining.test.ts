import { describe, expect, test } from "vitest";
import { PASSWORD, type TestPool } from "../support/pool.ts";
import { addUser, mailsOf, newestCode, startApiPool, tokensOf } from "./support/api-pool.ts";
import { call, refusal } from "./support/calls.ts";

const refused = (message: string) => `NotAuthorizedException: ${message}`;
const unknownName = "UserNotFoundException: Username/client id combination not found.";
const expired = "ExpiredCodeException: Invalid code provided, please request a code again.";
const mismatch = "CodeMismatchException: Invalid verification code provided, please try again.";
const delivered = {
  CodeDeliveryDetails: {
    Destination: "a***@e***",
    DeliveryMedium: "EMAIL",
    AttributeName: "email",
  },
};

function ann({ clientId }: TestPool) {
  return { ClientId: clientId, Username: "ann" };
}

function joining(pool: TestPool, changes: object = {}) {
  const UserAttributes = [{ Name: "email", Value: "ann@example.org" }];
  return { ...ann(pool), Password: PASSWORD, UserAttributes, ...changes };
}

describe("SignUp", () => {
  test("makes a user who confirms by the newest code, here or on the page", async () => {
    const pool = await startApiPool();
    const signedUp = await call(pool, "SignUp", joining(pool));
    expect(signedUp).toEqual({ UserConfirmed: false, UserSub: expect.any(String), ...delivered });
    const first = await newestCode(pool);
    expect(await call(pool, "ResendConfirmationCode", ann(pool))).toEqual(delivered);
    const confirm = (ConfirmationCode: string) => ({ ...ann(pool), ConfirmationCode });
    const code = await newestCode(pool);
    if (first !== code) {
      expect(await refusal(pool, "ConfirmSignUp", confirm(first))).toBe(mismatch);
    }
    expect(await call(pool, "ConfirmSignUp", confirm(code))).toEqual({});
    expect(await refusal(pool, "ConfirmSignUp", confirm(code))).toBe(
      refused("User cannot be confirmed. Current status is CONFIRMED"),
    );
    expect(await refusal(pool, "ResendConfirmationCode", ann(pool))).toBe(
      "InvalidParameterException: User is already confirmed.",
    );
    await tokensOf(pool, "ann");
  });

  test.each<[object, string]>([
    [{}, "UsernameExistsException: User already exists"],
    [
      { Username: "ben", Password: "no-capitals-9" },
      "InvalidPasswordException: Password did not conform with policy: Password must have uppercase characters",
    ],
    [
      { Username: "ben", UserAttributes: [] },
      "InvalidParameterException: Attributes did not conform to the schema: email: The attribute is required\n",
    ],
    [
      {
        Username: "ben",
        UserAttributes: [
          { Name: "email", Value: "ben@example.org" },
          { Name: "email_verified", Value: "true" },
        ],
      },
      refused("A client attempted to write unauthorized attribute"),
    ],
    [
      { Username: "ben@example.org" },
      "InvalidParameterException: Username cannot be of email format, since user pool is configured for email alias.",
    ],
  ])("refuses %j", async (changes, message) => {
    const pool = await startApiPool();
    await addUser(pool, "ann");
    const words = await refusal(pool, "SignUp", joining(pool, changes));
    expect(words.trim()).toBe(message.trim());
  });

  test("is closed where only administrators make users", async () => {
    const pool = await startApiPool({ allowsSignUp: false });
    expect(await refusal(pool, "SignUp", joining(pool))).toBe(
      refused("SignUp is not permitted for this user pool"),
    );
  });

  test("tells of an address that is taken only when it is to be confirmed, and may take it then", async () => {
    const pool = await startApiPool();
    await addUser(pool, "ann");
    await call(pool, "SignUp", joining(pool, { Username: "ben" }));
    const ConfirmationCode = await newestCode(pool);
    const confirm = { ...ann(pool), Username: "ben", ConfirmationCode };
    expect(await refusal(pool, "ConfirmSignUp", confirm)).toBe(
      "AliasExistsException: An account with the given email already exists.",
    );
    await call(pool, "ConfirmSignUp", { ...confirm, ForceAliasCreation: true });
    await tokensOf(pool, "ben");
  });
});

describe("a forgotten password", () => {
  test("is replaced by whoever has the code", async () => {
    const pool = await startApiPool();
    await addUser(pool, "ann");
    const reset = { ...ann(pool), Password: "Other-Horse-9" };
    expect(await refusal(pool, "ConfirmForgotPassword", { ...reset, ConfirmationCode: "1" })).toBe(
      expired,
    );
    expect(await call(pool, "ForgotPassword", ann(pool))).toEqual(delivered);
    const code = await newestCode(pool);
    expect(await refusal(pool, "ConfirmForgotPassword", { ...reset, ConfirmationCode: "1" })).toBe(
      mismatch,
    );
    const weak = { ...reset, Password: "no-capitals-9", ConfirmationCode: code };
    expect(await refusal(pool, "ConfirmForgotPassword", weak)).toBe(
      "InvalidPasswordException: Password does not conform to policy: Password must have uppercase characters",
    );
    await call(pool, "ConfirmForgotPassword", { ...reset, ConfirmationCode: code });
    await tokensOf(pool, "ann", "Other-Horse-9");
  });

  test("of a name that nobody has is told of, or not, as the client is set", async () => {
    for (const hidesUserExistence of [true, false]) {
      const pool = await startApiPool({}, { hidesUserExistence });
      const nobody = { ...ann(pool), Username: "nobody" };
      const code = { ...nobody, ConfirmationCode: "123456" };
      if (hidesUserExistence) {
        for (const operation of ["ForgotPassword", "ResendConfirmationCode"]) {
          const { CodeDeliveryDetails } = await call(pool, operation, nobody);
          expect(CodeDeliveryDetails.Destination).toMatch(/^[a-z]\*\*\*@[a-z]\*\*\*$/);
        }
        expect(await mailsOf(pool)).toEqual([]);
        expect(await refusal(pool, "ConfirmForgotPassword", { ...code, Password: PASSWORD })).toBe(
          mismatch,
        );
        expect(await refusal(pool, "ConfirmSignUp", code)).toBe(expired);
        continue;
      }
      for (const operation of ["ForgotPassword", "ResendConfirmationCode"]) {
        expect(await refusal(pool, operation, nobody)).toBe(unknownName);
      }
      expect(await refusal(pool, "ConfirmForgotPassword", { ...code, Password: PASSWORD })).toBe(
        unknownName,
      );
      expect(await refusal(pool, "ConfirmSignUp", code)).toBe(unknownName);
    }
  });

  test("cannot be recovered without a verified address, nor before there was one of one's own", async () => {
    const pool = await startApiPool({}, { hidesUserExistence: false });
    await addUser(pool, "ann", { email_verified: "false" });
    expect(await refusal(pool, "ForgotPassword", ann(pool))).toBe(
      "InvalidParameterException: Cannot reset password for the user as there is no registered/verified email or phone_number",
    );
    const user = { UserPoolId: pool.userPoolId, Username: "ann" };
    await call(pool, "AdminSetUserPassword", { ...user, Password: "Temporary-Horse-1" });
    expect(await refusal(pool, "ForgotPassword", ann(pool))).toBe(
      refused("User password cannot be reset in the current state."),
    );
    await call(pool, "AdminDisableUser", user);
    expect(await refusal(pool, "ForgotPassword", ann(pool))).toBe(refused("User is disabled."));
  });
});
