import type { PasswordPolicy, PoolSettings } from "../../pool/pool-settings.ts";
import { type Findings, pathOf } from "../findings.ts";
import type { Resource } from "../resources/read-resources.ts";
import type { PropertiesOf } from "../resources/shapes.ts";
import { messagesOf } from "./messages.ts";
import { mfaOf } from "./mfa.ts";
import { schemaOf } from "./schema.ts";
import { findWhatTheTierLacks } from "./tier.ts";

type UserPool = PropertiesOf<"AWS::Cognito::UserPool">;

const defaultValidityDays = 7;

type OfPool = Omit<
  PoolSettings,
  | "region"
  | "accountId"
  | "identityProviders"
  | "groups"
  | "resourceServers"
  | "managedLoginVersion"
  | "styles"
  | "triggers"
  | "users"
  | "clients"
>;

/** The settings of the pool itself, with AWS's defaults for what is not named; those are not the console's. */
export function poolSettings({
  name,
  path,
  properties,
  findings,
}: Resource<"AWS::Cognito::UserPool">): OfPool {
  warnOfWhatIsOtherwise(properties, path, findings);
  findWhatTheTierLacks(properties, path, findings);
  return {
    poolName: properties.UserPoolName ?? name,
    signInWith: signInWith(properties, path, findings),
    isCaseSensitive: properties.UsernameConfiguration?.CaseSensitive ?? true,
    allowsSignUp: !properties.AdminCreateUserConfig?.AllowAdminCreateUserOnly,
    passwordPolicy: passwordPolicyOf(properties),
    recoveryBy: recoveryBy(properties),
    keepsUntilVerified:
      properties.UserAttributeUpdateSettings?.AttributesRequireVerificationBeforeUpdate ?? [],
    messages: messagesOf(properties),
    mfa: mfaOf(properties, path, findings),
    schema: schemaOf(properties, path, findings),
  };
}

function signInWith(
  { AliasAttributes, UsernameAttributes }: UserPool,
  path: string,
  findings: Findings,
): PoolSettings["signInWith"] {
  if (AliasAttributes && UsernameAttributes) {
    findings.problem(`${path}.UsernameAttributes`, "cannot stand beside AliasAttributes.");
  }
  for (const [name, attributes] of Object.entries({ AliasAttributes, UsernameAttributes })) {
    attributes?.forEach((attribute, index) => {
      if (attribute !== "email") {
        findings.warn(pathOf(path, name, index), `signing in by ${attribute} is not simulated.`);
      }
    });
  }
  if (UsernameAttributes?.includes("email")) return "email";
  return AliasAttributes?.includes("email") ? "alias" : "username";
}

function warnOfWhatIsOtherwise(properties: UserPool, path: string, findings: Findings): void {
  const { AutoVerifiedAttributes } = properties;
  if (!AutoVerifiedAttributes?.includes("email")) {
    findings.warn(
      `${path}.AutoVerifiedAttributes`,
      "does not name email. Local Cognito mails a code all the same.",
    );
  }
}

/** Without a setting Cognito sends a message first, and a mail where there is no telephone. */
function recoveryBy({ AccountRecoverySetting }: UserPool): PoolSettings["recoveryBy"] {
  const mechanisms = AccountRecoverySetting?.RecoveryMechanisms;
  if (!mechanisms) return ["phone_number", "email"];
  const byPriority = mechanisms.toSorted((a, b) => (a.Priority ?? 0) - (b.Priority ?? 0));
  return byPriority.flatMap(({ Name }) => {
    if (Name === "verified_email") return ["email" as const];
    return Name === "verified_phone_number" ? ["phone_number" as const] : [];
  });
}

/** Without a policy Cognito's own counts; in one that is given, a class that is not named is not required. */
function passwordPolicyOf({ Policies, AdminCreateUserConfig }: UserPool): PasswordPolicy {
  const policy = Policies?.PasswordPolicy;
  const isRequired = policy === undefined;
  return {
    minimumLength: policy?.MinimumLength ?? 8,
    requireUppercase: policy?.RequireUppercase ?? isRequired,
    requireLowercase: policy?.RequireLowercase ?? isRequired,
    requireNumbers: policy?.RequireNumbers ?? isRequired,
    requireSymbols: policy?.RequireSymbols ?? isRequired,
    // 0 stands for the default, and the second name is the older one.
    temporaryPasswordValidityDays:
      policy?.TemporaryPasswordValidityDays ||
      AdminCreateUserConfig?.UnusedAccountValidityDays ||
      defaultValidityDays,
  };
}
