import { notSimulated, properties, withoutEffect } from "./treatment.ts";
import { listOf, reference } from "./values.ts";

/*
 * Resources of Cognito that change nothing for those who sign in to a pool, or that are not simulated: what AWS requires
 * of them is all that is read.
 */

const mail = properties(notSimulated(["HtmlBody", "Subject", "TextBody"]), ["Subject"]);
const riskAction = properties(notSimulated(["EventAction", "Notify"]), ["EventAction", "Notify"]);

/** AWS::Cognito::UserPoolRiskConfigurationAttachment */
export const userPoolRiskConfigurationAttachment = properties(
  {
    UserPoolId: reference,
    ClientId: reference,
    CompromisedCredentialsRiskConfiguration: properties(
      {
        Actions: properties(notSimulated(["EventAction"]), ["EventAction"]),
        ...notSimulated(["EventFilter"]),
      },
      ["Actions"],
    ),
    AccountTakeoverRiskConfiguration: properties(
      {
        Actions: properties({
          HighAction: riskAction,
          LowAction: riskAction,
          MediumAction: riskAction,
        }),
        NotifyConfiguration: properties(
          {
            BlockEmail: mail,
            MfaEmail: mail,
            NoActionEmail: mail,
            ...notSimulated(["From", "ReplyTo", "SourceArn"]),
          },
          ["SourceArn"],
        ),
      },
      ["Actions"],
    ),
    RiskExceptionConfiguration: properties(
      notSimulated(["BlockedIPRangeList", "SkippedIPRangeList"]),
    ),
  },
  ["UserPoolId", "ClientId"],
);

/** AWS::Cognito::LogDeliveryConfiguration */
export const logDeliveryConfiguration = properties(
  {
    UserPoolId: reference,
    LogConfigurations: listOf(
      properties({
        ...withoutEffect(["EventSource", "LogLevel"]),
        CloudWatchLogsConfiguration: properties(withoutEffect(["LogGroupArn"])),
        FirehoseConfiguration: properties(withoutEffect(["StreamArn"])),
        S3Configuration: properties(withoutEffect(["BucketArn"])),
      }),
    ),
  },
  ["UserPoolId"],
);

/** AWS::Cognito::UserPoolReplica */
export const userPoolReplica = properties(
  { UserPoolId: reference, ...withoutEffect(["RegionName", "UserPoolTagsAtCreate"]) },
  ["UserPoolId", "RegionName"],
);

/** AWS::Cognito::UserPoolRegionalConfigurationAttachment */
export const userPoolRegionalConfigurationAttachment = properties(
  {
    UserPoolId: reference,
    ...withoutEffect([
      "EmailConfiguration",
      "LambdaConfig",
      "SmsConfiguration",
      "Status",
      "UserPoolTags",
    ]),
  },
  ["UserPoolId"],
);

/** AWS::Cognito::IdentityPool gives out AWS credentials, which is another service. */
export const identityPool = properties(
  {
    ...withoutEffect([
      "AllowClassicFlow",
      "AllowUnauthenticatedIdentities",
      "CognitoEvents",
      "CognitoStreams",
      "DeveloperProviderName",
      "IdentityPoolName",
      "IdentityPoolTags",
      "OpenIdConnectProviderARNs",
      "PushSync",
      "SamlProviderARNs",
      "SupportedLoginProviders",
    ]),
    CognitoIdentityProviders: listOf(
      properties(withoutEffect(["ClientId", "ProviderName", "ServerSideTokenCheck"]), [
        "ClientId",
        "ProviderName",
      ]),
    ),
  },
  ["AllowUnauthenticatedIdentities"],
);

/** AWS::Cognito::IdentityPoolPrincipalTag */
export const identityPoolPrincipalTag = properties(
  withoutEffect(["IdentityPoolId", "IdentityProviderName", "PrincipalTags", "UseDefaults"]),
  ["IdentityPoolId", "IdentityProviderName"],
);

/** AWS::Cognito::IdentityPoolRoleAttachment */
export const identityPoolRoleAttachment = properties(
  withoutEffect(["IdentityPoolId", "RoleMappings", "Roles"]),
  ["IdentityPoolId"],
);
