import { inEnglish } from "../messages.ts";
import type { AppClient } from "../pool/clients.ts";
import type { IdentityProviderSettings } from "../pool/pool-settings.ts";
import { preAuthentication } from "../triggers/authentication-triggers.ts";
import { postConfirmation, preSignUp } from "../triggers/sign-up-triggers.ts";
import { newUser, type User } from "../users/user.ts";
import { attributesProblem } from "../users/user-attributes.ts";
import type { Accounts } from "./accounts.ts";
import {
  assertAdded,
  because,
  type CognitoException,
  type ExceptionName,
  refusal,
} from "./exceptions.ts";
import { changeUser } from "./find-user.ts";
import { messages } from "./messages.ts";

/** Somebody for whom a provider vouches: its id for them, and what it says of them by its own names. */
export interface Vouched {
  userId: string;
  claims: Record<string, string>;
}

/**
 * Returns the pool's user for whom the provider vouches: made at the first sign-in, and at each one given what the
 * provider says now. Never somebody who came into the pool another way, whatever name or address they have. Throws in
 * the words that the app is told, with the reason for the developer. Triggers may refuse as well: PreSignUp and
 * PostConfirmation the first time, PreAuthentication at each later one.
 */
export async function admitFederatedUser(
  accounts: Accounts,
  client: AppClient,
  provider: IdentityProviderSettings,
  vouched: Vouched,
): Promise<{ user: User; isNew: boolean }> {
  const { users, inOneWrite } = accounts;
  const username = usernameOf(accounts, provider, vouched.userId);
  const known = users.get(username);
  const told = whatIsTold(provider, vouched.claims);
  if (known) {
    await preAuthentication(accounts, known, { client, typedName: username });
    const user = inOneWrite(() => admit(accounts, client, provider, vouched.userId, told));
    return { user, isNew: false };
  }
  const source = "PreSignUp_ExternalProvider";
  const { attributes } = told;
  const decision = await preSignUp(accounts, { source, username, attributes, client });
  const emailVerified = decision.autoVerifyEmail ? true : told.emailVerified;
  const user = inOneWrite(() =>
    admit(accounts, client, provider, vouched.userId, { attributes, emailVerified }),
  );
  await postConfirmation(accounts, user, "PostConfirmation_ConfirmSignUp", { client });
  return { user, isNew: true };
}

function admit(
  accounts: Accounts,
  client: AppClient,
  provider: IdentityProviderSettings,
  userId: string,
  told: ReturnType<typeof whatIsTold>,
): User {
  const { settings, users } = accounts;
  const username = usernameOf(accounts, provider, userId);
  const known = users.get(username);
  const attributes = { ...known?.attributes, ...told.attributes };
  if (known) assertSamePerson(known, provider, userId);
  assertRequired(accounts, attributes);
  if (known) assertMutable(accounts, told.attributes);
  assertWritable(client, told.attributes);
  const problem = attributesProblem(told.attributes, [], settings);
  if (problem !== undefined) {
    const description = inEnglish(problem);
    throw refused(description, `What the provider has told does not fit: ${description}`);
  }
  const emailVerified = told.emailVerified ?? known?.emailVerified ?? false;
  if (!known) return add(accounts, provider, userId, { username, attributes, emailVerified });
  return changeUser(accounts, known, (user) => ({ ...user, attributes, emailVerified }));
}

function usernameOf(
  { settings }: Accounts,
  { name }: IdentityProviderSettings,
  userId: string,
): string {
  const username = `${name}_${userId}`;
  return settings.isCaseSensitive ? username : username.toLowerCase();
}

/** Of what the provider says, only what is mapped; what it does not say stays as it is. */
function whatIsTold(
  { attributeMapping }: IdentityProviderSettings,
  claims: Record<string, string>,
) {
  const { email_verified: verified, username: _fixed, ...mapping } = attributeMapping;
  const pairs = Object.entries(mapping).map(([attribute, claim]) => [attribute, claims[claim]]);
  const attributes: Record<string, string> = Object.fromEntries(
    pairs.filter(([, value]) => value !== undefined),
  );
  const isVerified = verified === undefined ? undefined : claims[verified];
  return {
    attributes,
    emailVerified: isVerified === undefined ? undefined : isVerified === "true",
  };
}

function assertSamePerson(
  { identity, username, enabled }: User,
  provider: IdentityProviderSettings,
  userId: string,
): void {
  if (identity?.providerName !== provider.name || identity.userId !== userId) {
    const reason = `${username} came into the pool another way, and keeps the name.`;
    throw refused(`Already found an entry for username ${username}`, reason);
  }
  if (enabled) return;
  const reason = `${username} is disabled in the pool.`;
  throw refused(inEnglish("disabled"), reason, "NotAuthorizedException");
}

function assertRequired({ settings }: Accounts, attributes: Record<string, string>): void {
  const missing = settings.schema.filter(({ name, isRequired }) => isRequired && !attributes[name]);
  if (missing.length === 0) return;
  const names = missing.map(({ name }) => name).join(", ");
  const reason = `The pool requires ${names}: the provider has not told it, or AttributeMapping does not name it.`;
  throw refused(`attributes required: [${names}]`, reason);
}

/** Cognito writes every mapped attribute at every sign-in, changed or not. */
function assertMutable({ settings }: Accounts, updates: Record<string, string>): void {
  const fixed = settings.schema.find(
    ({ name, isMutable }) => !isMutable && updates[name] !== undefined,
  );
  if (!fixed) return;
  const reason = `${fixed.name} is mapped and not mutable, so only the first sign-in can write it.`;
  throw refused(`user.${fixed.name}: Attribute cannot be updated.`, reason);
}

/** A provider writes for the client that its user comes through. */
function assertWritable({ writeAttributes }: AppClient, updates: Record<string, string>): void {
  const fixed = Object.keys(updates).find((name) => writeAttributes?.includes(name) === false);
  if (fixed === undefined) return;
  const reason = `${fixed} is mapped, and WriteAttributes of the client does not name it.`;
  throw refused(messages.unauthorizedAttribute, reason, "NotAuthorizedException");
}

function add(
  accounts: Accounts,
  { name, type }: IdentityProviderSettings,
  userId: string,
  given: Pick<User, "username" | "attributes" | "emailVerified">,
): User {
  const now = accounts.now();
  const group = `${accounts.userPoolId}_${name}`;
  const user = newUser({
    ...given,
    status: "EXTERNAL_PROVIDER",
    groups: [group],
    identity: { userId, providerName: name, providerType: type, dateCreated: now },
    createdAt: new Date(now).toISOString(),
  });
  assertAdded(accounts.users.add(user), false);
  if (!accounts.groups.find(group)) {
    const description = `Autogenerated group for users who sign in using ${name}`;
    accounts.groups.create({ name: group, description });
  }
  return user;
}

function refused(
  description: string,
  reason: string,
  exception: ExceptionName = "InvalidParameterException",
): CognitoException {
  return because(reason, refusal(exception, description));
}
