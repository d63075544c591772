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

interface Circumstances {
  /** APP_URL is on this machine, where plain http is fine. */
  isOnLoopback: boolean;
  /** COGNITO_ISSUER names the issuer, so the provider need not be Cognito itself. */
  hasOwnIssuer: boolean;
}

interface PoolSetting {
  why: string;
  /** In the Cognito console. */
  where: string;
  /** What is malformed about a value, or undefined. */
  problem(value: string, circumstances: Circumstances): string | undefined;
}

const poolSettings = {
  COGNITO_DOMAIN: {
    why: "The Register/Login link leads there, and the token request goes there.",
    where: "User pools ▸ your pool ▸ Branding ▸ Domain (with https:// in front)",
    problem: domainProblem,
  },
  COGNITO_USER_POOL_ID: {
    why: "The issuer and the public keys that ID tokens are checked against follow from it.",
    where: "User pools ▸ your pool ▸ Overview ▸ User pool ID",
    problem: (value) =>
      regionOf(value) ? undefined : "is not a user pool ID such as eu-west-1_Ab3dE5gH1.",
  },
  COGNITO_ISSUER: {
    why: "ID tokens are accepted from exactly this issuer, and its keys are fetched below it.",
    where: "User pools ▸ your pool ▸ Overview ▸ Token signing key URL, up to /.well-known",
    problem: issuerProblem,
  },
  CLIENT_ID: {
    why: "It tells Cognito which app client is asking.",
    where: "User pools ▸ your pool ▸ App clients ▸ your client ▸ Client ID",
    problem: (value, { hasOwnIssuer }) =>
      // A colon would end the user name of the Basic scheme (RFC 7617 §2).
      (hasOwnIssuer ? /^[\x21-\x39\x3b-\x7e]{1,128}$/ : /^[\w+]{1,128}$/).test(value)
        ? undefined
        : "is not an app client ID: 26 lower-case letters and digits, as a rule.",
  },
  CLIENT_SECRET: {
    why: "The token request authenticates with it, so nobody could finish signing in.",
    where: "User pools ▸ your pool ▸ App clients ▸ your client ▸ Client secret",
    problem: (value, { hasOwnIssuer }) =>
      hasOwnIssuer || /^[\w+]{24,64}$/.test(value)
        ? undefined
        : "is not an app client secret: 24 to 64 letters and digits.",
  },
} satisfies Record<string, PoolSetting>;

type PoolSettingName = keyof typeof poolSettings;
type GivenSettings = Partial<Record<PoolSettingName, string>>;

/**
 * The user pool that the settings name, or undefined where none of them is set.
 * Some but not all, or malformed ones, are noted as problems.
 */
export function readUserPool(
  env: Environment,
  problems: Problem[],
  { isOnLoopback }: { isOnLoopback: boolean },
): UserPoolSettings | undefined {
  if (!namesUserPool(env)) return undefined;
  const given = givenSettings(env);
  const hasOwnIssuer = given.COGNITO_ISSUER !== undefined;
  const found = requiredSettings({ hasOwnIssuer }).flatMap(
    (name) => problemWith(name, given[name], { isOnLoopback, hasOwnIssuer }) ?? [],
  );
  problems.push(...found);
  if (found.length > 0) return undefined;
  return hasOwnIssuer ? poolOfIssuer(given) : poolOfId(given, problems);
}

/** True as soon as one of the user pool's settings is there: half a pool never runs as a local one. */
export function namesUserPool(env: Environment): boolean {
  return Object.keys(givenSettings(env)).length > 0;
}

/** The problems of an environment that needs a user pool and names none. */
export function missingUserPool(why: string): Problem[] {
  return requiredSettings({ hasOwnIssuer: false }).map((name) => ({
    setting: name,
    what: "is missing.",
    why,
    remedy: whereToFind(name),
  }));
}

function givenSettings(env: Environment): GivenSettings {
  const names = Object.keys(poolSettings) as PoolSettingName[];
  const pairs = names.map((name) => [name, setting(env, name)] as const);
  return Object.fromEntries(pairs.filter(([, value]) => value !== undefined));
}

function requiredSettings({ hasOwnIssuer }: { hasOwnIssuer: boolean }): PoolSettingName[] {
  const source = hasOwnIssuer ? "COGNITO_ISSUER" : "COGNITO_USER_POOL_ID";
  return ["COGNITO_DOMAIN", source, "CLIENT_ID", "CLIENT_SECRET"];
}

function problemWith(
  name: PoolSettingName,
  value: string | undefined,
  circumstances: Circumstances,
): Problem | undefined {
  const what = faultOf(poolSettings[name], value, circumstances);
  const { why } = poolSettings[name];
  return what === undefined ? undefined : { setting: name, what, why, remedy: whereToFind(name) };
}

function faultOf(
  { problem }: PoolSetting,
  value: string | undefined,
  circumstances: Circumstances,
): string | undefined {
  if (value === undefined) return "is missing.";
  if (looksLikePlaceholder(value)) return "still holds a placeholder.";
  return problem(value, circumstances);
}

function whereToFind(name: PoolSettingName): string {
  return `Copy it from the Cognito console: ${poolSettings[name].where}.`;
}

function domainProblem(value: string, { isOnLoopback }: Circumstances): string | undefined {
  if (/\/\/(?:issuer-)?cognito-idp[.-]/.test(value)) {
    return "is the issuer's host; the hosted UI has a domain of its own.";
  }
  return originProblem(value, { plainHttpOnLoopback: isOnLoopback });
}

function issuerProblem(value: string, { isOnLoopback }: Circumstances): string | undefined {
  if (!URL.canParse(value) || !/^https?:\/\//i.test(value)) {
    return "is not an address that begins with https://.";
  }
  if (new URL(value).username || new URL(value).password) return "holds a user name or password.";
  if (/[?#]/.test(value) || value.endsWith("/")) {
    return "ends in a slash, or has a query or fragment.";
  }
  return schemeProblem(value, { plainHttpOnLoopback: isOnLoopback });
}

function poolOfIssuer(given: GivenSettings): UserPoolSettings {
  return { ...clientOf(given), issuer: given.COGNITO_ISSUER ?? "" };
}

function poolOfId(given: GivenSettings, problems: Problem[]): UserPoolSettings | undefined {
  const { COGNITO_USER_POOL_ID: userPoolId = "", COGNITO_DOMAIN: domain = "" } = given;
  const region = regionOf(userPoolId);
  const domainRegion = /\.auth(?:-fips)?\.([a-z0-9-]+)\.amazoncognito\.com\/?$/.exec(domain)?.[1];
  if (domainRegion && domainRegion !== region) {
    problems.push({
      setting: "COGNITO_USER_POOL_ID",
      what: `is in another region than COGNITO_DOMAIN (${region} and ${domainRegion}).`,
      why: "A domain belongs to one pool, so no token from there would pass the checks.",
      remedy: whereToFind("COGNITO_USER_POOL_ID"),
    });
    return undefined;
  }
  return {
    ...clientOf(given),
    issuer: `https://cognito-idp.${region}.amazonaws.com/${userPoolId}`,
  };
}

function clientOf(given: GivenSettings): Omit<UserPoolSettings, "issuer"> {
  const { COGNITO_DOMAIN: domain = "", CLIENT_ID = "", CLIENT_SECRET = "" } = given;
  return { domain: new URL(domain).origin, clientId: CLIENT_ID, clientSecret: CLIENT_SECRET };
}

/** The region that a user pool ID begins with, or undefined where the ID is malformed. */
function regionOf(userPoolId: string): string | undefined {
  return /^([a-z]{2}(?:-[a-z]+)+-\d{1,2})_[0-9A-Za-z]{1,30}$/.exec(userPoolId)?.[1];
}
