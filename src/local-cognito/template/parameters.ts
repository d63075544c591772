import type { Findings } from "./problems.ts";

interface Parameter {
  Type: string;
  Default?: unknown;
  AllowedValues?: unknown;
  AllowedPattern?: unknown;
  ConstraintDescription?: unknown;
}

/** The value of each parameter: the given one, or else its default. What AWS would refuse is noted as a problem. */
export function parameterValues(
  parameters: Record<string, Parameter>,
  given: Record<string, string>,
  findings: Findings,
): Record<string, unknown> {
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(parameters, name)) {
      findings.problem(`Parameters.${name}`, "is given a value, and there is no such parameter.");
    }
  }
  const pairs = Object.entries(parameters).map(([name, parameter]) => {
    const text = given[name] ?? asText(parameter.Default);
    const problem =
      text === undefined ? "has no default and is given no value." : problemWith(parameter, text);
    if (problem) findings.problem(`Parameters.${name}`, problem);
    return [name, isList(parameter) ? (text ?? "").split(",").map((item) => item.trim()) : text];
  });
  return Object.fromEntries(pairs);
}

function problemWith(parameter: Parameter, text: string): string | undefined {
  const { AllowedValues, AllowedPattern, ConstraintDescription } = parameter;
  const allowed = Array.isArray(AllowedValues) ? AllowedValues.map(asText) : undefined;
  if (allowed && !allowed.includes(text)) return `must be one of ${allowed.join(", ")}.`;
  // The value may be a secret, so it is not repeated.
  return AllowedPattern === undefined || isMatch(text, String(AllowedPattern))
    ? undefined
    : `has another form. ${ConstraintDescription ?? AllowedPattern}`;
}

/** AWS reads Java's patterns. What JavaScript cannot read is left to AWS. */
function isMatch(text: string, pattern: string): boolean {
  try {
    return new RegExp(`^(?:${pattern})$`).test(text);
  } catch {
    return true;
  }
}

function isList({ Type }: Parameter): boolean {
  return Type === "CommaDelimitedList" || Type.startsWith("List<");
}

function asText(value: unknown): string | undefined {
  return value === undefined || value === null ? undefined : String(value);
}
