/**
 * A plain word of YAML whose meaning depends on what is wanted. `on` is true for a switch and "on" as a text; `0123` is 83
 * as a number and "0123" as a text. Words that read the same either way are booleans and numbers.
 */
export class Word {
  readonly text: string;
  readonly value: boolean | number;

  constructor(text: string, value: boolean | number) {
    this.text = text;
    this.value = value;
  }

  toString(): string {
    return this.text;
  }

  toJSON(): boolean | number {
    return this.value;
  }
}

// As CloudFormation has it, y and n are texts, and so are dates; the rest is YAML 1.1.
const switches: [RegExp, boolean][] = [
  [/^(true|True|TRUE|yes|Yes|YES|on|On|ON)$/, true],
  [/^(false|False|FALSE|no|No|NO|off|Off|OFF)$/, false],
];
const nothing = /^(|~|null|Null|NULL)$/;
const wholeNumber = /^([-+]?)(0b[01_]+|0x[\da-fA-F_]+|0[0-7_]*|[1-9][\d_]*)$/;
const fraction = /^[-+]?(\d[\d_]*)?\.[\d_]*([eE][-+]\d+)?$/;

/** What a plain scalar of YAML means; a text for whatever is no other word. */
export function plainScalar(text: string): string | boolean | number | null | Word {
  if (nothing.test(text)) return null;
  const value = switches.find(([pattern]) => pattern.test(text))?.[1] ?? numberOf(text);
  if (value === undefined) return text;
  return String(value) === text ? value : new Word(text, value);
}

function numberOf(text: string): number | undefined {
  const digits = text.replaceAll("_", "");
  const [, sign, whole] = wholeNumber.exec(digits) ?? [];
  if (whole !== undefined) {
    const value = /^0\d/.test(whole) ? Number.parseInt(whole, 8) : Number(whole);
    return sign === "-" ? -value : value;
  }
  return fraction.test(text) && /\d/.test(text) ? Number(digits) : undefined;
}

/** The texts that a value may be meant as: two for a word such as `yes`, which others write as true. */
export function readings(value: unknown): string[] {
  if (value instanceof Word) return [value.text, String(value.value)];
  return [Array.isArray(value) ? JSON.stringify(value.map(String)) : String(value)];
}
