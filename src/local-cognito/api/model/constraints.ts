import type { Shape } from "./shape.ts";

/** A pattern on a longer text could take long, and the length is wrong already. */
const longestToMatch = 10_000;

/** Returns every constraint of the shape that the value breaks, each as the part of a message that Cognito has for it. */
export function violationsOf(value: unknown, shape: Shape, path: string): string[] {
  const shown = shape.sensitive ? "Value" : `Value '${asJavaShowsIt(value)}'`;
  return rulesBrokenBy(value, shape).map(
    (rule) => `${shown} at '${path}' failed to satisfy constraint: Member must ${rule}`,
  );
}

function rulesBrokenBy(value: unknown, { min, max, pattern, enum: values }: Shape): string[] {
  if (typeof value === "number") return outOfRange(value, "have value", min, max);
  if (Array.isArray(value)) return outOfRange(value.length, "have length", min, max);
  if (typeof value !== "string") return [];
  if (values) {
    return values.includes(value) ? [] : [`satisfy enum value set: [${values.join(", ")}]`];
  }
  const { length } = [...value.slice(0, 2 * longestToMatch)];
  const isMatch =
    pattern === undefined || length > (max ?? longestToMatch) || wholly(pattern).test(value);
  return [
    ...(isMatch ? [] : [`satisfy regular expression pattern: ${pattern}`]),
    ...outOfRange(length, "have length", min, max),
  ];
}

function outOfRange(size: number, what: string, min?: number, max?: number): string[] {
  if (min !== undefined && size < min) return [`${what} greater than or equal to ${min}`];
  if (max !== undefined && size > max) return [`${what} less than or equal to ${max}`];
  return [];
}

const compiled = new Map<string, RegExp>();

/** Java's `matches`, which wants all of the text. */
function wholly(pattern: string): RegExp {
  const known = compiled.get(pattern);
  if (known) return known;
  const made = new RegExp(`^(?:${pattern})$`, "u");
  compiled.set(pattern, made);
  return made;
}

function asJavaShowsIt(value: unknown): string {
  return Array.isArray(value)
    ? `[${value.map(asJavaShowsIt).join(", ")}]`
    : String(value).slice(0, 200);
}
