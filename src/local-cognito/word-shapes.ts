/** Thrown for words that make no command; the message says which. */
export class WrongWordsError extends Error {}

/** Returns the URL; throws WrongWordsError. */
export function urlIn(flag: string, word: string): string {
  if (URL.canParse(word)) return word;
  throw new WrongWordsError(`${flag} is “${word}”; it has to begin with http://localhost.`);
}
