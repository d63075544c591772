import { z } from "zod";
import { StandIn } from "../language/stand-in.ts";
import { Word } from "../language/word.ts";

/**
 * What local Cognito makes of a property. One that is "without effect" changes nothing for people who sign in: how mail
 * is sent, tags, what protects a pool from being deleted.
 */
export type Treatment = "simulated" | "not simulated" | "without effect";

const treatments = new WeakMap<z.ZodType, Treatment>();
const required = new WeakMap<z.ZodType, string[]>();
const neutral = new WeakMap<z.ZodType, unknown[]>();

/** A set of properties by AWS's names; any other name is reported as unrecognised, and a missing one of `needed` as required. */
export function properties<Shape extends z.ZodRawShape>(
  shape: Shape,
  needed: (keyof Shape)[] = [],
) {
  const type = z.strictObject(shape, "must be a map of properties.").partial();
  required.set(type, needed.map(String));
  // To zod these two are maps as well.
  const isNoMap = (value: unknown) => value instanceof StandIn || value instanceof Word;
  return z.preprocess((value) => (isNoMap(value) ? "" : value), type);
}

/** Properties that AWS knows and local Cognito does nothing with; each is named in a warning. */
export function notSimulated<const Name extends string>(names: Name[]): Record<Name, z.ZodType> {
  return leaves(names, "not simulated");
}

export function withoutEffect<const Name extends string>(names: Name[]): Record<Name, z.ZodType> {
  return leaves(names, "without effect");
}

function leaves<Name extends string>(names: Name[], treatment: Treatment): Record<Name, z.ZodType> {
  const pairs = names.map((name) => [name, leaf(treatment)]);
  return Object.fromEntries(pairs) as Record<Name, z.ZodType>;
}

/** One of AWS's values, for a property that does nothing here; `silent` ones ask for nothing that is missing here. */
export function unusedOneOf(values: string[], treatment: Treatment, silent: unknown[] = []) {
  const isAllowed = (value: unknown) => value instanceof StandIn || values.includes(String(value));
  const type = z.unknown().refine(isAllowed, `must be one of ${values.join(", ")}.`);
  treatments.set(type, treatment);
  neutral.set(type, silent);
  return type;
}

/** A property that does nothing here, and asks for nothing where it has one of these values. */
export function notSimulatedUnless(...silent: unknown[]): z.ZodType {
  const type = leaf("not simulated");
  neutral.set(type, silent);
  return type;
}

function leaf(treatment: Treatment): z.ZodType {
  const type = z.unknown();
  treatments.set(type, treatment);
  return type;
}

export function treatmentOf(type: z.ZodType): Treatment {
  const inner = unwrapped(type);
  const own = treatments.get(inner);
  if (own) return own;
  const parts = new Set(Object.values(shapeOf(inner)).map(treatmentOf));
  const [only = "simulated"] = parts;
  return parts.size > 1 ? "simulated" : only;
}

export function requiredIn(type: z.ZodType): string[] {
  return required.get(unwrapped(type)) ?? [];
}

/** True where the value asks for nothing that is missing here. */
export function isSilent(type: z.ZodType, value: unknown): boolean {
  const plain = value instanceof Word ? value.value : value;
  return neutral.get(unwrapped(type))?.some((silent) => String(silent) === String(plain)) ?? false;
}

/** The properties of a map, or of the maps in a list. */
export function shapeOf(type: z.ZodType): Record<string, z.ZodType> {
  const inner = unwrapped(type);
  return "shape" in inner ? (inner as z.ZodObject).shape : {};
}

/** The type that is optional, that a list has for its items, or that a value is prepared for. */
export function unwrapped(type: z.ZodType): z.ZodType {
  switch (type.def.type) {
    case "optional":
      return unwrapped((type as z.ZodOptional<z.ZodType>).unwrap());
    case "array":
      return unwrapped((type as z.ZodArray<z.ZodType>).element);
    case "pipe":
      return unwrapped((type as z.ZodPipe<z.ZodType, z.ZodType>).out);
    default:
      return type;
  }
}
