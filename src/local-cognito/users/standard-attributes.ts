/** The attributes that every pool has, beside `sub`: the claims of OpenID Connect Core §5.1. */
export const standardAttributes = [
  "address",
  "birthdate",
  "email",
  "family_name",
  "gender",
  "given_name",
  "locale",
  "middle_name",
  "name",
  "nickname",
  "phone_number",
  "picture",
  "preferred_username",
  "profile",
  "updated_at",
  "website",
  "zoneinfo",
] as const;

export type StandardAttribute = (typeof standardAttributes)[number];

export function isStandardAttribute(name: string): name is StandardAttribute {
  return standardAttributes.some((standard) => standard === name);
}
