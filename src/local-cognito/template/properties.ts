import { z } from "zod";
import {
  decimal,
  listOf,
  mapOfTexts,
  notSimulated,
  oneOf,
  properties,
  text,
  wholeNumber,
  yesNo,
} from "./values.ts";

/*
 * Every property of the resources that local Cognito is set up from, by AWS's names. Those in `notSimulated` are
 * accepted and do nothing here; a test holds the names against AWS's own schemas.
 */

const mailOrPhone = oneOf("phone_number", "email");
const featureSwitch = oneOf("ENABLED", "DISABLED");
const timeUnit = oneOf("seconds", "minutes", "hours", "days");

const passwordPolicy = properties({
  MinimumLength: wholeNumber(6, 99),
  RequireUppercase: yesNo,
  RequireLowercase: yesNo,
  RequireNumbers: yesNo,
  RequireSymbols: yesNo,
  TemporaryPasswordValidityDays: wholeNumber(0, 365),
  ...notSimulated(["PasswordHistorySize"]),
});

const schemaAttribute = properties({
  Name: text.pipe(
    z.string().min(1, "must not be empty.").max(20, "must be 20 characters at most."),
  ),
  AttributeDataType: oneOf("String", "Number", "DateTime", "Boolean"),
  Required: yesNo,
  Mutable: yesNo,
  DeveloperOnlyAttribute: yesNo,
  StringAttributeConstraints: properties({
    MinLength: wholeNumber(0, 2048),
    MaxLength: wholeNumber(0, 2048),
  }),
  NumberAttributeConstraints: properties({ MinValue: decimal, MaxValue: decimal }),
});

const userPool = properties({
  UserPoolName: text,
  AliasAttributes: listOf(oneOf("phone_number", "email", "preferred_username")),
  UsernameAttributes: listOf(mailOrPhone),
  UsernameConfiguration: properties({ CaseSensitive: yesNo }),
  Policies: properties({
    PasswordPolicy: passwordPolicy,
    ...notSimulated([], { SignInPolicy: properties(notSimulated(["AllowedFirstAuthFactors"])) }),
  }),
  MfaConfiguration: oneOf("OFF", "ON", "OPTIONAL"),
  EnabledMfas: listOf(oneOf("SMS_MFA", "SOFTWARE_TOKEN_MFA", "EMAIL_OTP")),
  AccountRecoverySetting: properties({
    RecoveryMechanisms: listOf(
      properties({
        Name: oneOf("verified_email", "verified_phone_number", "admin_only"),
        Priority: wholeNumber(1, 2),
      }),
    ),
  }),
  AdminCreateUserConfig: properties({
    AllowAdminCreateUserOnly: yesNo,
    UnusedAccountValidityDays: wholeNumber(0, 365),
    ...notSimulated([], {
      InviteMessageTemplate: properties(
        notSimulated(["EmailMessage", "EmailSubject", "SMSMessage"]),
      ),
    }),
  }),
  AutoVerifiedAttributes: listOf(mailOrPhone),
  Schema: listOf(schemaAttribute),
  VerificationMessageTemplate: properties({
    DefaultEmailOption: oneOf("CONFIRM_WITH_CODE", "CONFIRM_WITH_LINK"),
    ...notSimulated([
      "EmailMessage",
      "EmailMessageByLink",
      "EmailSubject",
      "EmailSubjectByLink",
      "SmsMessage",
    ]),
  }),
  ...notSimulated(
    [
      "DeletionProtection",
      "EmailAuthenticationMessage",
      "EmailAuthenticationSubject",
      "EmailVerificationMessage",
      "EmailVerificationSubject",
      "SmsAuthenticationMessage",
      "SmsVerificationMessage",
      "UserPoolTags",
      "UserPoolTier",
      "WebAuthnFactorConfiguration",
      "WebAuthnRelyingPartyID",
      "WebAuthnUserVerification",
    ],
    {
      DeviceConfiguration: properties(
        notSimulated(["ChallengeRequiredOnNewDevice", "DeviceOnlyRememberedOnUserPrompt"]),
      ),
      EmailConfiguration: properties(
        notSimulated([
          "ConfigurationSet",
          "EmailSendingAccount",
          "From",
          "ReplyToEmailAddress",
          "SourceArn",
        ]),
      ),
      IssuerConfiguration: properties(notSimulated(["Type"])),
      KeyConfiguration: properties(notSimulated(["KeyType", "KmsKeyArn"])),
      LambdaConfig: properties(
        notSimulated([
          "CreateAuthChallenge",
          "CustomEmailSender",
          "CustomMessage",
          "CustomSMSSender",
          "DefineAuthChallenge",
          "InboundFederation",
          "KMSKeyID",
          "PostAuthentication",
          "PostConfirmation",
          "PreAuthentication",
          "PreSignUp",
          "PreTokenGeneration",
          "PreTokenGenerationConfig",
          "UserMigration",
          "VerifyAuthChallengeResponse",
        ]),
      ),
      SmsConfiguration: properties(
        notSimulated(["EumsSms", "ExternalId", "SnsCallerArn", "SnsRegion"]),
      ),
      UserAttributeUpdateSettings: properties(
        notSimulated(["AttributesRequireVerificationBeforeUpdate"]),
      ),
      UserPoolAddOns: properties(
        notSimulated(["AdvancedSecurityAdditionalFlows", "AdvancedSecurityMode"]),
      ),
    },
  ),
});

const userPoolClient = properties({
  GenerateSecret: yesNo,
  CallbackURLs: listOf(text),
  DefaultRedirectURI: text,
  LogoutURLs: listOf(text),
  SupportedIdentityProviders: listOf(text),
  AllowedOAuthFlowsUserPoolClient: yesNo,
  AllowedOAuthFlows: listOf(oneOf("code", "implicit", "client_credentials")),
  AllowedOAuthScopes: listOf(text),
  TokenValidityUnits: properties({
    IdToken: timeUnit,
    AccessToken: timeUnit,
    RefreshToken: timeUnit,
  }),
  IdTokenValidity: wholeNumber(1, 86_400),
  AccessTokenValidity: wholeNumber(1, 86_400),
  RefreshTokenValidity: wholeNumber(0, 315_360_000),
  RefreshTokenRotation: properties({
    Feature: featureSwitch,
    RetryGracePeriodSeconds: wholeNumber(0, 60),
  }),
  ExplicitAuthFlows: listOf(text),
  PreventUserExistenceErrors: oneOf("LEGACY", "ENABLED"),
  EnableTokenRevocation: yesNo,
  ReadAttributes: listOf(text),
  ...notSimulated(
    [
      "AuthSessionValidity",
      "ClientName",
      "EnablePropagateAdditionalUserContextData",
      "UserPoolId",
      "WriteAttributes",
    ],
    {
      AnalyticsConfiguration: properties(
        notSimulated([
          "ApplicationArn",
          "ApplicationId",
          "ExternalId",
          "RoleArn",
          "UserDataShared",
        ]),
      ),
    },
  ),
});

const userPoolIdentityProvider = properties({
  ProviderName: text,
  ProviderType: oneOf("SAML", "Facebook", "Google", "LoginWithAmazon", "SignInWithApple", "OIDC"),
  AttributeMapping: mapOfTexts,
  ...notSimulated(["IdpIdentifiers", "ProviderDetails", "UserPoolId"]),
});

const userPoolGroup = properties({
  GroupName: text,
  Description: text,
  Precedence: wholeNumber(0, 2_147_483_647),
  ...notSimulated(["RoleArn", "UserPoolId"]),
});

/** By resource type, the shape of its properties. */
export const resourceShapes = {
  "AWS::Cognito::UserPool": userPool,
  "AWS::Cognito::UserPoolClient": userPoolClient,
  "AWS::Cognito::UserPoolIdentityProvider": userPoolIdentityProvider,
  "AWS::Cognito::UserPoolGroup": userPoolGroup,
};

export type ResourceType = keyof typeof resourceShapes;
export type PropertiesOf<Type extends ResourceType> = z.infer<(typeof resourceShapes)[Type]>;

/** Resources of Cognito that a sign-in on this machine works without. */
export const resourcesNotSimulated = [
  "AWS::Cognito::IdentityPool",
  "AWS::Cognito::IdentityPoolPrincipalTag",
  "AWS::Cognito::IdentityPoolRoleAttachment",
  "AWS::Cognito::LogDeliveryConfiguration",
  "AWS::Cognito::ManagedLoginBranding",
  "AWS::Cognito::Terms",
  "AWS::Cognito::UserPoolDomain",
  "AWS::Cognito::UserPoolRegionalConfigurationAttachment",
  "AWS::Cognito::UserPoolReplica",
  "AWS::Cognito::UserPoolResourceServer",
  "AWS::Cognito::UserPoolRiskConfigurationAttachment",
  "AWS::Cognito::UserPoolUICustomizationAttachment",
  "AWS::Cognito::UserPoolUser",
  "AWS::Cognito::UserPoolUserToGroupAttachment",
];
