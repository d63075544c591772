import { expect, test } from "vitest";
import { addUser, claimsOf, startApiPool, tokensOf } from "./support/api-pool.ts";
import { call, refusal, signature, tell } from "./support/calls.ts";

test("groups are made, changed, shown, filled, listed by the page and removed", async () => {
  const pool = await startApiPool();
  const UserPoolId = pool.userPoolId;
  const editors = { UserPoolId, GroupName: "editors" };
  const { Group } = await call(pool, "CreateGroup", { ...editors, Precedence: 0 });
  const at = pool.clock.ms / 1000;
  expect(Group).toEqual({ ...editors, Precedence: 0, LastModifiedDate: at, CreationDate: at });
  expect(await refusal(pool, "CreateGroup", editors)).toBe(
    "GroupExistsException: A group with the name already exists.",
  );
  pool.clock.advance({ minutes: 1 });
  const updated = await call(pool, "UpdateGroup", { ...editors, Description: "They edit." });
  expect(updated.Group).toMatchObject({
    Precedence: 0,
    Description: "They edit.",
    CreationDate: at,
  });
  expect(updated.Group.LastModifiedDate).toBe(at + 60);
  expect((await call(pool, "GetGroup", editors)).Group).toEqual(updated.Group);

  await call(pool, "CreateGroup", { UserPoolId, GroupName: "authors" });
  for (const name of ["ann", "ben", "cid"]) {
    pool.clock.advance({ seconds: 1 });
    await addUser(pool, name);
  }
  for (const operation of ["AdminAddUserToGroup", "AdminAddUserToGroup"]) {
    const input = JSON.stringify({ ...editors, Username: "ann" });
    const { status, text } = await tell(pool, operation, input, signature);
    expect([status, text]).toEqual([200, ""]);
  }
  await call(pool, "AdminAddUserToGroup", { UserPoolId, GroupName: "authors", Username: "ann" });
  await call(pool, "AdminAddUserToGroup", { ...editors, Username: "ben" });
  const { IdToken } = await tokensOf(pool, "ann");
  expect(claimsOf(IdToken)["cognito:groups"]).toHaveLength(2);

  const listed = await call(pool, "AdminListGroupsForUser", { UserPoolId, Username: "ann" });
  expect(listed.Groups.map(({ GroupName }: Record<string, string>) => GroupName)).toEqual([
    "editors",
    "authors",
  ]);
  expect(listed).not.toHaveProperty("NextToken");
  expect(await call(pool, "AdminListGroupsForUser", { UserPoolId, Username: "cid" })).toEqual({
    Groups: [],
  });
  const first = await call(pool, "ListGroups", { UserPoolId, Limit: 1 });
  expect(first.Groups).toHaveLength(1);
  const second = await call(pool, "ListGroups", {
    UserPoolId,
    Limit: 1,
    NextToken: first.NextToken,
  });
  expect(second).not.toHaveProperty("NextToken");
  expect([...first.Groups, ...second.Groups].map(({ GroupName }) => GroupName)).toEqual([
    "authors",
    "editors",
  ]);
  expect(await refusal(pool, "ListGroups", { UserPoolId, NextToken: "x" })).toBe(
    "InvalidParameterException: Invalid pagination token.",
  );
  const members = await call(pool, "ListUsersInGroup", { ...editors, Limit: 1 });
  expect(members.Users.map(({ Username }: Record<string, string>) => Username)).toEqual(["ann"]);
  const others = await call(pool, "ListUsersInGroup", { ...editors, NextToken: members.NextToken });
  expect(others.Users.map(({ Username }: Record<string, string>) => Username)).toEqual(["ben"]);

  await call(pool, "AdminRemoveUserFromGroup", { ...editors, Username: "ben" });
  await call(pool, "AdminRemoveUserFromGroup", { ...editors, Username: "ben" });
  await call(pool, "DeleteGroup", editors);
  const missing = "ResourceNotFoundException: Group not found.";
  for (const operation of ["GetGroup", "UpdateGroup", "DeleteGroup", "ListUsersInGroup"]) {
    expect(await refusal(pool, operation, editors)).toBe(missing);
  }
  // The group is looked up before the user.
  const nobody = { ...editors, Username: "nobody" };
  expect(await refusal(pool, "AdminAddUserToGroup", nobody)).toBe(missing);
  const left = await call(pool, "AdminListGroupsForUser", { UserPoolId, Username: "ann" });
  expect(left.Groups).toHaveLength(1);
});
