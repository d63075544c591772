import { assumptions } from "../../../src/local-cognito/assumptions.ts";
import { call, hiding, NOBODY, nobody, post, refused } from "../calling.ts";
import type { Question } from "../question.ts";

const PASSWORD = "Correct-Horse-9";
const code = { ConfirmationCode: "123456" };
const expiredCode = {
  exception: "ExpiredCodeException",
  message: "Invalid code provided, please request a code again.",
};
const longName = "x".repeat(33);

/** What the JSON API says without an administrator's keys. No call changes anything. */
export const apiQuestions: Question[] = [
  refused(
    "1.3",
    "an operation that there is not",
    "NoSuchOperation",
    () => ({}),
    { exception: "UnknownOperationException" },
    { unsure: "no switch" },
  ),
  {
    section: "API 1.3",
    title: "API: a body that is not JSON is refused",
    async ask(pool) {
      const { status, text } = await post(pool, "GetUser", "{");
      return { status, exception: JSON.parse(text).__type };
    },
    expected: () => ({ status: 400, exception: "SerializationException" }),
  },
  refused(
    "1.4",
    "an administrator's operation without a signature",
    "ListUsers",
    ({ issuer }) => ({ UserPoolId: issuer.split("/").at(-1) }),
    {
      exception: "MissingAuthenticationTokenException",
      message: "Missing Authentication Token",
    },
  ),
  refused(
    "1.5",
    "what has two faults",
    "ConfirmSignUp",
    (pool) => ({ ...nobody(pool), ConfirmationCode: "" }),
    {
      exception: "InvalidParameterException",
      message:
        "2 validation errors detected: Value '' at 'confirmationCode' failed to satisfy constraint: " +
        "Member must satisfy regular expression pattern: [\\S]+; " +
        "Value '' at 'confirmationCode' failed to satisfy constraint: Member must have length greater than or equal to 1",
    },
  ),
  refused(
    "1.5",
    "a member of a list, by its path",
    "SignUp",
    (pool) => ({ ...nobody(pool), Password: PASSWORD, UserAttributes: [{ Name: longName }] }),
    {
      exception: "InvalidParameterException",
      message:
        `1 validation error detected: Value '${longName}' at 'userAttributes.1.member.name' ` +
        "failed to satisfy constraint: Member must have length less than or equal to 32",
    },
    { unsure: "no switch" },
  ),
  {
    section: "API 1.6",
    title: "API: a preflight gets back the headers that it asks for",
    async ask({ send, issuer }) {
      const asked = "content-type,x-amz-target,x-amz-user-agent";
      const { status, headers } = await send("OPTIONS", `${new URL(issuer).origin}/`, {
        headers: {
          origin: "http://localhost:3000",
          "access-control-request-method": "POST",
          "access-control-request-headers": asked,
        },
      });
      return {
        status,
        origin: headers["access-control-allow-origin"],
        hasAskedHeaders: headers["access-control-allow-headers"] === asked,
        methods: headers["access-control-allow-methods"],
        seconds: headers["access-control-max-age"],
      };
    },
    expected: () => ({
      status: 200,
      origin: "*",
      hasAskedHeaders: true,
      methods: "POST",
      seconds: String(assumptions.preflightSeconds),
    }),
  },
  refused("2.2", "a token that is none", "GetUser", () => ({ AccessToken: "made-up" }), {
    exception: "NotAuthorizedException",
    message: "Invalid Access Token",
  }),
  refused(
    "2.3",
    "a client that there is not",
    "ForgotPassword",
    () => ({ ClientId: "nosuchclient", Username: NOBODY }),
    {
      exception: "ResourceNotFoundException",
      message: "User pool client nosuchclient does not exist.",
    },
  ),
  refused(
    "2.3",
    "no secret hash",
    "ForgotPassword",
    ({ clientId }) => ({ ClientId: clientId, Username: NOBODY }),
    {
      exception: "NotAuthorizedException",
      message: "Client CLIENT is configured with secret but SECRET_HASH was not received",
    },
  ),
  refused(
    "2.3",
    "a wrong secret hash",
    "ForgotPassword",
    (pool) => ({ ...nobody(pool), SecretHash: "d3Jvbmc=" }),
    {
      exception: "NotAuthorizedException",
      message: "Unable to verify secret hash for client CLIENT",
    },
  ),
  ...["ForgotPassword", "ResendConfirmationCode"].map(madeUpDelivery),
  refused(
    "2.4",
    "a code of somebody who does not exist",
    "ConfirmSignUp",
    (pool) => ({ ...nobody(pool), ...code }),
    expiredCode,
    { unsure: "no switch", note: hiding },
  ),
  refused(
    "2.4",
    "a new password where no code was asked for",
    "ConfirmForgotPassword",
    (pool) => ({ ...nobody(pool, `${NOBODY}-who-asked-for-none`), ...code, Password: PASSWORD }),
    expiredCode,
    { note: hiding },
  ),
  refused(
    "2.6",
    "sign-up with an attribute that there is not",
    "SignUp",
    (pool) => ({
      ...nobody(pool),
      Password: PASSWORD,
      UserAttributes: [
        { Name: "email", Value: "nobody@example.org" },
        { Name: "custom:no-such", Value: "x" },
      ],
    }),
    {
      exception: "InvalidParameterException",
      message:
        "Attributes did not conform to the schema: Type for attribute {custom:no-such} could not be determined",
    },
    { note: "The pool may let nobody sign up, or want more attributes." },
  ),
  refused(
    "3.7",
    "a made-up refresh token",
    "GetTokensFromRefreshToken",
    ({ clientId: ClientId, clientSecret: ClientSecret }) => ({
      RefreshToken: "made-up",
      ClientId,
      ClientSecret,
    }),
    { exception: "NotAuthorizedException", message: "Invalid Refresh Token." },
  ),
  refused(
    "3.7",
    "a refresh with another secret",
    "GetTokensFromRefreshToken",
    ({ clientId: ClientId }) => ({
      RefreshToken: "made-up",
      ClientId,
      ClientSecret: "anothersecretanothersecret",
    }),
    {
      exception: "NotAuthorizedException",
      message: "Unable to verify secret hash for client CLIENT",
    },
    { unsure: "no switch" },
  ),
  {
    section: "API 3.7",
    title: "API: a made-up token is revoked",
    ask: (pool) => {
      const { clientId: ClientId, clientSecret: ClientSecret } = pool;
      return call(pool, "RevokeToken", { Token: "made-up", ClientId, ClientSecret });
    },
    expected: () => ({ status: 200 }),
    unsure: "no switch",
  },
];

function madeUpDelivery(operation: string): Question {
  return {
    section: "API 2.4",
    title: `API: ${operation} seems to send somebody who does not exist a code`,
    async ask(pool) {
      const { status, text } = await post(pool, operation, JSON.stringify(nobody(pool)));
      const { CodeDeliveryDetails = {} } = JSON.parse(text);
      const { Destination = "", ...details } = CodeDeliveryDetails;
      return { status, ...details, isMasked: Destination.includes("***") };
    },
    expected: () => ({
      status: 200,
      AttributeName: "email",
      DeliveryMedium: "EMAIL",
      isMasked: true,
    }),
    note: hiding,
  };
}
