import { randomUUID } from "node:crypto";
import type { AppClient } from "../pool/clients.ts";
import type { Caller } from "../triggers/trigger-call.ts";
import { type MigratedUser, userMigration } from "../triggers/user-migration.ts";
import { newUser, type User } from "../users/user.ts";
import { attributesProblem, isAddressTheName, usernameProblem } from "../users/user-attributes.ts";
import { withVerified } from "../users/user-directory.ts";
import type { Accounts } from "./accounts.ts";
import { withAddress } from "./address-as-name.ts";
import { assertAdded, assertValid, CognitoException, refusal } from "./exceptions.ts";
import { splitVerifications } from "./user-attributes.ts";

interface ByClient {
  client: AppClient;
  caller?: Caller | undefined;
}

/**
 * Takes over somebody whom another directory knows by this name and password: signed in with that password, which no policy
 * is held against, or with a new one to choose. Undefined for a name that nobody knows.
 */
export async function migrateAtSignIn(
  accounts: Accounts,
  { username, password }: { username: string; password: string },
  { client, caller }: ByClient,
): Promise<User | undefined> {
  const source = "UserMigration_Authentication";
  const asked = { source, username, password, client, caller } as const;
  const migrated = await askFor(client, () => userMigration(accounts, asked));
  if (!migrated) return undefined;
  const keepsPassword = migrated.finalUserStatus === "CONFIRMED";
  const name = nameOf(accounts, username);
  return add(accounts, name, username, migrated, {
    status: keepsPassword ? "CONFIRMED" : "RESET_REQUIRED",
    password: await accounts.passwords.hash(password, name.username),
  });
}

/** The same for somebody who has forgotten that password. */
export async function migrateForRecovery(
  accounts: Accounts,
  username: string,
  { client, caller }: ByClient,
): Promise<User | undefined> {
  const source = "UserMigration_ForgotPassword";
  const asked = { source, username, client, caller } as const;
  const migrated = await askFor(client, () => userMigration(accounts, asked));
  if (!migrated) return undefined;
  const name = nameOf(accounts, username);
  return add(accounts, name, username, migrated, { status: "RESET_REQUIRED" });
}

/** Of a function that fails, a client that hides who exists says nothing. */
async function askFor(
  { hidesUserExistence, clientId }: AppClient,
  ask: () => Promise<MigratedUser | undefined>,
): Promise<MigratedUser | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof CognitoException)) throw error;
    if (hidesUserExistence) return undefined;
    const message = `Exception migrating user in app client ${clientId}`;
    const refused = refusal("UserNotFoundException", message);
    if (error.reason !== undefined) refused.reason = error.reason;
    throw refused;
  }
}

function nameOf({ settings }: Accounts, typedName: string): Pick<User, "username" | "sub"> {
  const sub = randomUUID();
  return { username: isAddressTheName(settings) ? sub : typedName, sub };
}

function add(
  accounts: Accounts,
  name: Pick<User, "username" | "sub">,
  typedName: string,
  { attributes: sent, forceAliasCreation }: MigratedUser,
  account: Pick<User, "status" | "password">,
): User {
  const { settings, users, now, inOneWrite } = accounts;
  const isAddress = isAddressTheName(settings);
  const { username: _isTheName, sub: _isNew, ...others } = sent;
  const { given, isVerified } = splitVerifications(others);
  const attributes = isAddress ? withAddress(typedName, given) : given;
  if (!isAddress) assertValid(usernameProblem(typedName, settings));
  assertValid(attributesProblem(attributes, [], settings));
  const described = newUser({
    ...name,
    ...account,
    attributes,
    emailVerified: attributes.email !== undefined && isVerified.email === true,
    createdAt: new Date(now()).toISOString(),
  });
  const hasPhone = attributes.phone_number !== undefined && isVerified.phone_number === true;
  const user = withVerified(described, "phone_number", hasPhone);
  return inOneWrite(() => {
    assertAdded(users.add(user, { isForced: forceAliasCreation }), isAddress);
    return user;
  });
}
