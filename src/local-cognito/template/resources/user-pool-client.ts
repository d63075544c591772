import { properties, withoutEffect } from "./treatment.ts";
import { listOf, oneOf, plainName, reference, text, url, wholeNumber, yesNo } from "./values.ts";

const timeUnit = oneOf("seconds", "minutes", "hours", "days");

/** AWS::Cognito::UserPoolClient */
export const userPoolClient = properties(
  {
    UserPoolId: reference,
    ClientName: plainName,
    GenerateSecret: yesNo,
    CallbackURLs: listOf(url),
    DefaultRedirectURI: url,
    LogoutURLs: listOf(url),
    SupportedIdentityProviders: listOf(text),
    AllowedOAuthFlowsUserPoolClient: yesNo,
    AllowedOAuthFlows: listOf(oneOf("code", "implicit", "client_credentials")),
    AllowedOAuthScopes: listOf(text),
    ExplicitAuthFlows: listOf(
      oneOf(
        "ALLOW_ADMIN_USER_PASSWORD_AUTH",
        "ALLOW_CUSTOM_AUTH",
        "ALLOW_REFRESH_TOKEN_AUTH",
        "ALLOW_USER_AUTH",
        "ALLOW_USER_PASSWORD_AUTH",
        "ALLOW_USER_SRP_AUTH",
        "ADMIN_NO_SRP_AUTH",
        "CUSTOM_AUTH_FLOW_ONLY",
        "USER_PASSWORD_AUTH",
      ),
    ),
    AuthSessionValidity: wholeNumber(3, 15),
    TokenValidityUnits: properties({
      IdToken: timeUnit,
      AccessToken: timeUnit,
      RefreshToken: timeUnit,
    }),
    IdTokenValidity: wholeNumber(1, 86_400),
    AccessTokenValidity: wholeNumber(1, 86_400),
    RefreshTokenValidity: wholeNumber(0, 315_360_000),
    RefreshTokenRotation: properties({
      Feature: oneOf("ENABLED", "DISABLED"),
      RetryGracePeriodSeconds: wholeNumber(0, 60),
    }),
    PreventUserExistenceErrors: oneOf("LEGACY", "ENABLED"),
    EnableTokenRevocation: yesNo,
    ReadAttributes: listOf(text),
    WriteAttributes: listOf(text),
    ...withoutEffect(["EnablePropagateAdditionalUserContextData"]),
    AnalyticsConfiguration: properties(
      withoutEffect(["ApplicationArn", "ApplicationId", "ExternalId", "RoleArn", "UserDataShared"]),
    ),
  },
  ["UserPoolId"],
);
