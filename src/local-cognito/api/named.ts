import type { Pool } from "../pool.ts";
import type { User } from "../users/user.ts";
import { ApiException } from "./exceptions.ts";

/** Throws ApiException for the id of another pool. */
export function assertPool(pool: Pool, userPoolId: string): void {
  if (userPoolId === pool.userPoolId) return;
  throw new ApiException("ResourceNotFoundException", `User pool ${userPoolId} does not exist.`, {
    reason: `There is one pool here, ${pool.userPoolId}.`,
  });
}

/** Returns the user that an administrator names: by name, verified address or `sub`; throws ApiException. */
export function userIn(
  pool: Pool,
  { UserPoolId, Username }: { UserPoolId: string; Username: string },
): User {
  assertPool(pool, UserPoolId);
  const user = pool.users.find(Username);
  if (user) return user;
  throw new ApiException("UserNotFoundException", "User does not exist.");
}
