/** What a user pool and its one app client are set to; property names of AWS, in our spelling, are in the comments. */
export interface PoolSettings {
  poolName: string;
  /**
   * "alias": a name of one's own, and a verified address too (AliasAttributes). "email": the address is the name, and the
   * name that apps see is the `sub` (UsernameAttributes). "username": a name of one's own alone.
   */
  signInWith: "alias" | "email" | "username";
  /** UsernameConfiguration.CaseSensitive */
  isCaseSensitive: boolean;
  /** False where only administrators make users (AdminCreateUserConfig.AllowAdminCreateUserOnly). */
  allowsSignUp: boolean;
  passwordPolicy: PasswordPolicy;
  /** MfaConfiguration; the one factor is the authenticator app. */
  mfa: "OFF" | "OPTIONAL" | "ON";
  /** The attributes that the schema names; the other standard ones may be set and need not be. */
  schema: AttributeSchema[];
  /** By type, in the order of the sign-in page's buttons; the client decides which of them it offers. */
  identityProviders: IdentityProviderSettings[];
  /** The groups that users can be put into; any that comes to mind while there are none here. */
  groups: GroupSettings[];
  client: ClientSettings;
}

export interface PasswordPolicy {
  minimumLength: number;
  requireUppercase: boolean;
  requireLowercase: boolean;
  requireNumbers: boolean;
  requireSymbols: boolean;
  temporaryPasswordValidityDays: number;
}

export interface AttributeSchema {
  /** As tokens have it: `given_name`, `custom:team`. */
  name: string;
  type: "String" | "Number" | "DateTime" | "Boolean";
  isRequired: boolean;
  isMutable: boolean;
  /** Of a string its length, of a number its value. */
  minimum?: number;
  maximum?: number;
}

export interface IdentityProviderSettings {
  /** What `identity_provider` and the user's name begin with: `Google`, `Facebook`, `LoginWithAmazon`. */
  name: string;
  type: "Google" | "Facebook" | "LoginWithAmazon";
  /** AttributeMapping: attributes of the pool by name, each with the provider's name for it. */
  attributeMapping: Record<string, string>;
}

export interface GroupSettings {
  name: string;
  description?: string;
  precedence?: number;
}

export interface ClientSettings {
  callbackUrls: string[];
  /** DefaultRedirectURI: where a request that names no callback URL ends, if the client has one way in alone. */
  defaultRedirectUrl?: string | undefined;
  signOutUrls: string[];
  scopes: string[];
  /** SupportedIdentityProviders: `COGNITO` for the pool's own users, and names of providers. */
  identityProviders: string[];
  idTokenSeconds: number;
  accessTokenSeconds: number;
  refreshTokenSeconds: number;
  /** RefreshTokenRotation: each refresh gives a new refresh token, and the old one works so much longer. */
  refreshTokenRotation: { graceSeconds: number } | undefined;
  /** PreventUserExistenceErrors: ENABLED. */
  hidesUserExistence: boolean;
  /** ReadAttributes: what tokens and userInfo may hold; every attribute where undefined. */
  readAttributes?: string[] | undefined;
}

const hourSeconds = 60 * 60;

/** The pool of the tutorial, as the console makes it. */
export const tutorialSettings: PoolSettings = {
  poolName: "local-cognito",
  signInWith: "alias",
  isCaseSensitive: false,
  allowsSignUp: true,
  passwordPolicy: {
    minimumLength: 8,
    requireUppercase: true,
    requireLowercase: true,
    requireNumbers: true,
    requireSymbols: true,
    temporaryPasswordValidityDays: 7,
  },
  mfa: "OPTIONAL",
  schema: [{ name: "email", type: "String", isRequired: true, isMutable: true }],
  identityProviders: [],
  groups: [],
  client: {
    callbackUrls: ["http://localhost:3000/logged-in"],
    signOutUrls: ["http://localhost:3000/logout"],
    scopes: ["openid", "email", "phone", "profile"],
    identityProviders: ["COGNITO"],
    idTokenSeconds: hourSeconds,
    accessTokenSeconds: hourSeconds,
    refreshTokenSeconds: 30 * 24 * hourSeconds,
    refreshTokenRotation: undefined,
    hidesUserExistence: true,
  },
};
