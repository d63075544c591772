import { randomBytes } from "node:crypto";
import type { Request, Response } from "express";
import { type Expiring, ExpiringTable } from "../pool/expiring-table.ts";
import type { PoolDatabase } from "../pool/pool-database.ts";
import { clearCookie, readCookie, setCookie } from "./cookies.ts";

export interface PendingStepsOptions {
  /** The name of the table. */
  name: string;
  /** The name of the cookie. */
  cookie: string;
  lifetimeMs: number;
  now: () => number;
}

/** Remembers what a browser is in the middle of, so that nobody else can go on with it from an address alone. */
export class PendingSteps<Step extends object> {
  readonly #table: ExpiringTable<Step>;
  readonly #options: PendingStepsOptions;

  constructor(database: PoolDatabase, options: PendingStepsOptions) {
    const { name, now } = options;
    this.#options = options;
    this.#table = new ExpiringTable(database, { name, capacity: 10_000, now });
  }

  start(res: Response, step: Step): void {
    const { cookie, lifetimeMs } = this.#options;
    const id = randomBytes(32).toString("base64url");
    this.#table.put(id, step, lifetimeMs);
    setCookie(res, cookie, id, lifetimeMs);
  }

  /** Returns what this browser has begun; undefined once it has ended, or took too long. */
  find(req: Request): Expiring<Step> | undefined {
    const id = readCookie(req, this.#options.cookie);
    return id ? this.#table.find(id) : undefined;
  }

  end(req: Request, res: Response): void {
    const id = readCookie(req, this.#options.cookie);
    clearCookie(res, this.#options.cookie);
    if (id) this.#table.remove(id);
  }

  stop(): void {
    this.#table.stop();
  }
}
