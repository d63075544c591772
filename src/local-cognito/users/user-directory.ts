import type { PoolDatabase, Table } from "../pool/pool-database.ts";
import type { PoolSettings } from "../pool/pool-settings.ts";
import { keyOf, type User } from "./user.ts";

/** A pool on somebody's own machine has no more users than this unless the options say so. */
const mostUsers = 10_000;

export type AddOutcome = "added" | "username-taken" | "email-taken" | "pool-full";

export interface DirectoryOptions {
  mostUsers?: number | undefined;
  /** Default "alias". */
  signInWith?: PoolSettings["signInWith"];
  isCaseSensitive?: boolean;
}

/**
 * The users of the pool. A user name finds one, and unless names are all that people sign in with the e-mail address:
 * from the start where it takes the place of the name, otherwise once it is verified.
 */
export class UserDirectory {
  readonly #database: PoolDatabase;
  readonly #users: Table<User>;
  readonly #verifiedEmails: Table<string>;
  readonly #mostUsers: number;
  readonly #signInWith: PoolSettings["signInWith"];
  readonly #isCaseSensitive: boolean;

  constructor(database: PoolDatabase, options: DirectoryOptions = {}) {
    this.#database = database;
    this.#users = database.table<User>("users");
    this.#verifiedEmails = database.table<string>("verified-emails");
    this.#mostUsers = options.mostUsers ?? mostUsers;
    this.#signInWith = options.signInWith ?? "alias";
    this.#isCaseSensitive = options.isCaseSensitive ?? false;
  }

  /** The form under which a name or address is filed and counted in this pool. */
  keyOf(usernameOrEmail: string): string {
    return this.#isCaseSensitive ? usernameOrEmail.normalize("NFC") : keyOf(usernameOrEmail);
  }

  count(): number {
    return this.#users.count();
  }

  /** Finds by user name or by an address that stands for one. */
  find(usernameOrEmail: string): User | undefined {
    const key = this.keyOf(usernameOrEmail);
    const holder = this.#verifiedEmails.get(key);
    return this.#users.get(holder ?? key);
  }

  /** Finds by user name alone; with a `sub` only that very user, not a later one who took over the name. */
  get(username: string, sub?: string): User | undefined {
    const user = this.#users.get(this.keyOf(username));
    return sub === undefined || user?.sub === sub ? user : undefined;
  }

  /** Every user, the newest first. */
  list(): User[] {
    const users = this.#users.entries().map(({ value }) => value);
    return users.sort((a, b) => b.createdAt.localeCompare(a.createdAt));
  }

  /** Adds the user, unless the answer says why not; then nothing has changed. */
  add(user: User): AddOutcome {
    const key = this.keyOf(user.username);
    return this.#database.inOneWrite(() => {
      if (this.#users.get(key)) return "username-taken";
      if (this.#users.count() >= this.#mostUsers) return "pool-full";
      const standsForName = user.emailVerified || this.#signInWith === "email";
      if (standsForName && !this.#claimEmail(user)) return "email-taken";
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
      if (changed) this.#users.put(this.keyOf(username), changed);
      return changed;
    });
  }

  /** Confirms the user and the address in one step; "email-taken" when another account has verified it before. */
  confirm({ username, sub }: User): "confirmed" | "email-taken" {
    return this.#database.inOneWrite(() => {
      const user = this.get(username, sub);
      if (!user || !this.#claimEmail(user)) return "email-taken";
      const { confirmationCode: _spent, ...kept } = user;
      this.#users.put(this.keyOf(username), { ...kept, status: "CONFIRMED", emailVerified: true });
      return "confirmed";
    });
  }

  /** Removes the user and gives the address free. */
  remove(user: User): void {
    const key = this.keyOf(user.username);
    const emailKey = this.keyOf(user.attributes.email ?? "");
    this.#database.inOneWrite(() => {
      this.#users.remove(key);
      if (this.#verifiedEmails.get(emailKey) === key) this.#verifiedEmails.remove(emailKey);
    });
  }

  #claimEmail({ username, status, attributes }: User): boolean {
    // Nobody signs in here by the address of a provider's user: it stays free for a user of our own.
    if (status === "EXTERNAL_PROVIDER" || this.#signInWith === "username") return true;
    if (!attributes.email) return true;
    const key = this.keyOf(username);
    const emailKey = this.keyOf(attributes.email);
    const holder = this.#verifiedEmails.get(emailKey);
    if (holder !== undefined && holder !== key) return false;
    this.#verifiedEmails.put(emailKey, key);
    return true;
  }
}
