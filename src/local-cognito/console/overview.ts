import type { RequestHandler } from "express";
import { inEnglish } from "../messages.ts";
import { defaultCallbackUrl } from "../oauth/default-callback-url.ts";
import type { AttributeSchema, ClientSettings, PoolSettings } from "../pool/pool-settings.ts";
import { passwordHint } from "../users/password-policy.ts";
import { answer, wantsJson } from "./answer.ts";
import type { Console } from "./console.ts";

/** A line of the page: a term, and each value that it has. */
type Fact = [term: string, ...values: string[]];

/** GET /_local: what a developer needs to know of this pool and its client, and its signing keys. */
export function showOverview(pool: Console, issuer: string): RequestHandler {
  return async (req, res) => {
    const { userPoolId, clients } = pool;
    const { clientId, callbackUrls, signOutUrls } = clients.first;
    const values = { userPoolId, issuer, clientId, callbackUrls, signOutUrls };
    const { clients: _stale, ...settings } = pool.settings;
    const described = clients.list().map(({ clientSecret: _secret, ...told }) => told);
    const [client] = described;
    const signingKeys = await pool.keys.list();
    const data = {
      ...values,
      settings: { ...settings, client },
      clients: described,
      signingKeys,
    };
    answer(req, res, data, {
      view: "local-overview",
      locals: {
        userPoolId,
        issuer,
        poolFacts: poolFacts(pool.settings),
        clients: described.map((told) => ({ ...told, facts: clientFacts(told) })),
        signingKeys,
      },
    });
  };
}

/** POST /_local/keys/rotate: two new signing keys; the old ones stay published while their tokens live. */
export function rotateKeys(pool: Console): RequestHandler {
  return async (req, res) => {
    await pool.keys.rotate();
    if (wantsJson(req)) res.json(await pool.keys.list());
    else res.redirect(303, "/_local#keys");
  };
}

function poolFacts(settings: PoolSettings): Fact[] {
  const { passwordPolicy, schema, groups, identityProviders } = settings;
  return [
    ["Name", settings.poolName],
    ["Sign in with", `${signInNames[settings.signInWith]}, ${caseRule(settings)}`],
    ["Sign-up", settings.allowsSignUp ? "Open to everybody" : "Administrators make the users"],
    ["Pages", settings.managedLoginVersion === 2 ? "Managed login" : "Hosted UI (classic)"],
    ["Passwords", inEnglish(passwordHint(passwordPolicy))],
    [
      "Temporary passwords",
      `Good for ${countOf(passwordPolicy.temporaryPasswordValidityDays, "day")}`,
    ],
    ["Authenticator app", mfaNames[settings.mfa]],
    ["Attributes", ...orNone(schema.map(describeAttribute))],
    ["Identity providers", ...orNone(identityProviders.map(({ name }) => name))],
    ["Resource servers", ...orNone(settings.resourceServers.flatMap(scopesOf))],
    ["Groups", ...(groups.length > 0 ? groups.map(({ name }) => name) : ["Any"])],
  ];
}

function clientFacts(client: ClientSettings): Fact[] {
  const { refreshTokenRotation: rotation } = client;
  return [
    ["Client secret", client.hasSecret ? "Has one" : "None: a public client"],
    ["Grants", ...orNone(client.grants)],
    ["Allowed callback URLs", ...orNone(client.callbackUrls)],
    ["Without redirect_uri", defaultCallbackUrl(client) ?? "Refused"],
    ["Allowed sign-out URLs", ...orNone(client.signOutUrls)],
    ["Scopes", client.scopes.join(" ")],
    ["Identity providers", client.identityProviders.join(", ")],
    ["ID token", durationOf(client.idTokenSeconds)],
    ["Access token", durationOf(client.accessTokenSeconds)],
    ["Refresh token", durationOf(client.refreshTokenSeconds)],
    [
      "Refresh token rotation",
      rotation ? `On; the old one works ${durationOf(rotation.graceSeconds)} longer` : "Off",
    ],
    [
      "Prevent user existence errors",
      client.hidesUserExistence ? "On" : "Off: the pages tell which users there are",
    ],
    ["Readable attributes", client.readAttributes?.join(", ") ?? "All"],
    ["Writable attributes", client.writeAttributes?.join(", ") ?? "All"],
    ["By API", ...orNone(client.authFlows)],
    ["Each step by API", durationOf(client.authSessionMinutes * 60)],
    ["Token revocation", client.revokesTokens ? "On" : "Off"],
  ];
}

const signInNames: Record<PoolSettings["signInWith"], string> = {
  alias: "User name or verified email address",
  email: "Email address",
  username: "User name",
};

const mfaNames: Record<PoolSettings["mfa"], string> = {
  OFF: "Off",
  OPTIONAL: "Optional: asked of those who have one",
  ON: "Required",
};

function scopesOf({ identifier, scopes }: PoolSettings["resourceServers"][number]): string[] {
  return scopes.map(({ name }) => `${identifier}/${name}`);
}

function caseRule({ isCaseSensitive }: PoolSettings): string {
  return isCaseSensitive ? "case matters" : "in any case";
}

function describeAttribute({ name, type, isRequired, isMutable, ...limits }: AttributeSchema) {
  const { minimum, maximum } = limits;
  return [
    `${name}: ${type}`,
    isRequired && "required",
    !isMutable && "never changes",
    minimum !== undefined && `at least ${minimum}`,
    maximum !== undefined && `at most ${maximum}`,
  ]
    .filter(Boolean)
    .join(", ");
}

function durationOf(seconds: number): string {
  if (seconds % 86_400 === 0 && seconds > 0) return countOf(seconds / 86_400, "day");
  return seconds % 60 === 0 && seconds > 0
    ? countOf(seconds / 60, "minute")
    : countOf(seconds, "second");
}

function countOf(count: number, unit: string): string {
  return `${count} ${unit}${count === 1 ? "" : "s"}`;
}

function orNone(values: string[]): string[] {
  return values.length > 0 ? values : ["None"];
}
