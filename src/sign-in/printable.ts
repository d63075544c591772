/**
 * Words from outside, fit for a terminal. A replacement character stands for anything that would move its cursor, colour it,
 * turn its text around, or be invisible.
 */
export function printable(words: string): string {
  return words.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, "\ufffd");
}
