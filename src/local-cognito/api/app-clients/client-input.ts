import type { AuthFlow, OAuthFlow } from "../../pool/pool-settings.ts";

type Unit = "seconds" | "minutes" | "hours" | "days";

/** What CreateUserPoolClient and UpdateUserPoolClient are given, as AWS's model has it. */
export interface ClientInput {
  ClientName?: string;
  RefreshTokenValidity?: number;
  AccessTokenValidity?: number;
  IdTokenValidity?: number;
  TokenValidityUnits?: { AccessToken?: Unit; IdToken?: Unit; RefreshToken?: Unit };
  ReadAttributes?: string[];
  WriteAttributes?: string[];
  ExplicitAuthFlows?: AuthFlow[];
  SupportedIdentityProviders?: string[];
  CallbackURLs?: string[];
  LogoutURLs?: string[];
  DefaultRedirectURI?: string;
  AllowedOAuthFlows?: OAuthFlow[];
  AllowedOAuthScopes?: string[];
  AllowedOAuthFlowsUserPoolClient?: boolean;
  PreventUserExistenceErrors?: "LEGACY" | "ENABLED";
  EnableTokenRevocation?: boolean;
  AuthSessionValidity?: number;
  RefreshTokenRotation?: { Feature: "ENABLED" | "DISABLED"; RetryGracePeriodSeconds?: number };
}
