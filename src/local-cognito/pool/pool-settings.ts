import type { TriggerSettings } from "./trigger-settings.ts";

/** What a user pool and its app clients are set to; property names of AWS, in our spelling, are in the comments. */
export interface PoolSettings {
  poolName: string;
  /** Where the pool would be at AWS: its id begins with the region, and ARNs have both. */
  region: string;
  accountId: string;
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
  /** AccountRecoverySetting, the best way first; none where only administrators reset passwords. */
  recoveryBy: ("email" | "phone_number")[];
  /** AttributesRequireVerificationBeforeUpdate: a new value counts once it is verified, and the old one until then. */
  keepsUntilVerified: ("email" | "phone_number")[];
  messages: MessageSettings;
  /** MfaConfiguration; the one factor is the authenticator app. */
  mfa: "OFF" | "OPTIONAL" | "ON";
  /** The attributes that the schema names; the other standard ones may be set and need not be. */
  schema: AttributeSchema[];
  /** By type, in the order of the sign-in page's buttons; the client decides which of them it offers. */
  identityProviders: IdentityProviderSettings[];
  /** The groups that users can be put into; any that comes to mind while there are none here. */
  groups: GroupSettings[];
  resourceServers: ResourceServerSettings[];
  /** ManagedLoginVersion of the domain: 1 for the classic pages, 2 for managed login. */
  managedLoginVersion: 1 | 2;
  /** LambdaConfig, one member each. */
  triggers?: TriggerSettings[];
  /** CSS of the classic pages, by the name of the client, and `ALL` for the others (UserPoolUICustomizationAttachment). */
  styles?: Record<string, string>;
  /** Who is in the pool from the start. */
  users: UserSettings[];
  /** The first is the one that the app beside this pool uses, and whoever starts the pool is told the id of. */
  clients: [ClientSettings, ...ClientSettings[]];
}

export interface PasswordPolicy {
  minimumLength: number;
  requireUppercase: boolean;
  requireLowercase: boolean;
  requireNumbers: boolean;
  requireSymbols: boolean;
  temporaryPasswordValidityDays: number;
}

/** The words of the pool's messages, with `{####}` for the code and, in an invitation, `{username}`. */
export interface MessageSettings {
  code: { subject: string; email: string; sms: string };
  /** In place of the code that confirms a new user's address, with `{##words##}` for the link (CONFIRM_WITH_LINK). */
  link?: { subject: string; email: string };
  invitation: { subject: string; email: string; sms: string };
}

/** AWS::Cognito::UserPoolUser, with the groups that it is attached to. */
export interface UserSettings {
  username: string;
  attributes: Record<string, string>;
  groups: string[];
  /** False where MessageAction is SUPPRESS. */
  isInvited: boolean;
  forceAliasCreation: boolean;
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
  type: "Google" | "Facebook" | "LoginWithAmazon" | "SignInWithApple" | "OIDC" | "SAML";
  /** AttributeMapping: attributes of the pool by name, each with the provider's name for it. */
  attributeMapping: Record<string, string>;
}

export interface GroupSettings {
  name: string;
  description?: string;
  precedence?: number;
  /** The role that members may take on at AWS (RoleArn). */
  roleArn?: string;
}

/** An API that access tokens can be for. */
export interface ResourceServerSettings {
  identifier: string;
  name: string;
  /** Without the identifier: `read` of the scope `orders/read`. */
  scopes: { name: string; description: string }[];
}

export type OAuthFlow = "code" | "implicit" | "client_credentials";

export const authFlows = [
  "ALLOW_ADMIN_USER_PASSWORD_AUTH",
  "ALLOW_CUSTOM_AUTH",
  "ALLOW_REFRESH_TOKEN_AUTH",
  "ALLOW_USER_AUTH",
  "ALLOW_USER_PASSWORD_AUTH",
  "ALLOW_USER_SRP_AUTH",
] as const;

export type AuthFlow =
  | (typeof authFlows)[number]
  // The names from before 2019, which stand for all that a client may do.
  | "ADMIN_NO_SRP_AUTH"
  | "CUSTOM_AUTH_FLOW_ONLY"
  | "USER_PASSWORD_AUTH";

export interface ClientSettings {
  /** ClientName, or the name of the resource in a template; no other client of the pool has it. */
  name: string;
  /** GenerateSecret: a client with a secret has to prove it wherever it speaks to the pool. */
  hasSecret: boolean;
  callbackUrls: string[];
  /** DefaultRedirectURI: where a request that names no callback URL ends, if the client has one way in alone. */
  defaultRedirectUrl?: string | undefined;
  signOutUrls: string[];
  /** AllowedOAuthScopes */
  scopes: string[];
  /** AllowedOAuthFlows; none where AllowedOAuthFlowsUserPoolClient is not true. */
  grants: OAuthFlow[];
  /** ExplicitAuthFlows */
  authFlows: AuthFlow[];
  /** SupportedIdentityProviders: `COGNITO` for the pool's own users, and names of providers. */
  identityProviders: string[];
  idTokenSeconds: number;
  accessTokenSeconds: number;
  refreshTokenSeconds: number;
  /** AuthSessionValidity: how long each step of a sign-in by API may take. */
  authSessionMinutes: number;
  /** RefreshTokenRotation: each refresh gives a new refresh token, and the old one works so much longer. */
  refreshTokenRotation: { graceSeconds: number } | undefined;
  /** PreventUserExistenceErrors: ENABLED. */
  hidesUserExistence: boolean;
  /** ReadAttributes: what tokens and userInfo may hold; every attribute where undefined. */
  readAttributes?: string[] | undefined;
  /** WriteAttributes: what its users may set for themselves; every attribute where undefined. */
  writeAttributes?: string[] | undefined;
  /** EnableTokenRevocation */
  revokesTokens: boolean;
}

const hourSeconds = 60 * 60;

export const cognitoMessages: MessageSettings = {
  code: {
    subject: "Your verification code",
    email: "Your verification code is {####}. ",
    sms: "Your verification code is {####}. ",
  },
  invitation: {
    subject: "Your temporary password",
    email: "Your username is {username} and temporary password is {####}. ",
    sms: "Your username is {username} and temporary password is {####}. ",
  },
};

export const cognitoLinkMessage = {
  subject: "Your verification link",
  email: "Please click the link below to verify your email address. {##Verify Email##} ",
};

/**
 * The pool of the tutorial, as the console makes it, with one difference: its client may use every flow of the API that
 * changes no page. Without a template there is no other way to allow one.
 */
export const tutorialSettings: PoolSettings = {
  poolName: "local-cognito",
  region: "eu-west-1",
  accountId: "123456789012",
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
  recoveryBy: ["email"],
  keepsUntilVerified: [],
  messages: cognitoMessages,
  mfa: "OPTIONAL",
  schema: [{ name: "email", type: "String", isRequired: true, isMutable: true }],
  identityProviders: [],
  groups: [],
  resourceServers: [],
  managedLoginVersion: 1,
  users: [],
  clients: [
    {
      name: "app",
      hasSecret: true,
      callbackUrls: ["http://localhost:3000/logged-in"],
      signOutUrls: ["http://localhost:3000/logout"],
      scopes: ["openid", "email", "phone", "profile", "aws.cognito.signin.user.admin"],
      grants: ["code"],
      authFlows: [
        "ALLOW_REFRESH_TOKEN_AUTH",
        "ALLOW_USER_SRP_AUTH",
        "ALLOW_USER_PASSWORD_AUTH",
        "ALLOW_ADMIN_USER_PASSWORD_AUTH",
        "ALLOW_CUSTOM_AUTH",
      ],
      identityProviders: ["COGNITO"],
      idTokenSeconds: hourSeconds,
      accessTokenSeconds: hourSeconds,
      refreshTokenSeconds: 30 * 24 * hourSeconds,
      authSessionMinutes: 3,
      refreshTokenRotation: undefined,
      hidesUserExistence: true,
      revokesTokens: true,
    },
  ],
};

/** The same settings with some of the first client changed. */
export function withFirstClient(
  settings: PoolSettings,
  changes: Partial<ClientSettings>,
): PoolSettings {
  const [first, ...others] = settings.clients;
  return { ...settings, clients: [{ ...first, ...changes }, ...others] };
}
