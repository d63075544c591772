import type { UserPool } from "../sign-in/cognito/user-pool.ts";
import { accountScope } from "../sign-in/routes/account/account-facts.ts";
import type { Environment } from "../sign-in/settings/environment.ts";
import { advice, ok, unknown, type Verdict } from "./verdict.ts";

/** What the user pool says of itself to somebody with AWS credentials. */
interface PoolSettings {
  /** Undefined where the app client may read, or write, every standard attribute. */
  readable: string[] | undefined;
  writable: string[] | undefined;
  custom: string[];
  hasAuthenticatorApps: boolean;
  sendsCodes: boolean;
}

/** Milliseconds for each question. */
const deadlineMs = 10_000;

/**
 * Whether the user pool allows what the account page offers. AWS alone knows, so it is asked where credentials are set;
 * nothing is said where the page changes nothing anyway.
 */
export async function checkAccountPage(
  pool: UserPool,
  scopes: string[],
  env: Environment,
): Promise<Verdict[]> {
  if (!scopes.includes(accountScope)) return [];
  if (!env.AWS_ACCESS_KEY_ID && !env.AWS_PROFILE) {
    const finding =
      "the scope is there. AWS alone knows whether the pool lets visitors change attributes and set up an authenticator app: set AWS_PROFILE, and the doctor asks";
    return [ok("account-page", finding)];
  }
  try {
    return [verdictOn(await askAws(pool, env))];
  } catch (error) {
    const { name, code } = error as NodeJS.ErrnoException;
    const finding =
      code === "ERR_MODULE_NOT_FOUND"
        ? "AWS is not asked: its SDK comes with the development dependencies alone."
        : `AWS does not say what the page may do (${name}).`;
    return unknown(["account-page"], finding);
  }
}

function verdictOn(settings: PoolSettings): Verdict {
  const { readable, writable, custom, hasAuthenticatorApps, sendsCodes } = settings;
  const unread = missing(["email", "email_verified", "name", ...custom], readable);
  const unwritten = missing(["email", "name"], writable);
  const lacks = [
    unread.length > 0 && [
      `The app client may not read ${unread.join(", ")}, so the page does not show it.`,
      "Allow it: App clients ▸ your client ▸ Attribute permissions.",
    ],
    unwritten.length > 0 && [
      `The app client may not write ${unwritten.join(", ")}, so visitors cannot change it.`,
      "Allow it: App clients ▸ your client ▸ Attribute permissions.",
    ],
    !hasAuthenticatorApps && [
      "The pool has no authenticator apps, so visitors cannot set one up.",
      "Switch them on: Sign-in ▸ Multi-factor authentication ▸ Optional, Authenticator apps.",
    ],
    !sendsCodes && [
      "The pool sends no code to a changed e-mail address, so it never counts as confirmed.",
      "Switch it on: Sign-up ▸ Attribute verification ▸ Send email message, verify email address.",
    ],
  ].filter((lack) => lack !== false);
  if (lacks.length === 0) {
    return ok("account-page", "attributes, codes and authenticator apps: allowed");
  }
  const findings = lacks.map(([finding]) => finding).join(" ");
  const remedies = [...new Set(lacks.map(([, remedy]) => remedy))].join(" ");
  return advice("account-page", findings, remedies);
}

function missing(names: string[], allowed: string[] | undefined): string[] {
  return names.filter((name) => (allowed ? !allowed.includes(name) : name.startsWith("custom:")));
}

/** Rejects with the SDK's error, and where the SDK is not installed, as on a server. */
async function askAws({ issuer, apiEndpoint, clientId }: UserPool, env: Environment) {
  const sdk = await import("@aws-sdk/client-cognito-identity-provider");
  const UserPoolId = new URL(issuer).pathname.slice(1);
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = env;
  const sessionToken = env.AWS_SESSION_TOKEN;
  const client = new sdk.CognitoIdentityProviderClient({
    region: UserPoolId.split("_")[0] ?? "",
    endpoint: apiEndpoint,
    maxAttempts: 1,
    requestHandler: { requestTimeout: deadlineMs, connectionTimeout: deadlineMs },
    ...(accessKeyId &&
      secretAccessKey && {
        credentials: { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) },
      }),
  });
  try {
    const [{ UserPoolClient }, { UserPool: described }, mfa] = await Promise.all([
      client.send(new sdk.DescribeUserPoolClientCommand({ UserPoolId, ClientId: clientId })),
      client.send(new sdk.DescribeUserPoolCommand({ UserPoolId })),
      client.send(new sdk.GetUserPoolMfaConfigCommand({ UserPoolId })),
    ]);
    const names = (described?.SchemaAttributes ?? []).map(({ Name = "" }) => Name);
    return {
      readable: UserPoolClient?.ReadAttributes,
      writable: UserPoolClient?.WriteAttributes,
      custom: names.filter((name) => name.startsWith("custom:")),
      hasAuthenticatorApps:
        mfa.MfaConfiguration !== "OFF" && mfa.SoftwareTokenMfaConfiguration?.Enabled === true,
      sendsCodes: described?.AutoVerifiedAttributes?.includes("email") === true,
    };
  } finally {
    client.destroy();
  }
}
