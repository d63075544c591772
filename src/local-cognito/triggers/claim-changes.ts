import type { ClaimChanges, TokenChanges } from "./token-trigger.ts";

type Claims = Record<string, unknown>;

/** What no function changes: Cognito leaves such a claim alone, without a word. */
const fixedInBoth = [
  ["acr", "amr", "aud", "at_hash", "auth_time", "azp", "exp", "iat", "identities", "iss", "jti"],
  ["nbf", "nonce", "origin_jti", "sub", "token_use"],
].flat();
const fixedInAccess = ["client_id", "device_key", "event_id", "scope", "username", "version"];

/** The claims of an ID token as the function wants them. */
export function changeIdClaims(claims: Claims, changes: TokenChanges | undefined): Claims {
  if (!changes) return claims;
  const { groups } = changes;
  const changed = changeClaims(claims, changes.id, fixedInBoth);
  if (!groups) return changed;
  return {
    ...changed,
    "cognito:groups": orNone(groups.groupsToOverride),
    "cognito:roles": orNone(groups.iamRolesToOverride),
    "cognito:preferred_role": groups.preferredRole,
  };
}

/** The claims of an access token as the function wants them, its scopes apart. */
export function changeAccessClaims(claims: Claims, changes: TokenChanges | undefined): Claims {
  if (!changes) return claims;
  const changed = changeClaims(claims, changes.access, [...fixedInBoth, ...fixedInAccess]);
  if (!changes.groups) return changed;
  return { ...changed, "cognito:groups": orNone(changes.groups.groupsToOverride) };
}

/** The scopes of an access token as the function wants them: it may add what the pool does not have. */
export function changeScopes(scopes: string[], changes: TokenChanges | undefined): string[] {
  if (!changes) return scopes;
  const { scopesToAdd, scopesToSuppress } = changes;
  const all = new Set([...scopes, ...scopesToAdd]);
  return [...all].filter((scope) => !scopesToSuppress.includes(scope));
}

function changeClaims(claims: Claims, { add, suppress }: ClaimChanges, fixed: string[]): Claims {
  const isFree = (name: string) => !fixed.includes(name) && !/^(cognito|dev):/.test(name);
  const added = Object.entries(add).filter(([name]) => isFree(name));
  const changed = { ...claims, ...Object.fromEntries(added) };
  for (const name of suppress.filter(isFree)) delete changed[name];
  return changed;
}

function orNone(list: string[]): string[] | undefined {
  return list.length > 0 ? list : undefined;
}
