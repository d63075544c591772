/** Attributes that the account page always has a field for; others have one where they have a value. */
const alwaysShown = ["name", "email", "phone_number"];

/** What nobody sets by themselves. */
const fixed = ["sub", "email_verified", "phone_number_verified", "identities", "updated_at"];

/** The browser's own help for a field, by attribute (HTML's autocomplete tokens). */
const completions: Record<string, string> = {
  name: "name",
  given_name: "given-name",
  family_name: "family-name",
  middle_name: "additional-name",
  nickname: "nickname",
  email: "email",
  phone_number: "tel",
  website: "url",
  birthdate: "bday",
};

/** A field of the profile. */
export interface AttributeField {
  /** The pool's own name for it. */
  name: string;
  label: string;
  value: string;
  type: "text" | "email" | "tel";
  autocomplete: string | undefined;
}

/** Names as pools have them: custom ones may have any letters, marks, symbols, digits and punctuation. */
const shape = /^(?:\w{1,32}|custom:[\p{L}\p{M}\p{S}\p{N}\p{P}]{1,20})$/u;

/** True for an attribute that a user may have a say in; the pool has the last word. */
export function isEditable(name: string): boolean {
  return shape.test(name) && !fixed.includes(name);
}

/** What the forms of the profile send beside attributes. */
const noAttributes = ["attribute", "code"];

/** A field for each attribute of the user and for each that was typed, with that in place of what the pool has. */
export function fieldsOf(
  attributes: Record<string, string>,
  typed: Record<string, unknown> = {},
): AttributeField[] {
  const known = [...alwaysShown, ...Object.keys({ ...attributes, ...typed })];
  const names = [...new Set(known)].filter(
    (name) => isEditable(name) && !noAttributes.includes(name),
  );
  return names.map((name) => ({
    name,
    label: labelOf(name),
    value: typeof typed[name] === "string" ? typed[name] : (attributes[name] ?? ""),
    type: name === "email" ? "email" : name === "phone_number" ? "tel" : "text",
    autocomplete: completions[name],
  }));
}

/** The name as people write it: `phone_number` is Phone number, and `custom:customerID` is Customer ID. */
export function labelOf(name: string): string {
  const words = name
    .replace(/^custom:/, "")
    .replace(/(?<=[\p{Ll}\d])\p{Lu}|(?<=\p{Lu})\p{Lu}(?=\p{Ll})/gu, " $&")
    .split(/[\s_-]+/)
    .filter(Boolean)
    .map((word) => (/^\p{Lu}{2,}/u.test(word) ? word : word.toLowerCase()))
    .join(" ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
