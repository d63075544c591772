import {
  AdminCreateUserCommand,
  AdminSetUserPasswordCommand,
  CognitoIdentityProviderClient,
  InitiateAuthCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { startUserPool } from "express-cognito-sign-in/testing";
import { afterAll, beforeAll, expect, test } from "vitest";

let pool: Awaited<ReturnType<typeof startUserPool>>;
let cognito: CognitoIdentityProviderClient;

beforeAll(async () => {
  pool = await startUserPool({ clients: [{ name: "scripts", hasSecret: false }] });
  cognito = new CognitoIdentityProviderClient(pool.sdk);
});
afterAll(() => pool.close());

test("a user who was made by a script signs in", async () => {
  const mira = { UserPoolId: pool.userPoolId, Username: "mira" };
  const password = "Correct-Horse-9";
  await cognito.send(new AdminCreateUserCommand({ ...mira, MessageAction: "SUPPRESS" }));
  await cognito.send(
    new AdminSetUserPasswordCommand({ ...mira, Password: password, Permanent: true }),
  );

  const { AuthenticationResult } = await cognito.send(
    new InitiateAuthCommand({
      ClientId: pool.clients.find(({ name }) => name === "scripts")?.clientId,
      AuthFlow: "USER_PASSWORD_AUTH",
      AuthParameters: { USERNAME: "mira", PASSWORD: password },
    }),
  );

  expect(AuthenticationResult?.TokenType).toBe("Bearer");
});
