/** True for values that were meant to be replaced: `your-client-id`, `<secret>`, `eu-west-1_xxxxxxxxx`. */
export function looksLikePlaceholder(value: string): boolean {
  return /^<.*>$|^your[-_ ]|x{6}|change[-_ ]?me|replace[-_ ]?me|placeholder/i.test(value);
}
