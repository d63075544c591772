import {
  type ClientSettings,
  type IdentityProviderSettings,
  type PoolSettings,
  withFirstClient,
} from "../pool/pool-settings.ts";

type ProviderType = IdentityProviderSettings["type"];

/** What a provider says of a person, by its own names for it. */
export type ProviderClaims = Record<string, string>;

/** What Cognito calls the pool's own users where it names providers. */
export const ownUsers = "COGNITO";

/** What a stand-in needs to know of the provider that it stands for. */
export interface ProviderProfile {
  /** What people call it; undefined for the kinds that organisations have their own of. */
  label?: string;
  /** The claim that holds the id of a person, which the user name in the pool ends with. */
  idClaim: string;
  /** Makes the digits of a hash look like an id there. */
  idOf: (digits: string) => string;
  /** What the provider can tell of a person; whether the address is verified only Google says. */
  claims: string[];
  /** Of these, what everybody there has. */
  requiredClaim: string;
  /** The mapping of a pool that is given the provider by name alone; the template's own is the same. */
  usualMapping: Record<string, string>;
}

export const providerProfiles: Record<ProviderType, ProviderProfile> = {
  Google: {
    label: "Google",
    idClaim: "sub",
    idOf: (digits) => `1${digits.slice(0, 20)}`,
    claims: ["email", "email_verified", "name", "given_name", "family_name"],
    requiredClaim: "email",
    usualMapping: {
      username: "sub",
      email: "email",
      email_verified: "email_verified",
      name: "name",
    },
  },
  Facebook: {
    label: "Facebook",
    idClaim: "id",
    idOf: (digits) => `1${digits.slice(0, 16)}`,
    claims: ["email", "name", "first_name", "last_name"],
    requiredClaim: "name",
    usualMapping: { username: "id", email: "email", name: "name" },
  },
  LoginWithAmazon: {
    label: "Amazon",
    idClaim: "user_id",
    idOf: (digits) => `amzn1.account.${digits.slice(0, 20)}`,
    claims: ["email", "name", "postal_code"],
    requiredClaim: "email",
    usualMapping: { username: "user_id", email: "email", name: "name" },
  },
  SignInWithApple: {
    label: "Apple",
    idClaim: "sub",
    idOf: (digits) => `00${digits.slice(0, 4)}.${digits.slice(4)}`,
    claims: ["email", "email_verified", "firstName", "lastName"],
    requiredClaim: "email",
    usualMapping: { username: "sub", email: "email" },
  },
  OIDC: {
    idClaim: "sub",
    idOf: (digits) => digits,
    claims: ["email"],
    requiredClaim: "email",
    usualMapping: { username: "sub", email: "email" },
  },
  SAML: {
    idClaim: "NameID",
    idOf: (digits) => `_${digits}`,
    claims: ["email"],
    requiredClaim: "email",
    usualMapping: { email: "email" },
  },
};

/** What people call a provider: one of an organisation's own by its name in the pool. */
export function labelOf({ name, type }: IdentityProviderSettings): string {
  return providerProfiles[type].label ?? name;
}

/** Returns the pool's provider of that name, if the client may use it. */
export function findProvider(
  settings: PoolSettings,
  client: ClientSettings,
  name: unknown,
): IdentityProviderSettings | undefined {
  return offeredProviders(settings, client).find((provider) => provider.name === name);
}

/** The providers that the client may use, in the order of the sign-in page's buttons. */
export function offeredProviders(
  settings: PoolSettings,
  client: ClientSettings,
): IdentityProviderSettings[] {
  return settings.identityProviders.filter(({ name }) => client.identityProviders.includes(name));
}

/** False where everybody comes in through a provider, so that there are no passwords. */
export function hasLocalUsers({ identityProviders }: ClientSettings): boolean {
  return identityProviders.includes(ownUsers);
}

/** Adds the providers of these names to the pool and its first client, as far as they do not have them; throws for one that has no stand-in. */
export function withIdentityProviders(settings: PoolSettings, names: string[]): PoolSettings {
  const known = settings.identityProviders.map(({ name }) => name);
  const missing = names.filter((name) => !known.includes(name)).map(usualProvider);
  const [{ identityProviders }] = settings.clients;
  const extended = { ...settings, identityProviders: [...settings.identityProviders, ...missing] };
  return withFirstClient(extended, {
    identityProviders: [...new Set([...identityProviders, ...names])],
  });
}

function usualProvider(name: string): IdentityProviderSettings {
  if (!Object.hasOwn(providerProfiles, name)) {
    throw new Error(
      `Local Cognito has no stand-in for ${name}.\n` +
        "A button for it would lead to an error.\n" +
        `Name some of ${Object.keys(providerProfiles).join(", ")}, or configure a real user pool.`,
    );
  }
  const type = name as ProviderType;
  return { name, type, attributeMapping: providerProfiles[type].usualMapping };
}
