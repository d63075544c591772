import { assumptions } from "../assumptions.ts";
import type { AppClient } from "../pool/clients.ts";
import { preAuthentication } from "../triggers/authentication-triggers.ts";
import type { Caller } from "../triggers/trigger-call.ts";
import { longestPassword } from "../users/password-policy.ts";
import { hasTemporaryPasswordExpired } from "../users/temporary-password.ts";
import { hasSecondFactor, type User } from "../users/user.ts";
import { longestIdentifier } from "../users/user-attributes.ts";
import type { Accounts } from "./accounts.ts";
import { because, CognitoException, notAuthorized, userNotFound } from "./exceptions.ts";
import { migrateAtSignIn } from "./migration.ts";

export interface Authentication {
  client: AppClient;
  caller?: Caller | undefined;
  /** User name, `sub` or address. */
  username: string;
  password: string;
}

/**
 * Returns the user whose password this is, whatever their status asks of them next; throws NotAuthorizedException. A
 * name that does not exist costs the same time and is locked the same way. It gets the same answers, unless the client
 * is set to tell. Whom the pool does not know, UserMigration may; PreAuthentication may refuse anybody.
 */
export async function authenticate(
  accounts: Accounts,
  { client, caller, username, password }: Authentication,
): Promise<User> {
  const { users, lockOut, passwords } = accounts;
  const isTooLong = username.length > longestIdentifier || password.length > longestPassword;
  if (isTooLong) throw because(tooLong, notAuthorized("incorrectUsernameOrPassword"));
  const acting = { client, caller };
  const user =
    users.find(username) ?? (await migrateAtSignIn(accounts, { username, password }, acting));
  if (!user && !client.hidesUserExistence) throw because(noSuchUser, userNotFound());
  await preAuthentication(accounts, user, { ...acting, typedName: username });
  const typedName = users.keyOf(username);
  const account = user ? users.keyOf(user.username) : typedName;
  const outcome = await lockOut.attempt({ typedName, account }, () =>
    passwords.verify(password, user?.password),
  );
  if (outcome === "locked") throw because(locked, notAuthorized("passwordAttemptsExceeded"));
  if (outcome === "wrong" || !user) {
    const reason = user ? reasonOfWrong(user) : noSuchUser;
    throw because(reason, notAuthorized("incorrectUsernameOrPassword"));
  }
  assertMayGoOn(accounts, user);
  return withSrpVerifier(accounts, user, password);
}

const noSuchUser = "No user has this name, and no user of the pool has verified this address.";
const locked =
  "After five wrong passwords each further one locks the name for longer, 15 minutes at most.";
const tooLong = "The name is longer than 320 characters, or the password than 256.";

function reasonOfWrong({ status, password }: User): string {
  if (status === "EXTERNAL_PROVIDER") return "This user signs in through a provider.";
  return password ? "The password is wrong." : "This user has no password.";
}

/** A password from before there were verifiers gets one when it is shown. */
function withSrpVerifier({ users, passwords }: Accounts, user: User, password: string): User {
  if (!user.password || user.password.srp) return user;
  const { hash } = user.password;
  const srp = passwords.srpVerifier(password, user.username);
  const updated = users.update(user, (stored) =>
    stored.password?.hash === hash
      ? { ...stored, password: { ...stored.password, srp } }
      : undefined,
  );
  return updated ?? user;
}

/** Throws for a user whom no password lets in. */
function assertMayGoOn({ now }: Pick<Accounts, "now">, user: User): void {
  if (!user.enabled) throw notAuthorized("disabled");
  if (user.status === "UNCONFIRMED" && assumptions.unconfirmedSignIn === "refuse") {
    throw new CognitoException("UserNotConfirmedException", "notConfirmed");
  }
  if (user.status === "EXTERNAL_PROVIDER") throw notAuthorized("incorrectUsernameOrPassword");
  if (hasTemporaryPasswordExpired(user, now())) throw notAuthorized("temporaryPasswordExpired");
}

/** What a sign-in asks for next, once the password is proven. */
export type NextChallenge =
  | "UNCONFIRMED"
  | "RESET_REQUIRED"
  | "NEW_PASSWORD_REQUIRED"
  | "SOFTWARE_TOKEN_MFA"
  | "MFA_SETUP"
  | "none";

export function nextChallenge({ settings }: Pick<Accounts, "settings">, user: User): NextChallenge {
  switch (user.status) {
    case "UNCONFIRMED":
    case "RESET_REQUIRED":
      return user.status;
    case "FORCE_CHANGE_PASSWORD":
      return "NEW_PASSWORD_REQUIRED";
  }
  if (settings.mfa !== "OFF" && hasSecondFactor(user)) return "SOFTWARE_TOKEN_MFA";
  return settings.mfa === "ON" ? "MFA_SETUP" : "none";
}
