import { assumptions } from "../assumptions.ts";
import type { Message } from "../messages.ts";
import type { AppClient } from "../pool/clients.ts";
import type { Pool } from "../pool.ts";
import { longestPassword } from "./password-policy.ts";
import { hasTemporaryPasswordExpired } from "./temporary-password.ts";
import type { User } from "./user.ts";
import { longestIdentifier } from "./user-attributes.ts";

export type Authentication =
  | { user: User; problem?: undefined }
  | { user?: undefined; problem: Message };

/**
 * Returns the user whose password this is, whatever their status asks of them next, or what is wrong in Cognito's
 * words. A name that does not exist costs the same time, is locked the same way and gets the same answers, unless the
 * client is set to tell.
 */
export async function authenticate(
  pool: Pool,
  client: AppClient,
  usernameOrEmail: string,
  password: string,
): Promise<Authentication> {
  if (usernameOrEmail.length > longestIdentifier || password.length > longestPassword) {
    return { problem: "incorrectUsernameOrPassword" };
  }
  const user = pool.users.find(usernameOrEmail);
  if (!user && !client.hidesUserExistence) return { problem: "userDoesNotExist" };
  const typedName = pool.users.keyOf(usernameOrEmail);
  const account = user ? pool.users.keyOf(user.username) : typedName;
  const outcome = await pool.lockOut.attempt({ typedName, account }, () =>
    pool.passwords.verify(password, user?.password),
  );
  if (outcome === "locked") return { problem: "passwordAttemptsExceeded" };
  if (outcome === "wrong" || !user) return { problem: "incorrectUsernameOrPassword" };
  const problem = reasonToRefuse(pool, user);
  return problem === undefined ? { user: withSrpVerifier(pool, user, password) } : { problem };
}

/** A password from before there were verifiers gets one when it is shown. */
function withSrpVerifier(pool: Pool, user: User, password: string): User {
  if (!user.password || user.password.srp) return user;
  const { hash } = user.password;
  const srp = pool.passwords.srpVerifier(password, user.username);
  const updated = pool.users.update(user, (stored) =>
    stored.password?.hash === hash
      ? { ...stored, password: { ...stored.password, srp } }
      : undefined,
  );
  return updated ?? user;
}

function reasonToRefuse(pool: Pool, user: User): Message | undefined {
  if (!user.enabled) return "disabled";
  if (user.status === "UNCONFIRMED" && assumptions.unconfirmedSignIn === "refuse") {
    return "notConfirmed";
  }
  const isTooLate = hasTemporaryPasswordExpired(user, pool.now());
  return isTooLate ? "temporaryPasswordExpired" : undefined;
}
