import type { Findings } from "../findings.ts";
import type { PropertiesOf } from "../resources/shapes.ts";

type UserPool = PropertiesOf<"AWS::Cognito::UserPool">;

/** What the plan that a pool names does not have, each with its property. */
export function findWhatTheTierLacks(pool: UserPool, path: string, findings: Findings): void {
  const { UserPoolTier: tier } = pool;
  if (!tier) return;
  const lacks = (property: string, wanted: boolean, needed: string) => {
    if (wanted)
      findings.problem(`${path}.${property}`, `needs UserPoolTier ${needed}; it is ${tier}.`);
  };
  if (tier === "LITE") {
    const factors = [pool.Policies?.SignInPolicy?.AllowedFirstAuthFactors].flat();
    const trigger = pool.LambdaConfig?.PreTokenGenerationConfig?.LambdaVersion;
    const history = Number(pool.Policies?.PasswordPolicy?.PasswordHistorySize ?? 0);
    const higher = "ESSENTIALS or PLUS";
    lacks("EnabledMfas", pool.EnabledMfas?.includes("EMAIL_OTP") ?? false, higher);
    lacks("Policies.PasswordPolicy.PasswordHistorySize", history > 0, higher);
    lacks(
      "Policies.SignInPolicy.AllowedFirstAuthFactors",
      factors.some((factor) => factor && factor !== "PASSWORD"),
      higher,
    );
    lacks(
      "LambdaConfig.PreTokenGenerationConfig",
      trigger !== undefined && String(trigger) !== "V1_0",
      higher,
    );
  }
  const mode = String(pool.UserPoolAddOns?.AdvancedSecurityMode ?? "OFF");
  lacks("UserPoolAddOns.AdvancedSecurityMode", tier !== "PLUS" && mode !== "OFF", "PLUS");
}
