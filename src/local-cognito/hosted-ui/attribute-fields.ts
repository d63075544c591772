import { assumptions } from "../assumptions.ts";
import type { Message, MessageKey } from "../messages.ts";
import type { ClientSettings, PoolSettings } from "../pool/pool-settings.ts";
import { readableName } from "../users/readable-name.ts";
import { isStandardAttribute, type StandardAttribute } from "../users/standard-attributes.ts";
import { requiredAttributes } from "../users/user-attributes.ts";

/** A field of a form that asks for an attribute. */
export interface AttributeField {
  name: string;
  label: Message;
  hint?: MessageKey;
  type?: "email" | "tel" | "date";
  autocomplete?: string;
  value?: string | undefined;
  optional?: boolean;
}

const standardFields: Record<StandardAttribute, Omit<AttributeField, "name">> = {
  address: { label: "address", autocomplete: "street-address" },
  birthdate: { label: "birthdate", type: "date", autocomplete: "bday" },
  email: { label: "email", type: "email", autocomplete: "email" },
  family_name: { label: "familyName", autocomplete: "family-name" },
  gender: { label: "gender", autocomplete: "sex" },
  given_name: { label: "givenName", autocomplete: "given-name" },
  locale: { label: "locale", autocomplete: "language" },
  middle_name: { label: "middleName", autocomplete: "additional-name" },
  name: { label: "fullName", autocomplete: "name" },
  nickname: { label: "nickname", autocomplete: "nickname" },
  phone_number: {
    label: "phoneNumber",
    hint: "phoneNumberHint",
    type: "tel",
    autocomplete: "tel",
  },
  picture: { label: "picture", autocomplete: "photo" },
  preferred_username: { label: "preferredUsername", autocomplete: "nickname" },
  profile: { label: "profile", autocomplete: "off" },
  updated_at: { label: "updatedAt", autocomplete: "off" },
  website: { label: "website", autocomplete: "url" },
  zoneinfo: { label: "zoneinfo", autocomplete: "off" },
};

/** Nobody has to fill in a custom attribute: AWS does not let a pool require one. */
const customField = { autocomplete: "off", hint: "mayStayEmpty", optional: true } as const;

/**
 * The attributes that the sign-up page asks for, the address first: a code has to go somewhere. Of the custom ones only
 * those that the client may write.
 */
export function signUpAttributes(
  settings: PoolSettings,
  { writeAttributes }: Pick<ClientSettings, "writeAttributes">,
): string[] {
  const mayWrite = (name: string) => !writeAttributes || writeAttributes.includes(name);
  const custom = settings.schema
    .map(({ name }) => name)
    .filter((name) => name.startsWith("custom:") && mayWrite(name));
  return [
    ...new Set(["email", ...requiredAttributes(settings)]),
    ...(assumptions.signUpAsksForCustomAttributes ? custom : []),
  ];
}

/** The fields for these attributes, with what was typed. */
export function attributeFields(
  names: string[],
  typed: Record<string, string> = {},
): AttributeField[] {
  return names.map((name) => ({
    name,
    value: typed[name],
    ...(isStandardAttribute(name)
      ? standardFields[name]
      : { label: readableName(name), ...customField }),
  }));
}
