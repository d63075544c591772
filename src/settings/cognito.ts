import { type Environment, setting } from "./environment.ts";
import { originProblem, schemeProblem } from "./origin.ts";
import { looksLikePlaceholder } from "./placeholder.ts";
import type { Problem } from "./problems.ts";

/** Where a user pool is, and how this app client proves itself to it. */
export interface UserPoolSettings {
  /** Origin of the user pool domain: the hosted UI and `/oauth2/*`. */
  domain: string;
  /** The `iss` of its tokens, byte for byte; discovery and JWKS lie below it. */
  issuer: string;
  clientId: string;
  clientSecret: string;
}

/** What each setting is for and where its value lives; also read out when it is missing. */
const purposes = {
  COGNITO_DOMAIN: {
    why: "The Register/Login link leads there, and the token request goes there.",
    where: "User pools ▸ your pool ▸ Branding ▸ Domain (with https:// in front)",
  },
  COGNITO_USER_POOL_ID: {
    why: "The issuer and the public keys that ID tokens are checked against follow from it.",
    where: "User pools ▸ your pool ▸ Overview ▸ User pool ID",
  },
  COGNITO_ISSUER: {
    why: "ID tokens are accepted from exactly this issuer, and its public keys are fetched below it.",
    where:
      "User pools ▸ your pool ▸ Overview ▸ Token signing key URL, without /.well-known/jwks.json",
  },
  CLIENT_ID: {
    why: "It tells Cognito which app client is asking.",
    where: "User pools ▸ your pool ▸ App clients ▸ your client ▸ Client ID",
  },
  CLIENT_SECRET: {
    why: "The token request authenticates with it, so nobody could finish signing in.",
    where: "User pools ▸ your pool ▸ App clients ▸ your client ▸ Client secret",
  },
} as const;

type CognitoSetting = keyof typeof purposes;

/**
 * The user pool that the settings name, or undefined where none of them is set.
 * Some but not all, or malformed ones, are noted as problems.
 */
export function readUserPool(
  env: Environment,
  problems: Problem[],
  app: { isOnLoopback: boolean },
): UserPoolSettings | undefined {
  const given = (name: CognitoSetting) => setting(env, name);
  const names = Object.keys(purposes) as CognitoSetting[];
  if (names.every((name) => given(name) === undefined)) return undefined;

  const found = problems.length;
  const note = (name: CognitoSetting, what: string) =>
    problems.push({ setting: name, what, why: purposes[name].why, remedy: whereToFind(name) });

  for (const name of requiredSettings(given("COGNITO_ISSUER"))) {
    const value = given(name);
    if (value === undefined) note(name, "is missing.");
    else if (looksLikePlaceholder(value)) note(name, "still holds a placeholder.");
    else
      noteMalformed(name, value, { ...app, hasOwnIssuer: Boolean(given("COGNITO_ISSUER")) }, note);
  }
  if (problems.length > found) return undefined;
  return assemble(given, note);
}

/** The remedy for a missing setting: where in the Cognito console its value is. */
export function whereToFind(name: CognitoSetting): string {
  return `Copy it from the Cognito console: ${purposes[name].where}.`;
}

/** The four settings that a real user pool takes. */
export const userPoolSettings: readonly CognitoSetting[] = requiredSettings(undefined);

function requiredSettings(issuer: string | undefined): CognitoSetting[] {
  const source = issuer === undefined ? "COGNITO_USER_POOL_ID" : "COGNITO_ISSUER";
  return ["COGNITO_DOMAIN", source, "CLIENT_ID", "CLIENT_SECRET"];
}

function noteMalformed(
  name: CognitoSetting,
  value: string,
  { isOnLoopback, hasOwnIssuer }: { isOnLoopback: boolean; hasOwnIssuer: boolean },
  note: (name: CognitoSetting, what: string) => void,
): void {
  const problem = problemWith(name, value, isOnLoopback, hasOwnIssuer);
  if (problem) note(name, problem);
}

function problemWith(
  name: CognitoSetting,
  value: string,
  isOnLoopback: boolean,
  hasOwnIssuer: boolean,
): string | undefined {
  switch (name) {
    case "COGNITO_DOMAIN":
      return originProblem(value, { plainHttpOnLoopback: isOnLoopback });
    case "COGNITO_ISSUER":
      return issuerProblem(value, isOnLoopback);
    case "COGNITO_USER_POOL_ID":
      return regionOf(value) ? undefined : "is not a user pool ID such as eu-west-1_Ab3dE5gH1.";
    case "CLIENT_ID":
      // A colon would end the user name of the Basic scheme (RFC 7617 §2).
      return clientIdPattern(hasOwnIssuer).test(value)
        ? undefined
        : "is not an app client ID: 26 lower-case letters and digits, as a rule.";
    case "CLIENT_SECRET":
      return hasOwnIssuer || /^[\w+]{24,64}$/.test(value)
        ? undefined
        : "is not an app client secret: 24 to 64 letters and digits.";
  }
}

function clientIdPattern(hasOwnIssuer: boolean): RegExp {
  return hasOwnIssuer ? /^[\x21-\x39\x3b-\x7e]{1,128}$/ : /^[\w+]{1,128}$/;
}

function issuerProblem(value: string, isOnLoopback: boolean): string | undefined {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (!url || !/^https?:\/\//i.test(value)) return "is not an address that begins with https://.";
  if (/[?#]/.test(value) || value.endsWith("/"))
    return "ends in a slash, or has a query or fragment.";
  return schemeProblem(value, { plainHttpOnLoopback: isOnLoopback });
}

/** The region that a user pool ID begins with, or undefined where it is malformed. */
function regionOf(userPoolId: string): string | undefined {
  return /^([a-z]{2}(?:-[a-z]+)+-\d{1,2})_[0-9A-Za-z]{1,30}$/.exec(userPoolId)?.[1];
}

function assemble(
  given: (name: CognitoSetting) => string | undefined,
  note: (name: CognitoSetting, what: string) => void,
): UserPoolSettings | undefined {
  const domain = new URL(given("COGNITO_DOMAIN") ?? "").origin;
  const userPoolId = given("COGNITO_USER_POOL_ID") ?? "";
  const region = regionOf(userPoolId);
  const domainRegion = /\.auth(?:-fips)?\.([a-z0-9-]+)\.amazoncognito\.com$/.exec(domain)?.[1];
  if (!given("COGNITO_ISSUER") && domainRegion && domainRegion !== region) {
    note(
      "COGNITO_USER_POOL_ID",
      `is in another region than COGNITO_DOMAIN (${region}, ${domainRegion}).`,
    );
    return undefined;
  }
  return {
    domain,
    issuer: given("COGNITO_ISSUER") ?? `https://cognito-idp.${region}.amazonaws.com/${userPoolId}`,
    clientId: given("CLIENT_ID") ?? "",
    clientSecret: given("CLIENT_SECRET") ?? "",
  };
}
