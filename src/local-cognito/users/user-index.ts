import type { PoolDatabase, Table } from "../pool/pool-database.ts";
import type { User } from "./user.ts";

/** What users can be found by, beside their name and their verified addresses. */
export type IndexName =
  | "created"
  | "word"
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

/** The attributes that users can be found by. */
export const indexedAttributes = [
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
const wordStarts = /(?<![\p{L}\p{N}])[\p{L}\p{N}]/gu;
const wordStart = new RegExp(wordStarts, "uy");

/**
 * Finds users by what they have, in the order of its values and then of the users' age. What is found costs what it
 * is, however many others there are.
 */
export class UserIndex {
  readonly #rows: Table<string>;

  constructor(database: PoolDatabase) {
    this.#rows = database.table("user-index");
  }

  /** False where it is empty, and in a database from before words were in it. */
  get hasWords(): boolean {
    return this.#rows.range({ prefix: `word${separator}`, limit: 1 }).length > 0;
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
}

/** Whether this place is the first of those that the user has under words that begin so: the others are repetitions. */
export function isFirstPlace(user: User, text: string, place: string): boolean {
  const start = folded(text);
  const matching = namesOf(user).flatMap((name) =>
    placesIn(name, start).map((at) => name.slice(at)),
  );
  return matching.sort()[0] === place.split(separator)[1];
}

/** Where the text is in a name, as the beginning of a word. */
function placesIn(name: string, text: string): number[] {
  const places: number[] = [];
  for (let at = name.indexOf(text); at !== -1; at = name.indexOf(text, at + 1)) {
    wordStart.lastIndex = at;
    if (at === 0 || wordStart.test(name)) places.push(at);
  }
  return places;
}

/** What follows each beginning of a word in a name, to the end: `mira@example.org`, `example.org`, `org`. */
function wordsIn(name: string): string[] {
  return [name, ...[...name.matchAll(wordStarts)].map(({ index }) => name.slice(index))];
}

function namesOf({ username, sub, attributes: { email = "" } }: User): string[] {
  return [username, email, sub].filter((name) => name !== "").map(folded);
}

function entriesOf(user: User): string[] {
  const { attributes: given } = user;
  const words = [...new Set(namesOf(user).flatMap(wordsIn))];
  const values: [IndexName, string | undefined][] = [
    ["created", ""],
    ["sub", user.sub],
    ["username", user.username],
    ...indexedAttributes.map((name): [IndexName, string | undefined] => [name, given[name]]),
    ["cognito:user_status", user.status],
    ["status", user.enabled ? "Enabled" : "Disabled"],
    ...words.map((word): [IndexName, string] => ["word", word]),
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
