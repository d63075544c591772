import type { Message, MessageKey } from "../messages.ts";
import type { AttributeSchema, PoolSettings } from "../pool/pool-settings.ts";
import { isStandardAttribute } from "./standard-attributes.ts";
import { unusualCharacter } from "./unusual-characters.ts";

/** The longest name that anybody can have typed for a user: that of an e-mail address. */
export const longestIdentifier = 320;

const longestAttribute = 2048;
const usernamePattern = /^[\p{L}\p{M}\p{S}\p{N}\p{P}]{1,128}$/u;
const emailLikePattern = /^[^@]+@[^@]+$/;
const phoneNumberPattern = /^\+\d{2,15}$/;
const numberPattern = /^[+-]?\d{1,15}(\.\d{1,15})?$/;
/** A dot-atom before the @ (RFC 5321 §4.1.2), and a name with a dot behind it. */
const emailPattern =
  /^(?=.{1,64}@)(?=.{1,254}$)[\w!#$%&'*+/=?^`{|}~-]+(\.[\w!#$%&'*+/=?^`{|}~-]+)*@([a-z\d]([a-z\d-]{0,61}[a-z\d])?\.)+[a-z\d]([a-z\d-]{0,61}[a-z\d])$/i;

/** One spelling for names that look the same, whatever keyboard they were typed on. */
export function asUsername(typed = ""): string {
  return typed.trim().normalize("NFC");
}

/** Returns what is wrong with a new user name, in Cognito's words. */
export function usernameProblem(
  username: string,
  { signInWith }: Pick<PoolSettings, "signInWith">,
): Message | undefined {
  if (username === "") return "usernameMissing";
  if (signInWith === "alias" && isEmailLike(username)) return "usernameLooksLikeEmail";
  if (usernamePattern.test(username)) return undefined;
  return unusualCharacter(username, ["username"]) ?? "usernameInvalid";
}

/** True for what can be an address and cannot be a user name beside addresses. */
export function isEmailLike(name: string): boolean {
  return emailLikePattern.test(name);
}

export function isEmailAddress(text: string): boolean {
  return emailPattern.test(text);
}

/** What was typed for the attributes of these names, as it is kept; what is empty is not there. */
export function attributesIn(
  fields: Record<string, string>,
  names: string[],
): Record<string, string> {
  const pairs = names.map((name) => [name, fields[name]?.trim().normalize("NFC")] as const);
  return Object.fromEntries(pairs.filter((pair): pair is [string, string] => Boolean(pair[1])));
}

/** Returns the first thing that is wrong with a user's attributes, in Cognito's words; `required` must be among them. */
export function attributesProblem(
  attributes: Record<string, string>,
  required: string[],
  { schema }: Pick<PoolSettings, "schema">,
): Message | undefined {
  const missing = required.find((name) => attributes[name] === undefined);
  if (missing !== undefined) return { key: "attributeRequired", values: { name: missing } };
  for (const [name, value] of Object.entries(attributes)) {
    const problem = attributeProblem(name, value, schema);
    if (problem) return problem;
  }
  return undefined;
}

/** True where users of this pool can have the attribute: a standard one, or one that the schema names. */
export function isAttributeOf({ schema }: Pick<PoolSettings, "schema">, name: string): boolean {
  return isStandardAttribute(name) || schema.some((attribute) => attribute.name === name);
}

/** The names of the attributes that nobody can be without. */
export function requiredAttributes({ schema }: Pick<PoolSettings, "schema">): string[] {
  return schema.filter(({ isRequired }) => isRequired).map(({ name }) => name);
}

/** True for what can be the name of a group; the rule is that of user names. */
export function isGroupName(group: string): boolean {
  return usernamePattern.test(group);
}

/** True where the address takes the place of a name, and the pool makes up the name that apps see. */
export function isAddressTheName({ signInWith }: Pick<PoolSettings, "signInWith">): boolean {
  return signInWith === "email";
}

function attributeProblem(
  name: string,
  value: string,
  schema: AttributeSchema[],
): Message | undefined {
  if (!isAttributeOf({ schema }, name)) return { key: "attributeUnknown", values: { name } };
  const known = schema.find((attribute) => attribute.name === name);
  const problem = shapeProblem(name, value, known);
  if (!problem || isFreeText(name, known)) return problem;
  return unusualCharacter(value, labelOf(name)) ?? problem;
}

/** Of any other attribute nobody can say which characters it may have. */
function isFreeText(name: string, known: AttributeSchema | undefined): boolean {
  const isText = known === undefined || known.type === "String";
  return isText && !["email", "phone_number", "birthdate"].includes(name);
}

function labelOf(name: string): string | MessageKey[] {
  if (name === "email") return ["email"];
  return name === "phone_number" ? ["phoneNumber"] : name;
}

function shapeProblem(
  name: string,
  value: string,
  known: AttributeSchema | undefined,
): Message | undefined {
  if (name === "email") return isEmailAddress(value) ? undefined : "emailInvalid";
  if (name === "phone_number")
    return phoneNumberPattern.test(value) ? undefined : "phoneNumberInvalid";
  const limits = name === "birthdate" ? { minimum: 10, maximum: 10 } : known;
  switch (known?.type) {
    case "Number":
      return numberProblem(name, value, known);
    case "Boolean":
      return /^(true|false)$/i.test(value)
        ? undefined
        : { key: "attributeNoBoolean", values: { name } };
    case "DateTime":
      return Number.isNaN(Date.parse(value))
        ? { key: "attributeNoDate", values: { name } }
        : undefined;
  }
  return lengthProblem(name, value, limits) ?? birthdateProblem(name, value);
}

type Limits = { minimum?: number; maximum?: number } | undefined;

function lengthProblem(name: string, value: string, limits: Limits): Message | undefined {
  const { minimum = 0, maximum = longestAttribute } = limits ?? {};
  const { length } = [...value];
  if (length < minimum) return { key: "attributeTooShort", values: { name, minimum } };
  return length > maximum ? { key: "attributeTooLong", values: { name, maximum } } : undefined;
}

function numberProblem(name: string, value: string, limits: Limits): Message | undefined {
  const { minimum = Number.NEGATIVE_INFINITY, maximum = Number.POSITIVE_INFINITY } = limits ?? {};
  if (!numberPattern.test(value)) return { key: "attributeNoNumber", values: { name } };
  if (Number(value) < minimum) return { key: "attributeTooSmall", values: { name, minimum } };
  return Number(value) > maximum
    ? { key: "attributeTooLarge", values: { name, maximum } }
    : undefined;
}

/** A day that the calendar has: the 30th of February is read as the 2nd of March. */
function birthdateProblem(name: string, value: string): Message | undefined {
  if (name !== "birthdate") return undefined;
  const date = /^\d{4}-\d{2}-\d{2}$/.test(value) ? new Date(value) : undefined;
  const isDay = date && !Number.isNaN(date.getTime()) && date.toISOString().startsWith(value);
  return isDay ? undefined : { key: "attributeNoDate", values: { name } };
}
