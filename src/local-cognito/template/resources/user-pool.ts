import { z } from "zod";
import {
  notSimulated,
  notSimulatedUnless,
  properties,
  unusedOneOf,
  withoutEffect,
} from "./treatment.ts";
import {
  decimal,
  functionArn,
  listOf,
  oneOf,
  plainName,
  text,
  textOf,
  wholeNumber,
  yesNo,
} from "./values.ts";

const mailOrPhone = oneOf("phone_number", "email");
const subject = textOf(1, 140);
const withCode = "must contain {####}, where the code goes.";
const mailWithCode = textOf(6, 20_000, /\{####\}/, withCode);
const smsWithCode = textOf(6, 140, /\{####\}/, withCode);

const passwordPolicy = properties({
  MinimumLength: wholeNumber(6, 99),
  RequireUppercase: yesNo,
  RequireLowercase: yesNo,
  RequireNumbers: yesNo,
  RequireSymbols: yesNo,
  TemporaryPasswordValidityDays: wholeNumber(0, 365),
  PasswordHistorySize: notSimulatedUnless(0),
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

const senderLambda = properties(notSimulated(["LambdaArn", "LambdaVersion"]));

/** Its functions: those that lie beside the template are called, and the others are named. */
const lambdaConfig = properties({
  CreateAuthChallenge: functionArn,
  CustomMessage: functionArn,
  DefineAuthChallenge: functionArn,
  PostAuthentication: functionArn,
  PostConfirmation: functionArn,
  PreAuthentication: functionArn,
  PreSignUp: functionArn,
  PreTokenGeneration: functionArn,
  PreTokenGenerationConfig: properties({
    LambdaArn: functionArn,
    LambdaVersion: oneOf("V1_0", "V2_0", "V3_0"),
  }),
  UserMigration: functionArn,
  VerifyAuthChallengeResponse: functionArn,
  CustomEmailSender: senderLambda,
  CustomSMSSender: senderLambda,
  InboundFederation: senderLambda,
  ...notSimulated(["KMSKeyID"]),
});

const messages = {
  VerificationMessageTemplate: properties({
    DefaultEmailOption: oneOf("CONFIRM_WITH_CODE", "CONFIRM_WITH_LINK"),
    EmailMessage: mailWithCode,
    EmailMessageByLink: textOf(
      6,
      20_000,
      /\{##.*?##\}/,
      "must contain {##…##}, the words that become the link.",
    ),
    EmailSubject: subject,
    EmailSubjectByLink: subject,
    SmsMessage: smsWithCode,
  }),
  EmailVerificationMessage: mailWithCode,
  EmailVerificationSubject: subject,
  SmsVerificationMessage: smsWithCode,
  // Of factors that are not simulated, which are named themselves.
  ...withoutEffect([
    "EmailAuthenticationMessage",
    "EmailAuthenticationSubject",
    "SmsAuthenticationMessage",
  ]),
};

/** AWS::Cognito::UserPool */
export const userPool = properties({
  UserPoolName: plainName,
  AliasAttributes: listOf(oneOf("phone_number", "email", "preferred_username")),
  UsernameAttributes: listOf(mailOrPhone),
  UsernameConfiguration: properties({ CaseSensitive: yesNo }),
  Policies: properties({
    PasswordPolicy: passwordPolicy,
    SignInPolicy: properties({ AllowedFirstAuthFactors: notSimulatedUnless("PASSWORD") }),
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
    InviteMessageTemplate: properties({
      EmailMessage: mailWithCode,
      EmailSubject: subject,
      SMSMessage: textOf(6, 140),
    }),
  }),
  AutoVerifiedAttributes: listOf(mailOrPhone),
  Schema: listOf(schemaAttribute),
  ...messages,
  UserAttributeUpdateSettings: properties(
    { AttributesRequireVerificationBeforeUpdate: listOf(mailOrPhone) },
    ["AttributesRequireVerificationBeforeUpdate"],
  ),
  UserPoolTier: oneOf("LITE", "ESSENTIALS", "PLUS"),
  LambdaConfig: lambdaConfig,
  DeviceConfiguration: properties({
    ChallengeRequiredOnNewDevice: notSimulatedUnless(false),
    DeviceOnlyRememberedOnUserPrompt: notSimulatedUnless(false),
  }),
  DeletionProtection: unusedOneOf(["ACTIVE", "INACTIVE"], "without effect"),
  EmailConfiguration: properties({
    ...withoutEffect(["ConfigurationSet", "From", "ReplyToEmailAddress", "SourceArn"]),
    EmailSendingAccount: unusedOneOf(["COGNITO_DEFAULT", "DEVELOPER"], "without effect"),
  }),
  SmsConfiguration: properties({
    ...withoutEffect(["ExternalId", "SnsCallerArn", "SnsRegion"]),
    EumsSms: properties(
      withoutEffect([
        "CallerArn",
        "ConfigurationSetName",
        "ExternalId",
        "InEntityId",
        "InTemplateId",
        "OriginationIdentity",
        "Region",
      ]),
      ["CallerArn"],
    ),
  }),
  UserPoolAddOns: properties({
    AdvancedSecurityMode: unusedOneOf(["OFF", "AUDIT", "ENFORCED"], "not simulated", ["OFF"]),
    AdvancedSecurityAdditionalFlows: properties({
      CustomAuthMode: unusedOneOf(["AUDIT", "ENFORCED"], "not simulated"),
    }),
  }),
  KeyConfiguration: properties({
    KeyType: unusedOneOf(["AWS_OWNED_KEY", "CUSTOMER_MANAGED_KEY"], "without effect"),
    ...withoutEffect(["KmsKeyArn"]),
  }),
  IssuerConfiguration: properties({
    Type: unusedOneOf(["ORIGINAL", "UPDATED"], "not simulated", ["ORIGINAL"]),
  }),
  ...withoutEffect(["UserPoolTags"]),
  WebAuthnFactorConfiguration: unusedOneOf(
    ["SINGLE_FACTOR", "MULTI_FACTOR_WITH_USER_VERIFICATION"],
    "not simulated",
  ),
  WebAuthnRelyingPartyID: notSimulatedUnless(),
  WebAuthnUserVerification: unusedOneOf(["required", "preferred"], "not simulated"),
});
