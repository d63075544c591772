import { getGroup } from "../../accounts/groups.ts";
import { listUsers as list, listUsersInGroup as listMembers } from "../../accounts/list-users.ts";
import type { Context } from "../context.ts";
import { ApiException } from "../exceptions.ts";
import { assertPool } from "../named.ts";
import { describeUser } from "../user-descriptions.ts";

interface ListUsers {
  UserPoolId: string;
  AttributesToGet?: string[];
  Limit?: number;
  PaginationToken?: string;
  Filter?: string;
}

export function listUsers({ pool, accounts }: Context, input: ListUsers): object {
  assertPool(pool, input.UserPoolId);
  const {
    Filter: filter,
    Limit: limit = 0,
    PaginationToken: token,
    AttributesToGet: names,
  } = input;
  const { users, token: next } = list(accounts, { filter, limit, token });
  const all = users.map(describeUser);
  const described = names?.length ? narrowed(all, names) : all;
  return { Users: described, ...(next !== undefined && { PaginationToken: next }) };
}

type Described = ReturnType<typeof describeUser>;

/** Only these attributes; a name that nobody in the page has is a mistake, as far as anybody is there. */
function narrowed(users: Described[], names: string[]): Described[] {
  const known = new Set(users.flatMap(({ Attributes }) => Attributes.map(({ Name }) => Name)));
  if (users.length > 0 && !names.every((name) => known.has(name))) {
    throw new ApiException(
      "InvalidParameterException",
      "One or more requested attributes do not exist.",
    );
  }
  return users.map((user) => ({
    ...user,
    Attributes: user.Attributes.filter(({ Name }) => names.includes(Name)),
  }));
}

export function listUsersInGroup(
  { pool, accounts }: Context,
  input: { UserPoolId: string; GroupName: string; Limit?: number; NextToken?: string },
): object {
  assertPool(pool, input.UserPoolId);
  const { GroupName: group, Limit: limit = 0, NextToken: token } = input;
  getGroup(accounts, group);
  const { users, token: next } = listMembers(accounts, { group, limit, token });
  return { Users: users.map(describeUser), ...(next !== undefined && { NextToken: next }) };
}
