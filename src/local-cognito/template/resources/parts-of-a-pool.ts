import { z } from "zod";
import { notSimulated, properties, unusedOneOf, withoutEffect } from "./treatment.ts";
import {
  listOf,
  mapOfTexts,
  oneOf,
  reference,
  text,
  textOf,
  wholeNumber,
  yesNo,
} from "./values.ts";

const scopeCharacters = /^[\x21\x23-\x2E\x30-\x5B\x5D-\x7E]+$/;

/** AWS::Cognito::UserPoolIdentityProvider */
export const userPoolIdentityProvider = properties(
  {
    UserPoolId: reference,
    ProviderName: textOf(1, 32),
    ProviderType: oneOf("SAML", "Facebook", "Google", "LoginWithAmazon", "SignInWithApple", "OIDC"),
    /** Not read: the secrets of a provider are of no use here. */
    ProviderDetails: z.record(z.string(), z.unknown(), "must be a map of texts."),
    AttributeMapping: mapOfTexts,
    ...notSimulated(["IdpIdentifiers"]),
  },
  ["UserPoolId", "ProviderName", "ProviderType", "ProviderDetails"],
);

/** AWS::Cognito::UserPoolGroup */
export const userPoolGroup = properties(
  {
    UserPoolId: reference,
    GroupName: textOf(1, 128, /^[\p{L}\p{M}\p{S}\p{N}\p{P}]+$/u),
    Description: textOf(0, 2048),
    Precedence: wholeNumber(0, 2_147_483_647),
    RoleArn: textOf(20, 2048, /^arn:/, "must be the ARN of a role."),
  },
  ["UserPoolId"],
);

/** AWS::Cognito::UserPoolResourceServer */
export const userPoolResourceServer = properties(
  {
    UserPoolId: reference,
    Identifier: textOf(
      1,
      256,
      /^[\x21\x23-\x5B\x5D-\x7E]+$/,
      "must be ASCII without spaces and quotes.",
    ),
    Name: textOf(1, 256),
    Scopes: listOf(
      properties(
        {
          ScopeName: textOf(
            1,
            256,
            scopeCharacters,
            "must be ASCII without spaces, quotes and slashes.",
          ),
          ScopeDescription: textOf(1, 256),
        },
        ["ScopeName", "ScopeDescription"],
      ),
    ),
  },
  ["UserPoolId", "Identifier", "Name"],
);

/** AWS::Cognito::UserPoolDomain */
export const userPoolDomain = properties(
  {
    UserPoolId: reference,
    Domain: text,
    CustomDomainConfig: properties(withoutEffect(["CertificateArn", "SecurityPolicy"])),
    ManagedLoginVersion: wholeNumber(1, 2),
    Routing: properties({
      Failover: properties(withoutEffect(["PrimaryRoute53HealthCheckId", "SecondaryRegion"]), [
        "PrimaryRoute53HealthCheckId",
        "SecondaryRegion",
      ]),
    }),
  },
  ["UserPoolId", "Domain"],
);

/** AWS::Cognito::UserPoolUser */
export const userPoolUser = properties(
  {
    UserPoolId: reference,
    Username: textOf(1, 128, /^[\p{L}\p{M}\p{S}\p{N}\p{P}]+$/u),
    UserAttributes: listOf(properties({ Name: text, Value: text })),
    MessageAction: oneOf("RESEND", "SUPPRESS"),
    DesiredDeliveryMediums: listOf(oneOf("SMS", "EMAIL")),
    ForceAliasCreation: yesNo,
    ...withoutEffect(["ClientMetadata"]),
    ValidationData: listOf(properties(withoutEffect(["Name", "Value"]))),
  },
  ["UserPoolId"],
);

/** AWS::Cognito::UserPoolUserToGroupAttachment */
export const userPoolUserToGroupAttachment = properties(
  { UserPoolId: reference, GroupName: text, Username: text },
  ["UserPoolId", "GroupName", "Username"],
);

/** AWS::Cognito::UserPoolUICustomizationAttachment */
export const userPoolUICustomizationAttachment = properties(
  { UserPoolId: reference, ClientId: reference, CSS: textOf(0, 131_072) },
  ["UserPoolId", "ClientId"],
);

/** AWS::Cognito::ManagedLoginBranding: whether a client has one decides whether managed login opens at AWS. */
export const managedLoginBranding = properties(
  {
    UserPoolId: reference,
    ClientId: reference,
    UseCognitoProvidedValues: yesNo,
    ...notSimulated(["Settings"]),
    Assets: listOf(
      properties(notSimulated(["Bytes", "Category", "ColorMode", "Extension", "ResourceId"]), [
        "Category",
        "ColorMode",
        "Extension",
      ]),
    ),
    ...withoutEffect(["ReturnMergedResources"]),
  },
  ["UserPoolId"],
);

/** AWS::Cognito::Terms */
export const terms = properties(
  {
    UserPoolId: reference,
    ClientId: reference,
    TermsName: unusedOneOf(["terms-of-use", "privacy-policy"], "not simulated"),
    TermsSource: unusedOneOf(["LINK"], "not simulated"),
    Enforcement: unusedOneOf(["NONE"], "not simulated"),
    ...notSimulated(["Links"]),
  },
  ["UserPoolId", "TermsName", "TermsSource", "Enforcement", "Links"],
);
