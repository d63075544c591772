import type { Message } from "../messages.ts";

/**
 * Returns a name that a pool or a provider made up, as people write it: `custom:favouriteTeam` is Favourite team, and
 * `shirt_size` is Shirt size. Addresses stay as they are.
 */
export function readableName(name: string): Message {
  if (name.includes("/")) return { english: name };
  const words = name
    .replace(/^(?:dev:)?(?:custom:)?/, "")
    .replace(/(?<=[\p{Ll}\d])\p{Lu}|(?<=\p{Lu})\p{Lu}(?=\p{Ll})/gu, " $&")
    .split(/[\s_-]+/)
    .filter(Boolean)
    .map((word) => (/^\p{Lu}{2,}/u.test(word) ? word : word.toLowerCase()))
    .join(" ");
  return { english: words.charAt(0).toUpperCase() + words.slice(1) };
}
