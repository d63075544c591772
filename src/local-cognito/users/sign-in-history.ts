import type { PoolDatabase, Table } from "../pool/pool-database.ts";
import type { User } from "./user.ts";

export interface SignIn {
  /** ISO 8601. */
  at: string;
  /** What the browser or program calls itself. */
  userAgent: string;
}

const mostSignIns = 20;
const longestUserAgent = 200;

/** When, and in which browser or program, each user proved who they are: the last 20 times. */
export class SignInHistory {
  readonly #database: PoolDatabase;
  readonly #signIns: Table<SignIn[]>;
  readonly #now: () => number;

  constructor(database: PoolDatabase, now: () => number) {
    this.#database = database;
    this.#signIns = database.table<SignIn[]>("sign-ins");
    this.#now = now;
  }

  /** Notes a sign-in of the user, with what the browser or program calls itself. */
  record(caller: string, { sub }: Pick<User, "sub">): void {
    const at = new Date(this.#now()).toISOString();
    const userAgent = caller.slice(0, longestUserAgent);
    this.#database.inOneWrite(() => {
      this.#signIns.put(sub, [{ at, userAgent }, ...this.list(sub)].slice(0, mostSignIns));
    });
  }

  /** The newest first. */
  list(sub: string): SignIn[] {
    return this.#signIns.get(sub) ?? [];
  }

  forget({ sub }: User): void {
    this.#signIns.remove(sub);
  }
}
