import type { Pool } from "../pool.ts";
import type { User } from "../users/user.ts";
import { ApiException } from "./exceptions.ts";

/** How administrators name a user. */
export interface OfUser {
  UserPoolId: string;
  Username: string;
}

/** Throws ApiException for the id of another pool. */
export function assertPool(pool: Pick<Pool, "userPoolId">, userPoolId: string): void {
  if (userPoolId === pool.userPoolId) return;
  throw new ApiException("ResourceNotFoundException", `User pool ${userPoolId} does not exist.`, {
    reason: `There is one pool here, ${pool.userPoolId}.`,
  });
}

/** Returns the user that an administrator names: by name, `sub` or an address that stands for one; throws ApiException. */
export function userIn(
  pool: Pick<Pool, "userPoolId" | "users">,
  { UserPoolId, Username }: OfUser,
): User {
  assertPool(pool, UserPoolId);
  const user = pool.users.find(Username);
  if (user) return user;
  throw new ApiException("UserNotFoundException", "User does not exist.");
}
