import type { Request } from "express";
import type { User } from "../users/user.ts";
import type { Console } from "./console.ts";

/** A page of the users that were asked for, the newest first. */
export interface FoundUsers {
  search: string;
  users: User[];
  /** How many there are behind this page; undefined for a page that is not the first. */
  hidden: number | undefined;
  /** The address of the next page; undefined on the last. */
  next: string | undefined;
}

const mostOnAPage = 1_000;

/**
 * Returns whoever's name, address or `sub` holds `?search=`, or everybody: as many as `?limit=` says, from where the
 * page before has ended. A page costs what it shows, except in a search, which looks at every name.
 */
export function findUsers(req: Request, pool: Console, usualLimit: number): FoundUsers {
  const [search, after] = [textOf(req.query.search).trim(), textOf(req.query.after) || undefined];
  const asked = Number.parseInt(textOf(req.query.limit), 10);
  const limit = asked > 0 ? Math.min(asked, mostOnAPage) : usualLimit;
  const { users, total, next } = search
    ? searchPage(pool, search, limit, after)
    : {
        ...pool.users.page({ index: "created", limit, after, isReverse: true }),
        total: pool.users.count(),
      };
  return {
    search,
    users,
    hidden: after === undefined ? total - users.length : undefined,
    next: next === undefined ? undefined : addressOf({ search, limit, after: next }),
  };
}

function searchPage({ users }: Console, search: string, limit: number, after: string | undefined) {
  const found = users.search(["username", "email", "sub"], search);
  const start = found.findIndex(({ sub }) => sub === after) + 1;
  const shown = found.slice(start, start + limit);
  const isLast = start + limit >= found.length;
  return { users: shown, total: found.length, next: isLast ? undefined : shown.at(-1)?.sub };
}

function addressOf({ search, limit, after }: { search: string; limit: number; after: string }) {
  const query = new URLSearchParams({ ...(search && { search }), limit: String(limit), after });
  return `/_local/users?${query}`;
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
