import { z } from "zod";
import { PoolFileError } from "../../pool/pool-file.ts";
import { pathOf } from "../findings.ts";
import { parameterShape } from "./parameters.ts";

const resourceShape = z.looseObject({
  Type: z.string("has no Type."),
  Condition: z.string().optional(),
  Properties: z.record(z.string(), z.unknown()).nullish(),
  Metadata: z.record(z.string(), z.unknown()).nullish(),
});

const ruleShape = z.looseObject({
  RuleCondition: z.unknown().optional(),
  Assertions: z
    .array(
      z.looseObject({ Assert: z.unknown().optional(), AssertDescription: z.unknown().optional() }),
    )
    .optional(),
});

const outputShape = z.looseObject({
  Value: z.unknown().optional(),
  Export: z.looseObject({ Name: z.unknown().optional() }).optional(),
});

/** A section that is named and left empty is as good as none. */
function section<Value extends z.ZodType>(value: Value) {
  return z.preprocess((given) => given ?? {}, z.record(z.string(), value));
}

const documentShape = z.looseObject({
  Transform: z.preprocess(
    (given) => [given ?? []].flat(),
    z.array(z.union([z.string(), z.looseObject({ Name: z.string() })])),
  ),
  Parameters: section(parameterShape),
  Mappings: section(z.record(z.string(), z.record(z.string(), z.unknown()))),
  Conditions: section(z.unknown()),
  Rules: section(ruleShape),
  Resources: z.record(z.string(), z.unknown()),
  Outputs: section(z.unknown()),
  /** SAM's. */
  Globals: z.unknown().optional(),
});

export type TemplateDocument = z.infer<typeof documentShape>;
export type ResourceDefinition = z.infer<typeof resourceShape>;

/** Returns the document if it has the sections of a template; throws PoolFileError otherwise. */
export function asTemplate(document: unknown): TemplateDocument {
  const parsed = documentShape.safeParse(document);
  if (parsed.success) return parsed.data;
  if (isServerless(document)) {
    throw new PoolFileError([
      "This is a file of the Serverless Framework. Run `serverless package`, and give .serverless/cloudformation-template-update-stack.json.",
    ]);
  }
  throw new PoolFileError(parsed.error.issues.flatMap((issue) => problemsOf(issue)));
}

/** Returns the resources by their logical names; throws PoolFileError for what is none. */
export function asResources(value: unknown): Record<string, ResourceDefinition> {
  const parsed = z.record(z.string(), resourceShape).safeParse(value);
  if (parsed.success) return parsed.data;
  throw new PoolFileError(parsed.error.issues.flatMap((issue) => problemsOf(issue, "Resources")));
}

/** What an output has that other stacks can import; undefined for one that is not exported. */
export function exportOf(output: unknown): { name: unknown; value: unknown } | undefined {
  const { data } = outputShape.safeParse(output);
  return data?.Export && { name: data.Export.Name, value: data.Value };
}

function problemsOf(issue: z.core.$ZodIssue, ...before: string[]): string[] {
  const [start = "It", ...steps] = [...before, ...issue.path];
  const path = pathOf(String(start), ...steps);
  if (issue.code !== "unrecognized_keys") return [`${path}: ${issue.message}`];
  return issue.keys.map((key) => `${pathOf(path, key)}: AWS knows no such thing of a parameter.`);
}

function isServerless(document: unknown): boolean {
  return z.looseObject({ provider: z.unknown(), service: z.unknown() }).safeParse(document)
    .success && !Object.hasOwn(document as object, "Resources")
    ? Object.hasOwn(document as object, "provider")
    : false;
}
