import { assumptions } from "./assumptions.ts";
import { messages } from "./messages.ts";
import { LONGEST_PASSWORD } from "./password-policy.ts";
import type { Pool } from "./pool.ts";
import { hasTemporaryPasswordExpired } from "./temporary-password.ts";
import { keyOf, type User } from "./user.ts";
import { LONGEST_IDENTIFIER } from "./user-attributes.ts";

export type Authentication =
  | { user: User; problem?: undefined }
  | { user?: undefined; problem: string };

/**
 * Returns the user whose password this is, whatever their status asks of them next, or what is wrong in Cognito's
 * words. A name that does not exist costs the same time, is locked the same way and gets the same answers.
 */
export async function authenticate(
  pool: Pool,
  usernameOrEmail: string,
  password: string,
): Promise<Authentication> {
  if (usernameOrEmail.length > LONGEST_IDENTIFIER || password.length > LONGEST_PASSWORD) {
    return { problem: messages.incorrectUsernameOrPassword };
  }
  const user = pool.users.find(usernameOrEmail);
  const typedName = keyOf(usernameOrEmail);
  const account = user ? keyOf(user.username) : typedName;
  const outcome = await pool.lockOut.attempt({ typedName, account }, () =>
    pool.passwords.verify(password, user?.password),
  );
  if (outcome === "locked") return { problem: messages.passwordAttemptsExceeded };
  if (outcome === "wrong" || !user) return { problem: messages.incorrectUsernameOrPassword };
  const problem = reasonToRefuse(pool, user);
  return problem === undefined ? { user } : { problem };
}

function reasonToRefuse(pool: Pool, user: User): string | undefined {
  if (!user.enabled) return messages.disabled;
  if (user.status === "UNCONFIRMED" && assumptions.unconfirmedSignIn === "refuse") {
    return messages.notConfirmed;
  }
  const isTooLate = hasTemporaryPasswordExpired(user, pool.now());
  return isTooLate ? messages.temporaryPasswordExpired : undefined;
}
