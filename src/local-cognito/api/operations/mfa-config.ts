import type { Context } from "../context.ts";
import { ApiException } from "../exceptions.ts";
import { assertPool } from "../named.ts";

interface OfPool {
  UserPoolId: string;
}

interface MfaConfig extends OfPool {
  MfaConfiguration?: "OFF" | "ON" | "OPTIONAL";
  SoftwareTokenMfaConfiguration?: { Enabled?: boolean };
  SmsMfaConfiguration?: object;
  EmailMfaConfiguration?: object;
  WebAuthnConfiguration?: object;
}

export function getUserPoolMfaConfig({ pool }: Context, { UserPoolId }: OfPool): object {
  assertPool(pool, UserPoolId);
  const { mfa } = pool.settings;
  return {
    ...(mfa !== "OFF" && { SoftwareTokenMfaConfiguration: { Enabled: true } }),
    MfaConfiguration: mfa,
  };
}

/** The one factor is the authenticator app; the setting lasts until the next start. */
export function setUserPoolMfaConfig(context: Context, input: MfaConfig): object {
  const { pool, remarks } = context;
  assertPool(pool, input.UserPoolId);
  const { MfaConfiguration: mfa = "OFF", SoftwareTokenMfaConfiguration: app } = input;
  const others = ["SmsMfaConfiguration", "EmailMfaConfiguration"] as const;
  const other = others.find((name) => input[name] !== undefined);
  if (mfa === "OFF" && (app?.Enabled || other)) {
    throw invalid(
      "Invalid MFA configuration given, can't turn off MFA and configure an MFA together.",
    );
  }
  if (mfa !== "OFF" && !app?.Enabled) {
    if (other)
      throw invalid(`Local Cognito has no ${other}: switch on SoftwareTokenMfaConfiguration.`);
    throw invalid(
      app
        ? "Invalid MFA configuration given, can't disable all MFAs with a required or optional configuration."
        : "Invalid MFA Configuration given. SMS MFA, Email MFA, or Software Token MFA must be enabled.",
    );
  }
  const ignored = [other, input.WebAuthnConfiguration && "WebAuthnConfiguration"].filter(Boolean);
  if (ignored.length > 0) remarks.push(`Local Cognito has no ${ignored.join(" and no ")}.`);
  pool.settings.mfa = mfa;
  return getUserPoolMfaConfig(context, input);
}

function invalid(message: string): ApiException {
  return new ApiException("InvalidParameterException", message);
}
