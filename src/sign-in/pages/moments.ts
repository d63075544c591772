/** Made when they are needed: the first formatter of a process takes longer than many a page. */
const moments = once(
  () =>
    new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeStyle: "short", timeZone: "UTC" }),
);
const spans = once(() => new Intl.RelativeTimeFormat("en", { numeric: "always" }));

const units = [
  ["day", 24 * 60 * 60_000],
  ["hour", 60 * 60_000],
  ["minute", 60_000],
] as const;

/** A moment (milliseconds) in words. In UTC, since without a script nobody knows the visitor's time zone. */
export function describeMoment(at: number): string {
  return `${moments().format(at)} UTC`;
}

/** How long ago that was, in words that are right in every time zone; less than a minute is "just now". */
export function howLongAgo(at: number, now: number): string {
  const found = units.find(([, length]) => now - at >= length);
  if (!found) return "just now";
  const [unit, length] = found;
  return spans().format(-Math.floor((now - at) / length), unit);
}

function once<Value extends object>(make: () => Value): () => Value {
  let made: Value | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
