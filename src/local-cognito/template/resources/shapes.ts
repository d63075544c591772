import type { z } from "zod";
import {
  identityPool,
  identityPoolPrincipalTag,
  identityPoolRoleAttachment,
  logDeliveryConfiguration,
  userPoolRegionalConfigurationAttachment,
  userPoolReplica,
  userPoolRiskConfigurationAttachment,
} from "./other-resources.ts";
import {
  managedLoginBranding,
  terms,
  userPoolDomain,
  userPoolGroup,
  userPoolIdentityProvider,
  userPoolResourceServer,
  userPoolUICustomizationAttachment,
  userPoolUser,
  userPoolUserToGroupAttachment,
} from "./parts-of-a-pool.ts";
import { userPool } from "./user-pool.ts";
import { userPoolClient } from "./user-pool-client.ts";

/** By resource type, the shape of its properties; a test holds the names against AWS's own schemas. */
export const resourceShapes = {
  "AWS::Cognito::IdentityPool": identityPool,
  "AWS::Cognito::IdentityPoolPrincipalTag": identityPoolPrincipalTag,
  "AWS::Cognito::IdentityPoolRoleAttachment": identityPoolRoleAttachment,
  "AWS::Cognito::LogDeliveryConfiguration": logDeliveryConfiguration,
  "AWS::Cognito::ManagedLoginBranding": managedLoginBranding,
  "AWS::Cognito::Terms": terms,
  "AWS::Cognito::UserPool": userPool,
  "AWS::Cognito::UserPoolClient": userPoolClient,
  "AWS::Cognito::UserPoolDomain": userPoolDomain,
  "AWS::Cognito::UserPoolGroup": userPoolGroup,
  "AWS::Cognito::UserPoolIdentityProvider": userPoolIdentityProvider,
  "AWS::Cognito::UserPoolRegionalConfigurationAttachment": userPoolRegionalConfigurationAttachment,
  "AWS::Cognito::UserPoolReplica": userPoolReplica,
  "AWS::Cognito::UserPoolResourceServer": userPoolResourceServer,
  "AWS::Cognito::UserPoolRiskConfigurationAttachment": userPoolRiskConfigurationAttachment,
  "AWS::Cognito::UserPoolUICustomizationAttachment": userPoolUICustomizationAttachment,
  "AWS::Cognito::UserPoolUser": userPoolUser,
  "AWS::Cognito::UserPoolUserToGroupAttachment": userPoolUserToGroupAttachment,
};

export type ResourceType = keyof typeof resourceShapes;
export type PropertiesOf<Type extends ResourceType> = z.infer<(typeof resourceShapes)[Type]>;

/** What Fn::GetAtt gives and no template can set. */
export const attributes: Partial<Record<ResourceType, string[]>> = {
  "AWS::Cognito::IdentityPool": ["Id", "Name"],
  "AWS::Cognito::IdentityPoolRoleAttachment": ["Id"],
  "AWS::Cognito::LogDeliveryConfiguration": ["Id"],
  "AWS::Cognito::ManagedLoginBranding": ["ManagedLoginBrandingId"],
  "AWS::Cognito::Terms": ["TermsId"],
  "AWS::Cognito::UserPool": ["Arn", "ProviderName", "ProviderURL", "UserPoolId"],
  "AWS::Cognito::UserPoolClient": ["ClientId", "ClientSecret", "Name"],
  "AWS::Cognito::UserPoolDomain": ["CloudFrontDistribution"],
};

export function isCognitoType(type: string): type is ResourceType {
  return Object.hasOwn(resourceShapes, type);
}
