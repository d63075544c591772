/** True for values that were meant to be replaced: `your-client-id`, `<secret>`, `REGION_xxxxxxxxx`, `$(a command)`. */
export function looksLikePlaceholder(value: string): boolean {
  return (
    /^<.*>$|^your[-_ ]|x{6}|change[-_ ]?me|replace[-_ ]?me|placeholder/i.test(value) ||
    /\b(?:PREFIX|REGION)\b|REGION_/.test(value) ||
    // Nothing runs or expands what stands in `.env`.
    /^(?:\$[({]|`)/.test(value)
  );
}
