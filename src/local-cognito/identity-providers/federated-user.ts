import { addProblems, inEnglish } from "../messages.ts";
import type { IdentityProviderSettings } from "../pool/pool-settings.ts";
import type { Pool } from "../pool.ts";
import { newUser, type User } from "../users/user.ts";
import { attributesProblem } from "../users/user-attributes.ts";
import { type ProviderClaims, providerProfiles } from "./identity-providers.ts";

/** Whom a provider knows a user as. */
export interface FederatedIdentity {
  userId: string;
  providerName: string;
  providerType: string;
  /** Milliseconds. */
  dateCreated: number;
}

/** Why somebody whom the provider vouches for cannot come in. */
export interface NotAdmitted {
  /** What the app is told, in Cognito's words. */
  description: string;
  /** For the developer. */
  reason: string;
}

export type Admission =
  | { user: User; refused?: undefined }
  | { user?: undefined; refused: NotAdmitted };

/**
 * Returns the pool's user for whom the provider vouches: made at the first sign-in, and at each one given what the
 * provider says now. Never somebody who came into the pool another way, whatever name or address they have.
 */
export function admitFederatedUser(
  pool: Pool,
  provider: IdentityProviderSettings,
  claims: ProviderClaims,
): Admission {
  const userId = claims[providerProfiles[provider.type].idClaim] ?? "";
  const username = usernameOf(pool, provider, userId);
  return pool.inOneWrite(() => {
    const known = pool.users.get(username);
    const told = whatIsTold(provider, claims);
    const attributes = { ...known?.attributes, ...told.attributes };
    const refused =
      (known && reasonToRefuse(known, provider, userId)) ??
      attributeProblem(pool, attributes, known && told.attributes) ??
      valueProblem(pool, told.attributes);
    if (refused !== undefined) return { refused };
    const emailVerified = told.emailVerified ?? known?.emailVerified ?? false;
    if (!known) return add(pool, provider, userId, { username, attributes, emailVerified });
    const user = pool.users.update(known, (user) => ({ ...user, attributes, emailVerified }));
    return { user: user ?? known };
  });
}

function usernameOf(pool: Pool, { name }: IdentityProviderSettings, userId: string): string {
  const username = `${name}_${userId}`;
  return pool.settings.isCaseSensitive ? username : username.toLowerCase();
}

/** Of what the provider says, only what is mapped; what it does not say stays as it is. */
function whatIsTold({ attributeMapping }: IdentityProviderSettings, claims: ProviderClaims) {
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

function reasonToRefuse(
  known: User,
  provider: IdentityProviderSettings,
  userId: string,
): NotAdmitted | undefined {
  const { identity, username } = known;
  if (identity?.providerName !== provider.name || identity.userId !== userId) {
    const reason = `${username} came into the pool another way, and keeps the name.`;
    return { description: `Already found an entry for username ${username}`, reason };
  }
  if (known.enabled) return undefined;
  return { description: inEnglish("disabled"), reason: `${username} is disabled in the pool.` };
}

function attributeProblem(
  pool: Pool,
  attributes: Record<string, string>,
  updates: Record<string, string> = {},
): NotAdmitted | undefined {
  const { schema } = pool.settings;
  const missing = schema.filter(({ name, isRequired }) => isRequired && !attributes[name]);
  if (missing.length > 0) {
    const names = missing.map(({ name }) => name).join(", ");
    const reason = `The pool requires ${names}: the provider has not told it, or AttributeMapping does not name it.`;
    return { description: `attributes required: [${names}]`, reason };
  }
  // Cognito writes every mapped attribute at every sign-in, changed or not.
  const fixed = schema.find(({ name, isMutable }) => !isMutable && updates[name] !== undefined);
  if (!fixed) return undefined;
  const description = `user.${fixed.name}: Attribute cannot be updated.`;
  const reason = `${fixed.name} is mapped and not mutable, so only the first sign-in can write it.`;
  return { description, reason };
}

/** As wherever else a value comes from, it has to be what the schema wants. */
function valueProblem(pool: Pool, told: Record<string, string>): NotAdmitted | undefined {
  const problem = attributesProblem(told, [], pool.settings);
  if (problem === undefined) return undefined;
  const description = inEnglish(problem);
  return { description, reason: `What the provider has told does not fit: ${description}` };
}

function add(
  pool: Pool,
  { name, type }: IdentityProviderSettings,
  userId: string,
  given: Pick<User, "username" | "attributes" | "emailVerified">,
): Admission {
  const now = pool.now();
  const user = newUser({
    ...given,
    status: "EXTERNAL_PROVIDER",
    groups: [`${pool.userPoolId}_${name}`],
    identity: { userId, providerName: name, providerType: type, dateCreated: now },
    createdAt: new Date(now).toISOString(),
  });
  const outcome = pool.users.add(user);
  if (outcome === "added") return { user };
  const description = inEnglish(addProblems[outcome]);
  return { refused: { description, reason: description } };
}
