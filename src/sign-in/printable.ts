/**
 * Words from outside, fit for a terminal: whatever would move its cursor, colour it, turn its text around or not be seen
 * at all is shown as a replacement character.
 */
export function printable(words: string): string {
  return words.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, "\ufffd");
}
