import type { AttributeSchema, PoolSettings } from "../pool/pool-settings.ts";
import type { Pool } from "../pool.ts";
import { seconds } from "./user-descriptions.ts";

/** The standard attributes in the order in which AWS lists them. */
const standardOrder = [
  "sub",
  "name",
  "given_name",
  "family_name",
  "middle_name",
  "nickname",
  "preferred_username",
  "profile",
  "picture",
  "website",
  "email",
  "email_verified",
  "gender",
  "birthdate",
  "zoneinfo",
  "locale",
  "phone_number",
  "phone_number_verified",
  "address",
  "updated_at",
];

/** The pool as the API shows it. */
export function describePool(pool: Pool): object {
  const { userPoolId, settings, users } = pool;
  const { passwordPolicy: policy, signInWith } = settings;
  return {
    Id: userPoolId,
    Name: settings.poolName,
    Policies: {
      PasswordPolicy: {
        MinimumLength: policy.minimumLength,
        RequireUppercase: policy.requireUppercase,
        RequireLowercase: policy.requireLowercase,
        RequireNumbers: policy.requireNumbers,
        RequireSymbols: policy.requireSymbols,
        TemporaryPasswordValidityDays: policy.temporaryPasswordValidityDays,
      },
      SignInPolicy: { AllowedFirstAuthFactors: ["PASSWORD"] },
    },
    DeletionProtection: "INACTIVE",
    LambdaConfig: lambdaConfigOf(settings),
    ...poolDates(pool),
    SchemaAttributes: schemaOf(settings.schema),
    AutoVerifiedAttributes: ["email"],
    ...(signInWith === "alias" && { AliasAttributes: ["email"] }),
    ...(signInWith === "email" && { UsernameAttributes: ["email"] }),
    UsernameConfiguration: { CaseSensitive: settings.isCaseSensitive },
    VerificationMessageTemplate: {
      DefaultEmailOption: settings.messages.link ? "CONFIRM_WITH_LINK" : "CONFIRM_WITH_CODE",
    },
    MfaConfiguration: settings.mfa,
    EstimatedNumberOfUsers: users.count(),
    EmailConfiguration: { EmailSendingAccount: "COGNITO_DEFAULT" },
    UserPoolTags: {},
    AdminCreateUserConfig: {
      AllowAdminCreateUserOnly: !settings.allowsSignUp,
      UnusedAccountValidityDays: policy.temporaryPasswordValidityDays,
    },
    AccountRecoverySetting: { RecoveryMechanisms: [{ Priority: 1, Name: "verified_email" }] },
    Arn: `arn:aws:cognito-idp:${settings.region}:${settings.accountId}:userpool/${userPoolId}`,
    UserPoolTier: "ESSENTIALS",
  };
}

/** A pool is as old as its first client. */
export function poolDates({ clients }: Pool) {
  const { createdAt } = clients.first;
  return { LastModifiedDate: seconds(createdAt), CreationDate: seconds(createdAt) };
}

function schemaOf(schema: AttributeSchema[]): object[] {
  const others = schema.filter(({ name }) => !standardOrder.includes(name));
  const standard = standardOrder.map(
    (name) => schema.find((attribute) => attribute.name === name) ?? usualAttribute(name),
  );
  return [...standard, ...others].map(describeAttribute);
}

function usualAttribute(name: string): AttributeSchema {
  const isSub = name === "sub";
  const type = name.endsWith("_verified") ? "Boolean" : name === "updated_at" ? "Number" : "String";
  return { name, type, isRequired: isSub, isMutable: !isSub, ...usualLimits(name) };
}

function usualLimits(name: string) {
  if (name === "sub") return { minimum: 1, maximum: 2048 };
  if (name === "birthdate") return { minimum: 10, maximum: 10 };
  return { minimum: 0 };
}

/** Under the names of functions that the pool's settings have; Cognito shows the newer form beside the older one. */
function lambdaConfigOf({ triggers = [], region, accountId }: PoolSettings): object {
  const members = triggers.flatMap(({ trigger, functionName, version }) => {
    const arn = `arn:aws:lambda:${region}:${accountId}:function:${functionName}`;
    const newer = { LambdaArn: arn, LambdaVersion: `${version}_0` };
    return version
      ? [
          [trigger, arn],
          [`${trigger}Config`, newer],
        ]
      : [[trigger, arn]];
  });
  return Object.fromEntries(members);
}

function describeAttribute(attribute: AttributeSchema): object {
  const { name, type, isRequired, isMutable } = attribute;
  return {
    Name: name,
    AttributeDataType: type,
    DeveloperOnlyAttribute: false,
    Mutable: isMutable,
    Required: isRequired,
    ...constraintsOf(attribute),
  };
}

/** Numbers are texts here, as AWS has them. */
function constraintsOf({ name, type, minimum, maximum }: AttributeSchema): object {
  if (type === "String") {
    const most = maximum ?? (name.startsWith("custom:") ? undefined : 2048);
    const MaxLength = most === undefined ? {} : { MaxLength: String(most) };
    return { StringAttributeConstraints: { MinLength: String(minimum ?? 0), ...MaxLength } };
  }
  if (type !== "Number") return {};
  return {
    NumberAttributeConstraints: {
      ...(minimum !== undefined && { MinValue: String(minimum) }),
      ...(maximum !== undefined && { MaxValue: String(maximum) }),
    },
  };
}
