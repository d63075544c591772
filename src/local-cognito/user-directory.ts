import type { PoolDatabase, Table } from "./pool-database.ts";
import { keyOf, type User } from "./user.ts";

/** A pool on somebody's own machine has no more users than this unless the options say so. */
export const MOST_USERS = 10_000;

export type AddOutcome = "added" | "username-taken" | "email-taken" | "pool-full";

/** The users of the pool: a user name, and once it is verified the e-mail address, finds one; case does not matter. */
export class UserDirectory {
  readonly #database: PoolDatabase;
  readonly #users: Table<User>;
  readonly #verifiedEmails: Table<string>;
  readonly #mostUsers: number;

  constructor(database: PoolDatabase, mostUsers = MOST_USERS) {
    this.#database = database;
    this.#users = database.table<User>("users");
    this.#verifiedEmails = database.table<string>("verified-emails");
    this.#mostUsers = mostUsers;
  }

  /** Finds by user name or verified e-mail address. */
  find(usernameOrEmail: string): User | undefined {
    const key = keyOf(usernameOrEmail);
    const holder = this.#verifiedEmails.get(key);
    return this.#users.get(holder ?? key);
  }

  /** Finds by user name alone; with a `sub` only that very user, not a later one who took over the name. */
  get(username: string, sub?: string): User | undefined {
    const user = this.#users.get(keyOf(username));
    return sub === undefined || user?.sub === sub ? user : undefined;
  }

  /** Every user, the newest first. */
  list(): User[] {
    const users = this.#users.entries().map(({ value }) => value);
    return users.sort((a, b) => b.createdAt.localeCompare(a.createdAt));
  }

  /** Adds the user, unless the answer says why not; then nothing has changed. */
  add(user: User): AddOutcome {
    const key = keyOf(user.username);
    return this.#database.inOneWrite(() => {
      if (this.#users.get(key)) return "username-taken";
      if (this.#users.count() >= this.#mostUsers) return "pool-full";
      if (user.emailVerified && !this.#claimEmail(user)) return "email-taken";
      this.#users.put(key, user);
      return "added";
    });
  }

  /**
   * Puts in the user's place what the function makes of the stored one, and returns that; undefined, and nothing
   * changes, where the function wants no change or the user is gone.
   */
  update(
    { username, sub }: Pick<User, "username" | "sub">,
    change: (stored: User) => User | undefined,
  ): User | undefined {
    return this.#database.inOneWrite(() => {
      const stored = this.get(username, sub);
      const changed = stored && change(stored);
      if (changed) this.#users.put(keyOf(username), changed);
      return changed;
    });
  }

  /** Confirms the user and the address in one step; "email-taken" when another account has verified it before. */
  confirm({ username, sub }: User): "confirmed" | "email-taken" {
    return this.#database.inOneWrite(() => {
      const user = this.get(username, sub);
      if (!user || !this.#claimEmail(user)) return "email-taken";
      const { confirmationCode: _spent, ...kept } = user;
      this.#users.put(keyOf(username), { ...kept, status: "CONFIRMED", emailVerified: true });
      return "confirmed";
    });
  }

  /** Removes the user and gives the address free. */
  remove(user: User): void {
    const key = keyOf(user.username);
    const emailKey = keyOf(user.attributes.email ?? "");
    this.#database.inOneWrite(() => {
      this.#users.remove(key);
      if (this.#verifiedEmails.get(emailKey) === key) this.#verifiedEmails.remove(emailKey);
    });
  }

  #claimEmail({ username, attributes }: User): boolean {
    const key = keyOf(username);
    const emailKey = keyOf(attributes.email ?? "");
    const holder = this.#verifiedEmails.get(emailKey);
    if (holder !== undefined && holder !== key) return false;
    this.#verifiedEmails.put(emailKey, key);
    return true;
  }
}
