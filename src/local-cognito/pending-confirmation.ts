import { randomBytes } from "node:crypto";
import type { Request, Response } from "express";
import { hostedCookie, readCookie } from "./cookies.ts";
import { ExpiringTable } from "./expiring-table.ts";
import type { PoolDatabase } from "./pool-database.ts";
import type { User, UserDirectory } from "./user-directory.ts";

const COOKIE = "page-data";
// Twice as long as a code is good for, so that the page can still say that it has expired and send another.
const LIFETIME_MS = 2 * 24 * 60 * 60 * 1000;

/** Remembers which user a browser has proven the password of, so that the code alone completes the sign-up. */
export class PendingConfirmations {
  readonly #table: ExpiringTable<{ username: string }>;
  readonly #users: UserDirectory;

  constructor(database: PoolDatabase, users: UserDirectory, now: () => number) {
    this.#users = users;
    const options = { name: "pending-confirmations", capacity: 10_000, now };
    this.#table = new ExpiringTable(database, options);
  }

  start(res: Response, username: string): void {
    const id = randomBytes(32).toString("base64url");
    this.#table.put(id, { username }, LIFETIME_MS);
    res.cookie(COOKIE, id, { ...hostedCookie, maxAge: LIFETIME_MS });
  }

  /** Returns the user this browser is about to confirm; undefined once that has happened. */
  find(req: Request): User | undefined {
    const id = readCookie(req, COOKIE);
    const row = id ? this.#table.find(id) : undefined;
    const user = row && this.#users.get(row.username);
    return user?.status === "UNCONFIRMED" ? user : undefined;
  }

  end(req: Request, res: Response): void {
    const id = readCookie(req, COOKIE);
    res.clearCookie(COOKIE, hostedCookie);
    if (id) this.#table.remove(id);
  }

  stop(): void {
    this.#table.stop();
  }
}
