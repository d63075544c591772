import type { PoolSettings } from "../../pool/pool-settings.ts";
import { type Findings, pathOf } from "../findings.ts";
import type { PropertiesOf } from "../resources/shapes.ts";

type UserPool = PropertiesOf<"AWS::Cognito::UserPool">;

/** Whether there is a second factor; notes what AWS would refuse, and factors that are not simulated. */
export function mfaOf(
  {
    MfaConfiguration = "OFF",
    EnabledMfas = [],
    SmsConfiguration,
    AutoVerifiedAttributes,
  }: UserPool,
  path: string,
  findings: Findings,
): PoolSettings["mfa"] {
  EnabledMfas.forEach((factor, index) => {
    const at = pathOf(path, "EnabledMfas", index);
    if (factor === "SMS_MFA" && !SmsConfiguration) {
      findings.problem(at, "SMS_MFA needs an SmsConfiguration, which says with what AWS sends.");
    } else if (factor !== "SOFTWARE_TOKEN_MFA") findings.notSimulated(`${at} (${factor})`);
  });
  if (AutoVerifiedAttributes?.includes("phone_number")) {
    if (SmsConfiguration) findings.notSimulated(`${path}.AutoVerifiedAttributes (phone_number)`);
    else {
      const at = pathOf(
        path,
        "AutoVerifiedAttributes",
        AutoVerifiedAttributes.indexOf("phone_number"),
      );
      findings.problem(
        at,
        "phone_number needs an SmsConfiguration, which says with what AWS sends.",
      );
    }
  }
  if (MfaConfiguration === "OFF") return "OFF";
  if (EnabledMfas.length === 0 && !SmsConfiguration) {
    findings.problem(
      `${path}.MfaConfiguration`,
      `cannot be ${MfaConfiguration} with no factor: EnabledMfas names none.`,
    );
  }
  if (EnabledMfas.includes("SOFTWARE_TOKEN_MFA")) return MfaConfiguration;
  findings.warn(
    `${path}.MfaConfiguration`,
    "is on for factors that are not simulated alone: people sign in here with an authenticator app as the second one.",
  );
  return MfaConfiguration;
}
