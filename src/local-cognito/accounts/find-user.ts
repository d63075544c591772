import type { User } from "../users/user.ts";
import { AliasTaken } from "../users/user-directory.ts";
import type { Accounts } from "./accounts.ts";
import { aliasExists, userNotFound } from "./exceptions.ts";

/** Returns the user of a name, a `sub` or an address that stands for one; throws UserNotFoundException. */
export function findUser({ users }: Pick<Accounts, "users">, name: string): User {
  const user = users.find(name);
  if (!user) throw userNotFound();
  return user;
}

/**
 * Changes the user as they are by now, and returns that. Throws UserNotFoundException where the user is gone, and
 * AliasExistsException where another one signs in with the address.
 */
export function changeUser(
  { users }: Pick<Accounts, "users">,
  user: Pick<User, "username" | "sub">,
  change: (stored: User) => User,
  options: { isForced?: boolean } = {},
): User {
  try {
    const changed = users.update(user, change, options);
    if (!changed) throw userNotFound();
    return changed;
  } catch (error) {
    throw error instanceof AliasTaken ? aliasExists() : error;
  }
}
