import { z } from "zod";
import type { Findings } from "../findings.ts";
import { readings, Word } from "./word.ts";

const constraint = z.unknown().optional();

/** What a template says of a parameter; AWS refuses any other name. */
export const parameterShape = z.strictObject({
  Type: z.string(),
  Default: constraint,
  AllowedValues: z.array(z.unknown()).optional(),
  AllowedPattern: constraint,
  MinLength: constraint,
  MaxLength: constraint,
  MinValue: constraint,
  MaxValue: constraint,
  NoEcho: constraint,
  Description: constraint,
  ConstraintDescription: constraint,
});

export type Parameter = z.infer<typeof parameterShape>;

/** The value of each parameter that has one: the given one, or its default. What AWS would refuse is a problem. */
export function parameterValues(
  parameters: Record<string, Parameter>,
  given: Record<string, string>,
  findings: Findings,
): Record<string, unknown> {
  const pairs = Object.entries(parameters).flatMap(([name, parameter]): [string, unknown][] => {
    const problem = (what: string) => findings.problem(`Parameters.${name}`, what);
    if (!typePattern.test(parameter.Type)) problem(`${parameter.Type} is no type of a parameter.`);
    const own = given[name];
    // The default is the name of something in AWS's Parameter Store; what is given is its value.
    if (isStored(parameter)) return own === undefined ? [] : [[name, read(parameter, own)]];
    const value = own ?? scalarOf(parameter.Default);
    if (value === undefined) return [];
    const [what] = problemsWith(parameter, value);
    if (what) problem(what);
    return [[name, read(parameter, value)]];
  });
  return Object.fromEntries(pairs);
}

/** True for a parameter whose value AWS looks up in its Parameter Store. */
export function isStored({ Type }: Parameter): boolean {
  return Type.startsWith("AWS::SSM::Parameter::Value<");
}

const typePattern =
  /^(String|Number|CommaDelimitedList|List<(Number|String|AWS::[\w:]+)>|AWS::SSM::Parameter::Value<(String|CommaDelimitedList|List<(String|AWS::[\w:]+)>|AWS::[\w:]+)>|AWS::[\w:]+)$/;

type Scalar = string | Word;

function read(parameter: Parameter, value: Scalar): unknown {
  return isList(parameter) ? itemsOf(value) : value;
}

function isList({ Type }: Parameter): boolean {
  return /CommaDelimitedList|List</.test(Type);
}

function itemsOf(value: Scalar): string[] {
  const text = String(value);
  return text === "" ? [] : text.split(",").map((item) => item.trim());
}

function scalarOf(value: unknown): Scalar | undefined {
  if (value instanceof Word) return value;
  if (Array.isArray(value)) return value.map(String).join(",");
  return value === undefined || value === null ? undefined : String(value);
}

/** What is wrong with a value; it may be a secret, so it is not repeated. */
function problemsWith(parameter: Parameter, value: Scalar): string[] {
  const { AllowedValues, AllowedPattern, ConstraintDescription, Type } = parameter;
  const items = isList(parameter) ? itemsOf(value) : [value];
  const texts = items.map(String);
  const allowed = AllowedValues?.flatMap(readings);
  const problems = [
    ...(/^(Number|List<Number>)$/.test(Type) && !texts.every(isNumber)
      ? ["must be a number."]
      : []),
    ...(allowed && !items.every((item) => readings(item).some((text) => allowed.includes(text)))
      ? [`must be one of ${AllowedValues?.map(String).join(", ")}.`]
      : []),
    ...(AllowedPattern !== undefined &&
    !texts.every((text) => isMatch(text, String(AllowedPattern)))
      ? [`has another form. ${ConstraintDescription ?? AllowedPattern}`]
      : []),
  ];
  if (/^(Number|List<Number>)$/.test(Type)) {
    const { MinValue: least, MaxValue: most } = parameter;
    return [...problems, ...limits(texts.map(Number), least, most, "", "")];
  }
  const lengths = isList(parameter) ? [] : texts.map(({ length }) => length);
  return [
    ...problems,
    ...limits(lengths, parameter.MinLength, parameter.MaxLength, "have ", " characters"),
  ];
}

function limits(
  sizes: number[],
  least: unknown,
  most: unknown,
  verb: string,
  unit: string,
): string[] {
  const be = verb || "be ";
  return [
    ...(least !== undefined && sizes.some((size) => size < Number(least))
      ? [`must ${be}at least ${least}${unit}.`]
      : []),
    ...(most !== undefined && sizes.some((size) => size > Number(most))
      ? [`must ${be}at most ${most}${unit}.`]
      : []),
  ];
}

function isNumber(text: string): boolean {
  return /^\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*$/.test(text);
}

/** AWS reads Java's patterns. What JavaScript cannot read is left to AWS. */
function isMatch(text: string, pattern: string): boolean {
  try {
    return new RegExp(`^(?:${pattern})$`).test(text);
  } catch {
    return true;
  }
}
