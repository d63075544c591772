import * as sdk from "@aws-sdk/client-cognito-identity-provider";
import { describe, expect, test } from "vitest";
import { PASSWORD, startPool, type TestPool } from "../local-cognito/support/pool.ts";
import { mailedCode, startBrowserPool } from "./support/browser-pool.ts";

/** As its documentation has it, with an endpoint; it wants some region and keys even here. */
function clientOf({ origin }: TestPool, changes: object = {}): sdk.CognitoIdentityProviderClient {
  return new sdk.CognitoIdentityProviderClient({
    region: "eu-west-1",
    endpoint: origin,
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
    ...changes,
  });
}

describe("the AWS SDK", () => {
  test("administers users: makes, shows, changes, lists and removes them", async () => {
    const pool = await startPool();
    const client = clientOf(pool);
    const UserPoolId = pool.userPoolId;
    const ann = { UserPoolId, Username: "ann" };
    const { User } = await client.send(
      new sdk.AdminCreateUserCommand({
        ...ann,
        UserAttributes: [
          { Name: "email", Value: "ann@example.org" },
          { Name: "email_verified", Value: "true" },
        ],
        MessageAction: "SUPPRESS",
      }),
    );
    expect(User?.UserStatus).toBe("FORCE_CHANGE_PASSWORD");
    expect(User?.UserCreateDate?.getTime()).toBe(pool.clock.ms);
    expect(User?.Attributes?.[0]?.Name).toBe("sub");
    await client.send(
      new sdk.AdminSetUserPasswordCommand({ ...ann, Password: PASSWORD, Permanent: true }),
    );
    await client.send(
      new sdk.AdminUpdateUserAttributesCommand({
        ...ann,
        UserAttributes: [{ Name: "name", Value: "Ann" }],
      }),
    );
    await client.send(new sdk.CreateGroupCommand({ UserPoolId, GroupName: "editors" }));
    await client.send(new sdk.AdminAddUserToGroupCommand({ ...ann, GroupName: "editors" }));
    const { Groups } = await client.send(new sdk.AdminListGroupsForUserCommand(ann));
    expect(Groups?.[0]).toMatchObject({ GroupName: "editors", CreationDate: expect.any(Date) });
    const shown = await client.send(new sdk.AdminGetUserCommand(ann));
    expect(shown).toMatchObject({ Enabled: true, UserStatus: "CONFIRMED" });
    expect(shown.UserAttributes).toContainEqual({ Name: "name", Value: "Ann" });
    const listed = await client.send(
      new sdk.ListUsersCommand({ UserPoolId, Filter: 'email ^= "ann@"' }),
    );
    expect(listed.Users?.map(({ Username }) => Username)).toEqual(["ann"]);
    await client.send(new sdk.AdminDeleteUserCommand(ann));
    const gone = client.send(new sdk.AdminGetUserCommand(ann));
    await expect(gone).rejects.toBeInstanceOf(sdk.UserNotFoundException);
    await expect(gone).rejects.toMatchObject({ message: "User does not exist." });
  });

  test("goes through every user, page by page", async () => {
    const pool = await startPool();
    const client = clientOf(pool);
    const UserPoolId = pool.userPoolId;
    for (const Username of ["ann", "ben", "cid", "dora", "eve"]) {
      pool.clock.advance({ seconds: 1 });
      await client.send(
        new sdk.AdminCreateUserCommand({ UserPoolId, Username, MessageAction: "SUPPRESS" }),
      );
    }
    const pages: (string | undefined)[][] = [];
    for await (const { Users = [] } of sdk.paginateListUsers(
      { client, pageSize: 2 },
      { UserPoolId },
    )) {
      pages.push(Users.map(({ Username }) => Username));
    }
    expect(pages).toEqual([["ann", "ben"], ["cid", "dora"], ["eve"]]);
  });

  test("signs up, confirms and signs in without any keys", async () => {
    const pool = await startBrowserPool();
    const client = clientOf(pool, { credentials: undefined });
    const ClientId = pool.clientId;
    const signedUp = await client.send(
      new sdk.SignUpCommand({
        ClientId,
        Username: "mira",
        Password: PASSWORD,
        UserAttributes: [{ Name: "email", Value: "mira@example.org" }],
      }),
    );
    expect(signedUp).toMatchObject({ UserConfirmed: false, UserSub: expect.any(String) });
    const ConfirmationCode = await mailedCode(pool);
    await client.send(
      new sdk.ConfirmSignUpCommand({ ClientId, Username: "mira", ConfirmationCode }),
    );
    const { AuthenticationResult: tokens } = await client.send(
      new sdk.InitiateAuthCommand({
        ClientId,
        AuthFlow: "USER_PASSWORD_AUTH",
        AuthParameters: { USERNAME: "mira", PASSWORD },
      }),
    );
    const AccessToken = tokens?.AccessToken ?? "";
    const { Username } = await client.send(new sdk.GetUserCommand({ AccessToken }));
    expect(Username).toBe("mira");
    await client.send(new sdk.GlobalSignOutCommand({ AccessToken }));
    const refused = client.send(new sdk.GetUserCommand({ AccessToken }));
    await expect(refused).rejects.toBeInstanceOf(sdk.NotAuthorizedException);
  });

  test("makes an app client, and describes the pool", async () => {
    const pool = await startPool();
    const client = clientOf(pool);
    const UserPoolId = pool.userPoolId;
    const { UserPoolClient } = await client.send(
      new sdk.CreateUserPoolClientCommand({ UserPoolId, ClientName: "spa" }),
    );
    expect(UserPoolClient?.CreationDate).toBeInstanceOf(Date);
    const { UserPool } = await client.send(new sdk.DescribeUserPoolCommand({ UserPoolId }));
    expect(UserPool?.SchemaAttributes).toHaveLength(20);
    const { UserPools } = await client.send(new sdk.ListUserPoolsCommand({ MaxResults: 10 }));
    expect(UserPools?.map(({ Id }) => Id)).toEqual([UserPoolId]);
  });
});
