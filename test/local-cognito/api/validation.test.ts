import * as sdk from "@aws-sdk/client-cognito-identity-provider";
import { describe, expect, test } from "vitest";
import { checkInput } from "../../../src/local-cognito/api/model/check-input.ts";
import { inputs, operationNames, shapes } from "../../../src/local-cognito/api/model/model.ts";
import { operations } from "../../../src/local-cognito/api/operations.ts";

function problemOf(operation: string, body: object): string {
  try {
    checkInput(operation, body);
  } catch (error) {
    const { exception, message } = error as { exception: string; message: string };
    return `${exception}: ${message}`;
  }
  return "none";
}

const invalid = (text: string) => `InvalidParameterException: ${text}`;
const failed = "failed to satisfy constraint: Member must";
const userPattern = "satisfy regular expression pattern: [\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}]+";

describe("an input that breaks a constraint of AWS's model", () => {
  const signUp = { ClientId: "abc", Username: "ann", Password: "Correct-Horse-9" };

  test.each<[string, string, object, string]>([
    [
      "a member that is missing",
      "SignUp",
      { Username: "ann", Password: "Correct-Horse-9" },
      `1 validation error detected: Value null at 'clientId' ${failed} not be null`,
    ],
    [
      "a password of five characters",
      "SignUp",
      { ...signUp, Password: "Short" },
      `1 validation error detected: Value at 'password' ${failed} have length greater than or equal to 6`,
    ],
    [
      "a password with a space at its end",
      "SignUp",
      { ...signUp, Password: "Correct-Horse-9 " },
      `1 validation error detected: Value at 'password' ${failed} satisfy regular expression pattern: ^[\\S]+.*[\\S]+$`,
    ],
    [
      "a name with a space",
      "SignUp",
      { ...signUp, Username: "ann marie" },
      `1 validation error detected: Value at 'username' ${failed} ${userPattern}`,
    ],
    [
      "an empty code",
      "ConfirmSignUp",
      { ClientId: "abc", Username: "ann", ConfirmationCode: "" },
      `2 validation errors detected: Value '' at 'confirmationCode' ${failed} satisfy regular expression pattern: [\\S]+; Value '' at 'confirmationCode' ${failed} have length greater than or equal to 1`,
    ],
    [
      "a limit above sixty",
      "ListUsers",
      { UserPoolId: "eu-west-1_Ab3dE5gH1", Limit: 100 },
      `1 validation error detected: Value '100' at 'limit' ${failed} have value less than or equal to 60`,
    ],
    [
      "a flow that nobody knows",
      "InitiateAuth",
      { ClientId: "abc", AuthFlow: "MAGIC" },
      `1 validation error detected: Value 'MAGIC' at 'authFlow' ${failed} satisfy enum value set: [USER_SRP_AUTH, REFRESH_TOKEN_AUTH, REFRESH_TOKEN, CUSTOM_AUTH, ADMIN_NO_SRP_AUTH, USER_PASSWORD_AUTH, ADMIN_USER_PASSWORD_AUTH, USER_AUTH]`,
    ],
    [
      "the name of an attribute",
      "SignUp",
      { ...signUp, UserAttributes: [{ Name: "email", Value: "a@b.c" }, { Value: "x" }] },
      `1 validation error detected: Value null at 'userAttributes.2.member.name' ${failed} not be null`,
    ],
    [
      "two members at once",
      "AdminGetUser",
      { UserPoolId: "none", Username: "" },
      `3 validation errors detected: Value 'none' at 'userPoolId' ${failed} satisfy regular expression pattern: [\\w-]+_[0-9a-zA-Z]+; Value at 'username' ${failed} ${userPattern}; Value at 'username' ${failed} have length greater than or equal to 1`,
    ],
  ])("is told so: %s", (_what, operation, body, message) => {
    expect(problemOf(operation, body)).toBe(invalid(message));
  });

  test("never repeats what is secret", () => {
    const secret = "S3CRET S3CRET";
    const body = { ...signUp, Username: secret, SecretHash: secret, Password: ` ${secret}` };
    expect(problemOf("SignUp", body)).toMatch(/^InvalidParameterException: 3 validation errors/);
    expect(problemOf("SignUp", body)).not.toContain("S3CRET");
  });

  test("of another type is no input at all", () => {
    for (const [changed, words] of [
      [{ Username: 12 }, "NUMBER_VALUE can not be converted to a String"],
      [{ Username: ["ann"] }, "START_ARRAY can not be converted to a String"],
      [{ UserAttributes: "email" }, "STRING_VALUE can not be converted to a List"],
      [{ UserAttributes: ["email"] }, "STRING_VALUE can not be converted to a Structure"],
      [{ ClientMetadata: [] }, "START_ARRAY can not be converted to a Map"],
      [{ ClientMetadata: { a: 1 } }, "NUMBER_VALUE can not be converted to a String"],
    ] as const) {
      expect(problemOf("SignUp", { ...signUp, ...changed })).toBe(
        `SerializationException: ${words}`,
      );
    }
    for (const Limit of ["5", 1.5, true]) {
      expect(problemOf("ListUsers", { UserPoolId: "a_b", Limit })).toMatch(/an Integer$/);
    }
  });
});

describe("an input that keeps them", () => {
  test("has what the model has: no other member, and none that is null", () => {
    const body = { ClientId: "abc", Username: "ann", Password: "Correct-Horse-9", UserPoolId: 1 };
    const given = { ...body, ValidationData: null, UserAttributes: [null, { Name: "email" }] };
    expect(checkInput("SignUp", given)).toEqual({
      ClientId: "abc",
      Username: "ann",
      Password: "Correct-Horse-9",
      UserAttributes: [{ Name: "email" }],
    });
  });

  test("may have anything in a map of texts", () => {
    const AuthParameters = { USERNAME: "x".repeat(129), PASSWORD: "", __proto__x: "y" };
    const body = { ClientId: "abc", AuthFlow: "USER_PASSWORD_AUTH", AuthParameters };
    expect(checkInput("InitiateAuth", body)).toEqual(body);
  });

  test("brings nothing to the prototype", () => {
    const body = JSON.parse(
      '{"ClientId":"abc","Username":"ann","ClientMetadata":{"__proto__":"x"}}',
    );
    const { ClientMetadata } = checkInput("SignUp", body) as { ClientMetadata: object };
    expect(Object.getPrototypeOf(ClientMetadata)).toBe(Object.prototype);
    expect(Object.keys(ClientMetadata)).toEqual(["__proto__"]);
  });
});

describe("the model", () => {
  test("has a shape and a pattern that can be read for everything it names", () => {
    for (const shape of Object.values(shapes)) {
      if (shape.pattern) expect(() => new RegExp(shape.pattern ?? "", "u")).not.toThrow();
      const parts = [...Object.values(shape.members ?? {}), shape.member, shape.key, shape.value];
      for (const part of parts) if (part) expect(Object.keys(shapes)).toContain(part);
    }
  });

  test("has an input for every operation that is simulated", () => {
    const known = new Set(Object.keys(inputs));
    for (const name of Object.keys(operations)) {
      expect(known.has(name)).toBe(true);
      expect(operationNames).toContain(name);
    }
  });
});

test("the model has the members that the SDK's own schemas have, and requires the same", () => {
  type Schema = [number, string, string, unknown, string[], unknown, number?];
  const schemas = sdk as unknown as Record<string, Schema>;
  const differences = Object.entries(shapes).flatMap(([name, shape]) => {
    if (shape.type !== "structure") return [];
    const schema = schemas[`${name}$`];
    if (!schema) return [name];
    const [, , , , members, , required = 0] = schema;
    const ours = Object.keys(shape.members ?? {});
    const others = members.filter((member) => !ours.includes(member));
    const gone = ours.filter((member) => !members.includes(member));
    const isSame =
      members.slice(0, required).sort().join() === [...(shape.required ?? [])].sort().join();
    return [...others, ...gone, ...(isSame ? [] : ["required"])].map((what) => `${name}.${what}`);
  });
  // Newer than botocore's file; none of them is simulated.
  expect(differences.sort()).toEqual([
    "ListUserPoolClientsRequest.ClientType",
    "RevokeTokenRequest.RevokeAssociatedSessions",
    "SmsConfigurationType.EumsSms",
    "SmsConfigurationType.required",
  ]);
});
