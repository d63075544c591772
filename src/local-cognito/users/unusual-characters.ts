import type { MessageKey, Values } from "../messages.ts";

const kinds: [MessageKey, RegExp][] = [
  ["whiteSpaceIn", /\s/u],
  ["invisibleIn", /[\p{C}\p{Default_Ignorable_Code_Point}]/u],
  // What keyboards for Chinese and Japanese type where they were not switched over.
  ["fullWidthIn", /[\uff01-\uff5e\uffe0-\uffe6]/u],
];

/**
 * Returns what is unusual about the first such character: people type or paste it without a notice, and no other words
 * would lead them to it. `name` is what the text is called, or the message that says so.
 */
export function unusualCharacter(
  text: string,
  name: string | MessageKey[],
): { key: MessageKey; values: Values } | undefined {
  for (const character of text) {
    const key = kinds.find(([, pattern]) => pattern.test(character))?.[0];
    const code = character.codePointAt(0)?.toString(16).toUpperCase().padStart(4, "0");
    if (key) return { key, values: { name, character, code: `U+${code}` } };
  }
  return undefined;
}
