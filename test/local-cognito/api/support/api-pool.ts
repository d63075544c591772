import { createHmac } from "node:crypto";
import type { LocalCognitoOptions } from "../../../../src/local-cognito/local-cognito.ts";
import {
  type ClientSettings,
  type PoolSettings,
  tutorialSettings,
  withFirstClient,
} from "../../../../src/local-cognito/pool/pool-settings.ts";
import { send } from "../../support/http.ts";
import { PASSWORD, startPool, type TestPool } from "../../support/pool.ts";
import { type ApiAnswer, call } from "./calls.ts";

/** Starts a pool whose client has no secret, unless the test says so. */
export function startApiPool(
  changes: Partial<PoolSettings> = {},
  client: Partial<ClientSettings> = {},
  options: Partial<LocalCognitoOptions> = {},
): Promise<TestPool> {
  const settings = withFirstClient(
    { ...tutorialSettings, ...changes },
    { hasSecret: false, ...client },
  );
  return startPool({ settings, ...options });
}

/** Puts somebody with a verified address and a password of their own into the pool. */
export async function addUser(
  pool: TestPool,
  name: string,
  attributes: Record<string, string> = {},
) {
  const user = { UserPoolId: pool.userPoolId, Username: name };
  const all = { email: `${name}@example.org`, email_verified: "true", ...attributes };
  const UserAttributes = Object.entries(all).map(([Name, Value]) => ({ Name, Value }));
  const created = await call(pool, "AdminCreateUser", {
    ...user,
    UserAttributes,
    MessageAction: "SUPPRESS",
  });
  await call(pool, "AdminSetUserPassword", { ...user, Password: PASSWORD, Permanent: true });
  return created.User;
}

/** The input of a sign-in with a password. */
export function passwordAuth(pool: TestPool, USERNAME: string, password = PASSWORD) {
  const AuthParameters = { USERNAME, PASSWORD: password };
  return { AuthFlow: "USER_PASSWORD_AUTH", ClientId: pool.clientId, AuthParameters };
}

/** Signs in with a password, and returns the tokens. */
export async function tokensOf(pool: TestPool, name: string, password = PASSWORD) {
  const answer = await call(pool, "InitiateAuth", passwordAuth(pool, name, password));
  return answer.AuthenticationResult as ApiAnswer["body"];
}

export function secretHash({ clientId, clientSecret }: TestPool, username: string): string {
  return createHmac("sha256", clientSecret)
    .update(username + clientId)
    .digest("base64");
}

export function claimsOf(token: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString());
}

/** The inbox, the newest mail first. */
export async function mailsOf(pool: TestPool): Promise<{ to: string; code: string }[]> {
  const headers = { accept: "application/json" };
  return JSON.parse((await send(`${pool.origin}/_local/inbox`, { headers })).text);
}

export async function newestCode(pool: TestPool): Promise<string> {
  return (await mailsOf(pool))[0]?.code ?? "";
}
