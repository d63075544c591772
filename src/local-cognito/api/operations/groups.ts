import {
  adminAddUserToGroup as add,
  createGroup as create,
  getGroup as find,
  adminRemoveUserFromGroup as remove,
  deleteGroup as removeGroup,
} from "../../accounts/groups.ts";
import type { Group } from "../../users/groups.ts";
import type { Context } from "../context.ts";
import { assertPool, type OfUser, userIn } from "../named.ts";
import { type Page, pageOf } from "../pages.ts";
import { seconds } from "../user-descriptions.ts";

interface OfGroup {
  UserPoolId: string;
  GroupName: string;
}

interface GroupInput extends OfGroup {
  Description?: string;
  RoleArn?: string;
  Precedence?: number;
}

export function createGroup({ pool, accounts }: Context, input: GroupInput): object {
  assertPool(pool, input.UserPoolId);
  const group = create(accounts, { name: input.GroupName, ...settingsIn(input) });
  return { Group: describe(input.UserPoolId, group) };
}

export function updateGroup({ pool, accounts }: Context, input: GroupInput): object {
  assertPool(pool, input.UserPoolId);
  const group = accounts.groups.update(find(accounts, input.GroupName), settingsIn(input));
  return { Group: describe(input.UserPoolId, group) };
}

export function getGroup({ pool, accounts }: Context, input: OfGroup): object {
  assertPool(pool, input.UserPoolId);
  return { Group: describe(input.UserPoolId, find(accounts, input.GroupName)) };
}

export function deleteGroup({ pool, accounts }: Context, input: OfGroup): undefined {
  assertPool(pool, input.UserPoolId);
  removeGroup(accounts, input.GroupName);
}

export function listGroups(
  { pool, accounts }: Context,
  input: Page & { UserPoolId: string },
): object {
  assertPool(pool, input.UserPoolId);
  const { shown, ...next } = pageOf(accounts.groups.list(), input, ({ name }) => name);
  return { Groups: shown.map((group) => describe(input.UserPoolId, group)), ...next };
}

export function adminAddUserToGroup(
  { pool, accounts }: Context,
  input: OfUser & OfGroup,
): undefined {
  assertPool(pool, input.UserPoolId);
  find(accounts, input.GroupName);
  add(accounts, userIn(pool, input), input.GroupName);
}

export function adminRemoveUserFromGroup(
  { pool, accounts }: Context,
  input: OfUser & OfGroup,
): undefined {
  assertPool(pool, input.UserPoolId);
  find(accounts, input.GroupName);
  remove(accounts, userIn(pool, input), input.GroupName);
}

export function adminListGroupsForUser({ pool, accounts }: Context, input: OfUser & Page): object {
  const groups = accounts.groups.of(userIn(pool, input));
  const { shown, ...next } = pageOf(groups, input, ({ name }) => name);
  return { Groups: shown.map((group) => describe(input.UserPoolId, group)), ...next };
}

function settingsIn({
  Description: description,
  RoleArn: roleArn,
  Precedence: precedence,
}: GroupInput) {
  return {
    ...(description !== undefined && { description }),
    ...(roleArn !== undefined && { roleArn }),
    ...(precedence !== undefined && { precedence }),
  };
}

function describe(userPoolId: string, group: Group): object {
  const { name, description, roleArn, precedence, createdAt, modifiedAt } = group;
  return {
    GroupName: name,
    UserPoolId: userPoolId,
    ...(description !== undefined && { Description: description }),
    ...(roleArn !== undefined && { RoleArn: roleArn }),
    ...(precedence !== undefined && { Precedence: precedence }),
    LastModifiedDate: seconds(modifiedAt),
    CreationDate: seconds(createdAt),
  };
}
