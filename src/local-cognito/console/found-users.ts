import type { Request } from "express";
import type { User } from "../users/user.ts";
import type { Console } from "./console.ts";

/** A page of the users that were asked for: the newest first, or in the order of what a search has found. */
export interface FoundUsers {
  search: string;
  users: User[];
  /** How many there are behind this page; undefined in a search, and for a page that is not the first. */
  hidden: number | undefined;
  /** The address of the next page; undefined on the last. */
  next: string | undefined;
}

const mostOnAPage = 1_000;

/**
 * Returns whoever has a word in name, address or `sub` that begins with `?search=`, or everybody: as many as `?limit=`
 * says, from where the page before has ended. A page costs what it shows.
 */
export function findUsers(req: Request, pool: Console, usualLimit: number): FoundUsers {
  const [search, after] = [textOf(req.query.search).trim(), textOf(req.query.after) || undefined];
  const asked = Number.parseInt(textOf(req.query.limit), 10);
  const limit = asked > 0 ? Math.min(asked, mostOnAPage) : usualLimit;
  const { users, next } = search
    ? pool.users.search(search, { limit, after })
    : pool.users.page({ index: "created", limit, after, isReverse: true });
  const isCounted = search === "" && after === undefined;
  return {
    search,
    users,
    hidden: isCounted ? pool.users.count() - users.length : undefined,
    next: next === undefined ? undefined : addressOf({ search, limit, after: next }),
  };
}

function addressOf({ search, limit, after }: { search: string; limit: number; after: string }) {
  const query = new URLSearchParams({ ...(search && { search }), limit: String(limit), after });
  return `/_local/users?${query}`;
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
