import { randomUUID } from "node:crypto";
import type { StoredPassword } from "./passwords.ts";
import type { PoolDatabase, Table } from "./pool-database.ts";

export type UserStatus = "UNCONFIRMED" | "CONFIRMED";

export interface User {
  username: string;
  sub: string;
  status: UserStatus;
  enabled: boolean;
  /** Standard and `custom:` attributes by name; values are always strings. */
  attributes: { email: string; [name: string]: string };
  emailVerified: boolean;
  groups: string[];
  /** ISO 8601. */
  createdAt: string;
  password: StoredPassword;
  /** The newest sign-up code, until it is used. */
  confirmationCode?: ConfirmationCode;
}

export interface ConfirmationCode {
  code: string;
  sentAt: number;
  /** Milliseconds, as `sentAt`. */
  expiresAt: number;
}

export interface NewUser {
  username: string;
  email: string;
  password: StoredPassword;
  confirmationCode: ConfirmationCode;
  createdAt: string;
}

/** The users of the pool: a user name, and once it is verified the e-mail address, finds one; case does not matter. */
export class UserDirectory {
  readonly #database: PoolDatabase;
  readonly #users: Table<User>;
  readonly #verifiedEmails: Table<string>;

  constructor(database: PoolDatabase) {
    this.#database = database;
    this.#users = database.table<User>("users");
    this.#verifiedEmails = database.table<string>("verified-emails");
  }

  /** Finds by user name or verified e-mail address. */
  find(usernameOrEmail: string): User | undefined {
    const key = keyOf(usernameOrEmail);
    const holder = this.#verifiedEmails.get(key);
    return this.#users.get(holder ?? key);
  }

  /** Finds by user name alone. */
  get(username: string): User | undefined {
    return this.#users.get(keyOf(username));
  }

  /** Every user, the newest first. */
  list(): User[] {
    const users = this.#users.entries().map(({ value }) => value);
    return users.sort((a, b) => b.createdAt.localeCompare(a.createdAt));
  }

  /** Adds an unconfirmed user; false when the user name is taken, and then nothing has changed. */
  add({ email, ...newUser }: NewUser): boolean {
    const key = keyOf(newUser.username);
    const user: User = {
      ...newUser,
      sub: randomUUID(),
      status: "UNCONFIRMED",
      enabled: true,
      attributes: { email },
      emailVerified: false,
      groups: [],
    };
    return this.#database.inOneWrite(() => {
      if (this.#users.get(key)) return false;
      this.#users.put(key, user);
      return true;
    });
  }

  /** Replaces the sign-up code: only the newest works. */
  setConfirmationCode(username: string, confirmationCode: ConfirmationCode): void {
    const key = keyOf(username);
    this.#database.inOneWrite(() => {
      const user = this.#users.get(key);
      if (user) this.#users.put(key, { ...user, confirmationCode });
    });
  }

  /** Confirms the user and the address in one step; "email-taken" when another account has verified it before. */
  confirm(username: string): "confirmed" | "email-taken" {
    const key = keyOf(username);
    return this.#database.inOneWrite(() => {
      const user = this.#users.get(key);
      if (!user) return "email-taken";
      const emailKey = keyOf(user.attributes.email);
      const holder = this.#verifiedEmails.get(emailKey);
      if (holder !== undefined && holder !== key) return "email-taken";
      const { confirmationCode: _spent, ...kept } = user;
      this.#users.put(key, { ...kept, status: "CONFIRMED", emailVerified: true });
      this.#verifiedEmails.put(emailKey, key);
      return "confirmed";
    });
  }
}

/** The form under which a name is filed and counted; people may type it in any case and any spelling of its accents. */
export function keyOf(usernameOrEmail: string): string {
  return usernameOrEmail.toLowerCase().normalize("NFC");
}

/** The address as it may be shown to somebody who only knows the account: `j****@e****`. */
export function maskEmail(email: string): string {
  const [name = "", host = ""] = email.split("@");
  return `${name.slice(0, 1)}****@${host.slice(0, 1)}****`;
}
