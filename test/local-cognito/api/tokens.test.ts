import { describe, expect, test } from "vitest";
import { refresh, userInfo } from "../support/client.ts";
import { PASSWORD, type TestPool } from "../support/pool.ts";
import { addUser, claimsOf, secretHash, startApiPool, tokensOf } from "./support/api-pool.ts";
import { call, refusal } from "./support/calls.ts";

const refused = (message: string) => `NotAuthorizedException: ${message}`;

function refreshAuth(pool: TestPool, REFRESH_TOKEN: string, more: object = {}) {
  const AuthParameters = { REFRESH_TOKEN, ...more };
  return { AuthFlow: "REFRESH_TOKEN_AUTH", ClientId: pool.clientId, AuthParameters };
}

async function annIn(pool: TestPool) {
  await addUser(pool, "ann");
  return tokensOf(pool, "ann");
}

describe("a refresh token", () => {
  test("gives new tokens of the same sign-in, both ways, and stays", async () => {
    const pool = await startApiPool();
    const first = await annIn(pool);
    const group = { UserPoolId: pool.userPoolId, GroupName: "editors" };
    await call(pool, "CreateGroup", group);
    await call(pool, "AdminAddUserToGroup", { ...group, Username: "ann" });
    pool.clock.advance({ minutes: 90 });
    const ClientId = pool.clientId;
    for (const answer of [
      await call(pool, "InitiateAuth", refreshAuth(pool, first.RefreshToken)),
      await call(pool, "GetTokensFromRefreshToken", { ClientId, RefreshToken: first.RefreshToken }),
    ]) {
      const { AccessToken, IdToken, ...others } = answer.AuthenticationResult;
      expect(others).toEqual({ ExpiresIn: 3600, TokenType: "Bearer" });
      const { auth_time, origin_jti, event_id, scope } = claimsOf(first.AccessToken);
      expect(claimsOf(AccessToken)).toMatchObject({
        auth_time,
        origin_jti,
        event_id,
        scope,
        "cognito:groups": ["editors"],
      });
      expect(claimsOf(IdToken)).toMatchObject({ email: "ann@example.org" });
    }
  });

  test("of a client that rotates is exchanged, and only in the one operation", async () => {
    const pool = await startApiPool({}, { refreshTokenRotation: { graceSeconds: 0 } });
    const { RefreshToken } = await annIn(pool);
    expect(await refusal(pool, "InitiateAuth", refreshAuth(pool, RefreshToken))).toBe(
      "InvalidParameterException: Auth flow not enabled for this client",
    );
    const ClientId = pool.clientId;
    const rotate = (token: string) => ({ ClientId, RefreshToken: token });
    const { AuthenticationResult } = await call(
      pool,
      "GetTokensFromRefreshToken",
      rotate(RefreshToken),
    );
    expect(AuthenticationResult.RefreshToken).not.toBe(RefreshToken);
    expect(await refusal(pool, "GetTokensFromRefreshToken", rotate(RefreshToken))).toBe(
      "RefreshTokenReuseException: Refresh token has been used.",
    );
    await call(pool, "GetTokensFromRefreshToken", rotate(AuthenticationResult.RefreshToken));
  });

  test("that is unknown, revoked, a disabled user's or nobody's is refused by name", async () => {
    const pool = await startApiPool();
    const { RefreshToken } = await annIn(pool);
    const { RefreshToken: next } = await tokensOf(pool, "ann");
    const why = (token: string) => refusal(pool, "InitiateAuth", refreshAuth(pool, token));
    expect(await why("x")).toBe(refused("Invalid Refresh Token."));
    const ClientId = pool.clientId;
    expect(await call(pool, "RevokeToken", { ClientId, Token: RefreshToken })).toEqual({});
    expect(await why(RefreshToken)).toBe(refused("Refresh Token has been revoked"));
    const user = { UserPoolId: pool.userPoolId, Username: "ann" };
    await call(pool, "AdminDisableUser", user);
    expect(await why(next)).toBe(refused("Refresh Token has been revoked"));
  });

  test("of a client with a secret wants the hash over the user's real name", async () => {
    const pool = await startApiPool({}, { hasSecret: true });
    await addUser(pool, "ann");
    const SECRET_HASH = secretHash(pool, "ann@example.org");
    const AuthParameters = { USERNAME: "ann@example.org", PASSWORD, SECRET_HASH };
    const signIn = { AuthFlow: "USER_PASSWORD_AUTH", ClientId: pool.clientId, AuthParameters };
    const { AuthenticationResult } = await call(pool, "InitiateAuth", signIn);
    const { RefreshToken } = AuthenticationResult;
    const wrong = refreshAuth(pool, RefreshToken, { SECRET_HASH });
    expect(await refusal(pool, "InitiateAuth", wrong)).toMatch(/Unable to verify secret hash/);
    const right = refreshAuth(pool, RefreshToken, { SECRET_HASH: secretHash(pool, "ann") });
    await call(pool, "InitiateAuth", right);
    const other = { ClientId: pool.clientId, RefreshToken };
    expect(await refusal(pool, "GetTokensFromRefreshToken", other)).toMatch(/^NotAuthorized/);
    await call(pool, "GetTokensFromRefreshToken", { ...other, ClientSecret: pool.clientSecret });
  });
});

describe("revoking", () => {
  test("ends what came from the token, here and at the endpoints", async () => {
    const pool = await startApiPool({}, { hasSecret: true });
    const { clientId: ClientId, clientSecret: ClientSecret } = pool;
    await addUser(pool, "ann");
    const AuthParameters = { USERNAME: "ann", PASSWORD, SECRET_HASH: secretHash(pool, "ann") };
    const signIn = { AuthFlow: "USER_PASSWORD_AUTH", ClientId, AuthParameters };
    const { AuthenticationResult: tokens } = await call(pool, "InitiateAuth", signIn);
    // The token endpoint takes it as well.
    expect((await refresh(pool, tokens.RefreshToken)).status).toBe(200);
    expect((await userInfo(pool, tokens.AccessToken)).status).toBe(401);
    const revoke = { ClientId, ClientSecret, Token: tokens.RefreshToken };
    expect(await refusal(pool, "RevokeToken", { ...revoke, ClientSecret: undefined })).toBe(
      "UnauthorizedException: Invalid client",
    );
    expect(await refusal(pool, "RevokeToken", { ...revoke, Token: tokens.AccessToken })).toBe(
      "UnsupportedTokenTypeException: Unsupported token type",
    );
    for (const Token of [tokens.RefreshToken, tokens.RefreshToken, "unknown"]) {
      expect(await call(pool, "RevokeToken", { ...revoke, Token })).toEqual({});
    }
    expect((await refresh(pool, tokens.RefreshToken)).status).toBe(400);
    expect(await refusal(pool, "GetUser", { AccessToken: tokens.AccessToken })).toBe(
      refused("Access Token has been revoked"),
    );
  });

  test("is for the token's own client, where that revokes at all", async () => {
    const pool = await startApiPool();
    const { RefreshToken } = await annIn(pool);
    const made = await call(pool, "CreateUserPoolClient", {
      UserPoolId: pool.userPoolId,
      ClientName: "other",
      EnableTokenRevocation: false,
    });
    const { ClientId } = made.UserPoolClient;
    expect(await refusal(pool, "RevokeToken", { ClientId, Token: RefreshToken })).toBe(
      "UnsupportedOperationException: Revocation is not enabled for this client",
    );
    const UserPoolId = pool.userPoolId;
    await call(pool, "UpdateUserPoolClient", { UserPoolId, ClientId });
    expect(await refusal(pool, "RevokeToken", { ClientId, Token: RefreshToken })).toBe(
      "UnauthorizedException: Wrong client for refresh token.",
    );
  });
});
