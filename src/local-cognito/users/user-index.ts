import type { PoolDatabase, Table } from "../pool/pool-database.ts";
import type { User } from "./user.ts";

/** What users can be found by, beside their name and their verified addresses. */
export type IndexName =
  | "created"
  | "sub"
  | "group"
  | "username"
  | "email"
  | "phone_number"
  | "name"
  | "given_name"
  | "family_name"
  | "preferred_username"
  | "cognito:user_status"
  | "status";

/** A part of the index. */
export interface IndexRange {
  index: IndexName;
  /** Undefined for whoever has a value there. */
  value?: string;
  /** Whether longer values that begin so count as well. */
  isPrefix?: boolean;
  /** The place that the page before ended at. */
  after?: string | undefined;
  limit: number;
  isReverse?: boolean;
}

const attributes = [
  "email",
  "phone_number",
  "name",
  "given_name",
  "family_name",
  "preferred_username",
] as const;

/** Beyond so many characters values are not told apart: keys of the database cannot be as long as they may be. */
const longestValue = 200;
const separator = "\t";

/**
 * Finds users by what they have, in the order of its values and then of the users' age. What is found costs what it
 * is, however many others there are.
 */
export class UserIndex {
  readonly #rows: Table<string>;

  constructor(database: PoolDatabase) {
    this.#rows = database.table("user-index");
  }

  get isEmpty(): boolean {
    return this.#rows.count() === 0;
  }

  /** Brings the index up to date with one user, who is filed under this key. */
  replace(key: string, before: User | undefined, after: User | undefined): void {
    const old = before ? entriesOf(before) : [];
    const current = after ? entriesOf(after) : [];
    for (const entry of old) if (!current.includes(entry)) this.#rows.remove(entry);
    for (const entry of current) if (!old.includes(entry)) this.#rows.put(entry, key);
  }

  /** The keys that users are filed under, each with its place in the index. */
  range({ index, value, isPrefix, after, limit, isReverse }: IndexRange) {
    const end = value === undefined || isPrefix ? "" : separator;
    const prefix = `${index}${separator}${value === undefined ? "" : folded(value)}${end}`;
    if (after !== undefined && !after.startsWith(prefix)) return [];
    const rows = this.#rows.range({ prefix, after, limit, isReverse: isReverse ?? false });
    return rows.map(({ key: place, value: key }) => ({ place, key }));
  }

  /** The keys of the users who have the text somewhere in one of these values; looks at every one. */
  search(indexes: IndexName[], text: string): Set<string> {
    const found = indexes.flatMap((index) => this.#rows.range({ prefix: index + separator }));
    const holding = found.filter(({ key }) => key.split(separator)[1]?.includes(folded(text)));
    return new Set(holding.map(({ value }) => value));
  }
}

function entriesOf(user: User): string[] {
  const { attributes: given } = user;
  const values: [IndexName, string | undefined][] = [
    ["created", ""],
    ["sub", user.sub],
    ["username", user.username],
    ...attributes.map((name): [IndexName, string | undefined] => [name, given[name]]),
    ["cognito:user_status", user.status],
    ["status", user.enabled ? "Enabled" : "Disabled"],
    ...user.groups.map((group): [IndexName, string] => ["group", group]),
  ];
  return values.flatMap(([index, value]) =>
    value === undefined
      ? []
      : [[index, folded(value), `${user.createdAt} ${user.sub}`].join(separator)],
  );
}

function folded(value: string): string {
  return value.slice(0, longestValue).toLowerCase().normalize("NFC");
}
