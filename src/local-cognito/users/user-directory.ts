import type { PoolDatabase, Table } from "../pool/pool-database.ts";
import type { PoolSettings } from "../pool/pool-settings.ts";
import { keyOf, type User, type VerifiedAttribute } from "./user.ts";
import { type IndexRange, isFirstPlace, UserIndex } from "./user-index.ts";

/** A pool on somebody's own machine has no more users than this unless the options say so. */
const mostUsers = 10_000;

export type AddOutcome = "added" | "username-taken" | "email-taken" | "pool-full";

/** Thrown where a change would give a user an address that another one signs in with; nothing has changed then. */
export class AliasTaken extends Error {}

export interface DirectoryOptions {
  mostUsers?: number | undefined;
  /** Default "alias". */
  signInWith?: PoolSettings["signInWith"];
  isCaseSensitive?: boolean;
  /** Milliseconds; default `Date.now`. */
  now?: () => number;
}

export interface UserPage {
  users: User[];
  /** What the next page comes after; undefined on the last. */
  next: string | undefined;
}

type Identity = Pick<User, "username" | "sub">;

/**
 * The users of the pool, found by user name or `sub`. The e-mail address finds a user as well, unless the pool signs in by
 * names alone: from the start if it takes the place of the name, otherwise once it is verified.
 */
export class UserDirectory {
  readonly #database: PoolDatabase;
  readonly #users: Table<User>;
  readonly #aliases: Table<string>;
  readonly #index: UserIndex;
  readonly #options: DirectoryOptions;

  constructor(database: PoolDatabase, options: DirectoryOptions = {}) {
    this.#database = database;
    this.#users = database.table<User>("users");
    this.#aliases = database.table<string>("verified-emails");
    this.#index = new UserIndex(database);
    this.#options = options;
    if (!this.#index.hasWords && this.#users.count() > 0) this.#buildIndex();
  }

  /** The form under which a name or address is filed and counted in this pool. */
  keyOf(usernameOrEmail: string): string {
    const { isCaseSensitive } = this.#options;
    return isCaseSensitive ? usernameOrEmail.normalize("NFC") : keyOf(usernameOrEmail);
  }

  count(): number {
    return this.#users.count();
  }

  /** Finds by user name, by `sub`, or by an address that stands for one. */
  find(name: string): User | undefined {
    const key = this.keyOf(name);
    const holder = this.#aliases.get(key);
    return this.#users.get(holder ?? key) ?? this.#findBySub(name);
  }

  /** Finds by user name alone; with a `sub` only that very user, not a later one who took over the name. */
  get(username: string, sub?: string): User | undefined {
    const user = this.#users.get(this.keyOf(username));
    return sub === undefined || user?.sub === sub ? user : undefined;
  }

  /** The users of a part of the index, in its order. */
  page(range: IndexRange): UserPage {
    const limit = Math.min(range.limit, this.count());
    const places = this.#index.range({ ...range, limit: limit + 1 });
    const shown = places.slice(0, limit);
    const users = shown.map(({ key }) => this.#users.get(key)).filter((user) => user !== undefined);
    return { users, next: places.length > limit ? shown.at(-1)?.place : undefined };
  }

  /** Whoever has a word that begins so in their name, address or `sub`, in the order of these words. */
  search(text: string, { after, limit }: { after?: string | undefined; limit: number }): UserPage {
    const most = Math.min(limit, this.count());
    const found: { user: User; place: string }[] = [];
    let [from, isThereMore] = [after, true];
    while (isThereMore && found.length <= most) {
      const range = { index: "word", value: text, isPrefix: true, after: from } as const;
      const places = this.#index.range({ ...range, limit: most + 1 });
      for (const { key, place } of places) {
        const user = this.#users.get(key);
        if (user && isFirstPlace(user, text, place)) found.push({ user, place });
      }
      from = places.at(-1)?.place;
      isThereMore = places.length > most;
    }
    const shown = found.slice(0, most);
    const next = found.length > most ? shown.at(-1)?.place : undefined;
    return { users: shown.map(({ user }) => user), next };
  }

  /** Adds the user, unless the answer says why not; then nothing has changed. With force an address changes hands. */
  add(user: User, { isForced = false } = {}): AddOutcome {
    const key = this.keyOf(user.username);
    return this.#database.inOneWrite(() => {
      if (this.#users.get(key)) return "username-taken";
      if (this.#users.count() >= (this.#options.mostUsers ?? mostUsers)) return "pool-full";
      if (!isForced && this.#isAliasTaken(key, user)) return "email-taken";
      this.#put(key, undefined, user);
      return "added";
    });
  }

  /**
   * Puts in the user's place what the function makes of the stored one, and returns that. Undefined, with nothing changed, if
   * the function wants no change or the user is gone. Throws AliasTaken. With force an address that another user has changes
   * hands instead.
   */
  update(
    { username, sub }: Identity,
    change: (stored: User) => User | undefined,
    { isForced = false } = {},
  ): User | undefined {
    const key = this.keyOf(username);
    return this.#database.inOneWrite(() => {
      const stored = this.get(username, sub);
      const changed = stored && change(stored);
      if (!stored || !changed) return undefined;
      if (!isForced && this.#isAliasTaken(key, changed)) throw new AliasTaken();
      const { now = Date.now } = this.#options;
      const user = { ...changed, modifiedAt: new Date(now()).toISOString() };
      this.#put(key, stored, user);
      return user;
    });
  }

  /** Removes the user and gives the addresses free. */
  remove({ username }: Identity): void {
    const key = this.keyOf(username);
    this.#database.inOneWrite(() => this.#put(key, this.#users.get(key), undefined));
  }

  #findBySub(sub: string): User | undefined {
    const value = sub.toLowerCase();
    const [user] = this.page({ index: "sub", value, limit: 1 }).users;
    return user?.sub === value ? user : undefined;
  }

  #isAliasTaken(key: string, user: User): boolean {
    return this.#aliasesOf(user).some((alias) => (this.#aliases.get(alias) ?? key) !== key);
  }

  #put(key: string, before: User | undefined, after: User | undefined): void {
    const kept = after ? this.#aliasesOf(after) : [];
    for (const alias of before ? this.#aliasesOf(before) : []) {
      if (!kept.includes(alias) && this.#aliases.get(alias) === key) this.#aliases.remove(alias);
    }
    for (const alias of kept) this.#claim(alias, key);
    if (after) this.#users.put(key, after);
    else this.#users.remove(key);
    this.#index.replace(key, before, after);
  }

  #claim(alias: string, key: string): void {
    const holderKey = this.#aliases.get(alias);
    if (holderKey === key) return;
    const holder = holderKey === undefined ? undefined : this.#users.get(holderKey);
    this.#aliases.put(alias, key);
    if (!holder || holderKey === undefined) return;
    const loser = { ...holder, emailVerified: false };
    this.#users.put(holderKey, loser);
    this.#index.replace(holderKey, holder, loser);
  }

  /** Nobody signs in here by the address of a provider's user: it stays free for a user of our own. */
  #aliasesOf({ status, attributes: { email }, emailVerified }: User): string[] {
    const { signInWith = "alias" } = this.#options;
    if (status === "EXTERNAL_PROVIDER" || signInWith === "username" || !email) return [];
    return emailVerified || signInWith === "email" ? [this.keyOf(email)] : [];
  }

  #buildIndex(): void {
    this.#database.inOneWrite(() => {
      for (const { key, value } of this.#users.entries()) {
        this.#index.replace(key, undefined, value);
      }
    });
  }
}

/** The user with this attribute proven, or not. */
export function withVerified(user: User, attribute: VerifiedAttribute, isVerified: boolean): User {
  if (attribute === "email") return { ...user, emailVerified: isVerified };
  const { phone_number_verified: _before, ...attributes } = user.attributes;
  return {
    ...user,
    attributes: { ...attributes, ...(isVerified && { phone_number_verified: "true" }) },
  };
}
