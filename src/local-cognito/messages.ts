import { en, type MessageKey } from "./languages/en.ts";
import { es } from "./languages/es.ts";
import { ja } from "./languages/ja.ts";

/** The languages of the hosted pages, by the tags that `lang` has for them. */
export const languages = { en, es, ja };

export type Language = keyof typeof languages;

export type { MessageKey } from "./languages/en.ts";

/** A list of messages is said as the language has it: with commas, and an "and" before the last. */
export type Values = Record<string, string | number | MessageKey[]>;

/**
 * What is to be said to a visitor, in whichever language they read; with values where the sentence has {places} for
 * them. What only developers and administrators come to read is there in English alone.
 */
export type Message = MessageKey | { key: MessageKey; values: Values } | { english: string };

/** Says it in that language; throws where there is no such message, or no value for a place in it. */
export function say(language: Language, message: Message, values: Values = {}): string {
  if (typeof message === "object") {
    return "english" in message ? message.english : say(language, message.key, message.values);
  }
  const sentence: string | undefined = languages[language][message];
  if (sentence === undefined) throw new Error(`There is no message ${message}.`);
  return sentence.replace(/\{(\w+)\}/g, (_place, name) => {
    const value = values[name];
    if (value === undefined) throw new Error(`The message ${message} needs a value for ${name}.`);
    return Array.isArray(value) ? sayAll(language, value) : String(value);
  });
}

function sayAll(language: Language, list: MessageKey[]): string {
  return new Intl.ListFormat(language).format(list.map((message) => say(language, message)));
}

/** Says it to developers and administrators, whose pages and answers are in English. */
export function inEnglish(message: Message): string {
  return say("en", message);
}
