import { assumptions } from "../assumptions.ts";
import type { User } from "../users/user.ts";

type Claims = Record<string, string | boolean | object>;

/** By scope the attributes that it stands for; `profile` has the custom ones as well, those for developers alone among them. */
const scopedAttributes: Record<string, string[]> = {
  email: ["email", "email_verified"],
  phone: ["phone_number", "phone_number_verified"],
  profile: [
    ["name", "family_name", "given_name", "middle_name", "nickname", "preferred_username"],
    ["profile", "picture", "website", "gender", "birthdate", "zoneinfo", "locale", "updated_at"],
  ].flat(),
};

/**
 * What the scopes let the app know of the user: everything with openid alone, else the attributes of the scopes that
 * were named; of these, what the client may read. Verified or not is a boolean, as in ID tokens.
 */
export function attributeClaims(user: User, scopes: string[], readable?: string[]): Claims {
  const named = scopes.filter((scope) => Object.hasOwn(scopedAttributes, scope));
  const mayRead = (name: string) => !readable || readable.includes(name);
  const isAskedFor = (name: string) => named.length === 0 || named.includes(scopeOf(name) ?? "");
  const claims = Object.entries(claimsOf(user));
  return Object.fromEntries(claims.filter(([name]) => isAskedFor(name) && mayRead(name)));
}

/** The first attribute that a scope stands for and the client may not read; Cognito then gives no token at all. */
export function unreadableAttribute(scopes: string[], readable?: string[]): string | undefined {
  if (!readable) return undefined;
  const asked = ["email", "phone"].filter((scope) => scopes.includes(scope));
  return asked
    .flatMap((scope) => scopedAttributes[scope])
    .find((name) => !readable.includes(name ?? ""));
}

function claimsOf({ attributes, emailVerified }: User): Claims {
  const { address, phone_number_verified, ...texts } = attributes;
  return {
    ...texts,
    ...(texts.email !== undefined && { email_verified: emailVerified }),
    ...(texts.phone_number !== undefined && {
      phone_number_verified: phone_number_verified === "true",
    }),
    ...(address !== undefined && {
      address: assumptions.addressClaimIsObject ? { formatted: address } : address,
    }),
  };
}

function scopeOf(name: string): string | undefined {
  if (/^(dev:)?custom:/.test(name)) return "profile";
  return Object.keys(scopedAttributes).find((scope) => scopedAttributes[scope]?.includes(name));
}
