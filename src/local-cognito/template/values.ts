import { z } from "zod";

/** CloudFormation takes `8`, `"8"`, `true` and `"true"` alike, and turns them into what the property needs. */
export const text = z.preprocess(
  (value) => (typeof value === "number" || typeof value === "boolean" ? String(value) : value),
  z.string("must be text."),
);

export const yesNo = z.preprocess(
  (value) => (value === "true" ? true : value === "false" ? false : value),
  z.boolean("must be true or false."),
);

export function wholeNumber(least: number, most: number) {
  const error = `must be a whole number from ${least} to ${most}.`;
  return z.preprocess(asNumber, z.number(error).int(error).min(least, error).max(most, error));
}

export const decimal = z.preprocess(asNumber, z.number("must be a number."));

export function oneOf<const Value extends string>(...values: Value[]) {
  return z.enum(values, {
    error: ({ input }) =>
      // The commonest slip: YAML 1.1 reads ON, OFF, yes and no as these.
      `must be one of ${values.join(", ")}.${typeof input === "boolean" ? ` It is ${input}: put quotes around it.` : ""}`,
  });
}

export function listOf<Item extends z.ZodType>(item: Item) {
  return z.array(item, "must be a list.");
}

export const mapOfTexts = z.record(z.string(), text, "must be a map of texts.");

/** A set of properties by AWS's names, none of which need be there; any other name is reported as unrecognised. */
export function properties<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.strictObject(shape, "must be a map of properties.").partial();
}

/** Properties that AWS knows and local Cognito does nothing with, whatever their values; some have properties in turn. */
export function notSimulated(
  names: string[],
  nested: Record<string, z.ZodType> = {},
): Record<string, z.ZodType> {
  return { ...Object.fromEntries(names.map((name) => [name, z.unknown()])), ...nested };
}

function asNumber(value: unknown): unknown {
  return typeof value === "string" && /^\s*[+-]?\d+(\.\d+)?\s*$/.test(value)
    ? Number(value)
    : value;
}
