import type { Request, RequestHandler, Response } from "express";
import { queryOf, readFields } from "../browser/forms.ts";
import { PageError } from "../errors.ts";
import type { Message } from "../messages.ts";
import type { IdentityProviderSettings } from "../pool/pool-settings.ts";
import { readableName } from "../users/readable-name.ts";
import { isEmailAddress } from "../users/user-attributes.ts";
import type { Federation } from "./federation.ts";
import {
  findProvider,
  labelOf,
  type ProviderClaims,
  providerProfiles,
} from "./identity-providers.ts";

const longestClaim = 2048;
const labels: Record<string, Message> = {
  email: "email",
  name: "fullName",
  given_name: "givenName",
  first_name: "givenName",
  family_name: "familyName",
  last_name: "familyName",
  firstName: "givenName",
  lastName: "familyName",
  postal_code: "postalCode",
};

/** GET /_providers/NAME/authorize: where a provider would ask who somebody is, one of earlier people or a new one. */
export function showProvider(pool: Federation): RequestHandler {
  return (req, res) => renderProvider(req, res, pool, providerIn(pool, req));
}

/** POST /_providers/NAME/authorize: back to the pool with a code for that person, or with a refusal. */
export function answerProvider(pool: Federation): RequestHandler {
  return (req, res) => {
    const provider = providerIn(pool, req);
    const { _csrf = "", ...fields } = readFields(req);
    if (pool.formTokens.ageOf(req, _csrf) === undefined) {
      throw new PageError(403, "formRefused", "formNotFromHere");
    }
    if (fields.decision === "refuse") {
      res.redirect(302, backToPool(req, { error: "access_denied" }));
      return;
    }
    const claims = chosenAccount(pool, provider, fields.account) ?? typedClaims(provider, fields);
    const problem = problemOf(provider, claims);
    if (problem) {
      renderProvider(req, res.status(400), pool, provider, { typed: claims, problem });
      return;
    }
    res.redirect(302, backToPool(req, { code: pool.providerAccounts.signIn(provider, claims) }));
  };
}

function providerIn(pool: Federation, req: Request): IdentityProviderSettings {
  const offering = pool.clients.list();
  const provider = offering
    .map((client) => findProvider(pool.settings, client, req.params.provider))
    .find((found) => found !== undefined);
  if (!provider) throw new PageError(404, "notFound", "notFoundExplanation");
  return provider;
}

function backToPool(req: Request, answer: Record<string, string>): string {
  const { state } = req.query;
  const query = new URLSearchParams({ ...answer, ...(typeof state === "string" && { state }) });
  return `/oauth2/idpresponse?${query}`;
}

function chosenAccount(
  pool: Federation,
  provider: IdentityProviderSettings,
  id: string | undefined,
): ProviderClaims | undefined {
  const { idClaim } = providerProfiles[provider.type];
  return pool.providerAccounts.list(provider).find((claims) => claims[idClaim] === id);
}

function typedClaims(
  provider: IdentityProviderSettings,
  fields: Record<string, string>,
): ProviderClaims {
  const pairs = textClaimsOf(provider)
    .map((name): [string, string] => [name, (fields[name] ?? "").trim().slice(0, longestClaim)])
    .filter(([, value]) => value !== "");
  const claims: ProviderClaims = Object.fromEntries(pairs);
  if (saysWhetherVerified(provider) && claims.email !== undefined) {
    claims.email_verified = String(fields.email_verified === "true");
  }
  return { ...claims, ...underItsOwnNames(provider, claims) };
}

/** An organisation's own provider is asked by the pool's names for attributes, and has any for them. */
function underItsOwnNames(
  { type, attributeMapping }: IdentityProviderSettings,
  typed: ProviderClaims,
): ProviderClaims {
  if (!isOwnKind(type)) return {};
  const pairs = Object.entries(attributeMapping).flatMap(([attribute, claim]) =>
    typed[attribute] === undefined ? [] : [[claim, typed[attribute]]],
  );
  return Object.fromEntries(pairs);
}

function isOwnKind(type: IdentityProviderSettings["type"]): boolean {
  return providerProfiles[type].label === undefined;
}

function problemOf(
  { type }: IdentityProviderSettings,
  { email, name }: ProviderClaims,
): Message | undefined {
  const { requiredClaim } = providerProfiles[type];
  if (email === undefined ? requiredClaim === "email" : !isEmailAddress(email)) {
    return "emailInvalid";
  }
  return requiredClaim === "name" && name === undefined ? "nameMissing" : undefined;
}

/** What people there have, and whatever else the pool wants to know of them. */
function textClaimsOf({ type, attributeMapping }: IdentityProviderSettings): string[] {
  const { claims, idClaim } = providerProfiles[type];
  const names = isOwnKind(type) ? Object.keys(attributeMapping) : Object.values(attributeMapping);
  const all = new Set([...claims, ...names]);
  const others = [idClaim, "email_verified", ...(isOwnKind(type) ? ["username"] : [])];
  return [...all].filter((name) => !others.includes(name));
}

function saysWhetherVerified({ type, attributeMapping }: IdentityProviderSettings): boolean {
  const isMapped = isOwnKind(type) && attributeMapping.email_verified !== undefined;
  return isMapped || providerProfiles[type].claims.includes("email_verified");
}

interface ProviderPage {
  typed?: ProviderClaims;
  problem?: Message;
}

function renderProvider(
  req: Request,
  res: Response,
  pool: Federation,
  provider: IdentityProviderSettings,
  { typed = {}, problem }: ProviderPage = {},
): void {
  const { idClaim, requiredClaim } = providerProfiles[provider.type];
  const accounts = pool.providerAccounts.list(provider);
  res.render("provider", {
    address: `/_providers/${encodeURIComponent(provider.name)}/authorize${queryOf(req)}`,
    formToken: pool.formTokens.issue(req, res),
    provider: labelOf(provider),
    accounts: accounts.map((claims) => ({ ...claims, id: claims[idClaim] })),
    fields: textClaimsOf(provider).map((name) => ({
      name,
      label: labels[name] ?? readableName(name),
      value: typed[name],
      isOptional: name !== requiredClaim,
    })),
    asksWhetherVerified: saysWhetherVerified(provider),
    isVerified: typed.email_verified !== "false",
    problem,
  });
}
