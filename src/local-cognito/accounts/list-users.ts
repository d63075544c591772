import type { User } from "../users/user.ts";
import { type IndexName, indexedAttributes } from "../users/user-index.ts";
import type { Accounts } from "./accounts.ts";
import { refusal } from "./exceptions.ts";
import { messages } from "./messages.ts";

export interface ListUsers {
  /** `NAME = "VALUE"`, or with `^=` whoever's value begins so; everybody without. */
  filter?: string | undefined;
  limit?: number;
  /** What the page before said. */
  token?: string | undefined;
}

export interface ListedUsers {
  users: User[];
  /** Undefined on the last page. */
  token: string | undefined;
}

const mostOnAPage = 60;
const searchable: IndexName[] = [
  "username",
  "sub",
  "cognito:user_status",
  "status",
  ...indexedAttributes,
];
const filterPattern = /^\s*"?([\w:]+)"?\s*(\^?=)\s*"((?:[^"\\]|\\.)*)"\s*$/s;

/** ListUsers: a page of the users, the oldest first, or in the order of what they are filtered by. */
export function listUsers(
  accounts: Accounts,
  { filter = "", limit = mostOnAPage, token }: ListUsers,
): ListedUsers {
  const condition = filter.trim() === "" ? undefined : parseFilter(filter);
  const after = token === undefined ? undefined : placeIn(token);
  const size = limit === 0 ? mostOnAPage : limit;
  const { index = "created", value, isPrefix = false } = condition ?? {};
  if (after !== undefined && !after.startsWith(`${index}\t`)) throw invalidToken();
  const range = { index, after, limit: size, isPrefix, ...(value !== undefined && { value }) };
  const { users, next } = accounts.users.page(range);
  const matching = condition ? users.filter((user) => isMatch(accounts, user, condition)) : users;
  return { users: matching, token: next === undefined ? undefined : tokenOf(next) };
}

/** ListUsersInGroup: a page of its members, the oldest first. */
export function listUsersInGroup(
  accounts: Accounts,
  { group, limit = mostOnAPage, token }: { group: string } & Omit<ListUsers, "filter">,
): ListedUsers {
  const after = token === undefined ? undefined : placeIn(token);
  const range = { index: "group", value: group, after, limit: limit || mostOnAPage } as const;
  const { users, next } = accounts.users.page(range);
  const members = users.filter(({ groups }) => groups.includes(group));
  return { users: members, token: next === undefined ? undefined : tokenOf(next) };
}

interface Condition {
  index: IndexName;
  value: string;
  isPrefix: boolean;
}

function parseFilter(filter: string): Condition {
  const [, name, operator, quoted = ""] = filterPattern.exec(filter) ?? [];
  if (name === undefined) throw refusal("InvalidParameterException", messages.filterNotParsed);
  const index = searchable.find((known) => known === name);
  if (!index) throw refusal("InvalidParameterException", messages.notSearchable);
  return { index, value: quoted.replace(/\\(.)/gs, "$1"), isPrefix: operator === "^=" };
}

/** The index takes case for nothing and cuts long values; Cognito takes case seriously in names and states. */
function isMatch(accounts: Accounts, user: User, { index, value, isPrefix }: Condition): boolean {
  const fold = foldingOf(accounts, index);
  const actual = fold(textOf(user, index));
  return isPrefix ? actual.startsWith(fold(value)) : actual === fold(value);
}

function foldingOf({ users }: Accounts, index: IndexName): (value: string) => string {
  if (index === "username") return (value) => users.keyOf(value);
  if (index === "cognito:user_status" || index === "status") return (value) => value;
  return (value) => value.toLowerCase().normalize("NFC");
}

function textOf(user: User, index: IndexName): string {
  switch (index) {
    case "username":
      return user.username;
    case "sub":
      return user.sub;
    case "status":
      return user.enabled ? "Enabled" : "Disabled";
    case "cognito:user_status":
      return user.status;
    default:
      return user.attributes[index] ?? "";
  }
}

function tokenOf(place: string): string {
  return Buffer.from(place).toString("base64url");
}

function placeIn(token: string): string {
  const place = Buffer.from(token, "base64url").toString();
  if (tokenOf(place) !== token || !place.includes("\t")) throw invalidToken();
  return place;
}

function invalidToken() {
  return refusal("InvalidParameterException", messages.invalidToken);
}
