import { z } from "zod";
import { PoolFileError } from "../pool/pool-file.ts";
import { holds } from "./conditions.ts";
import { noValue } from "./functions.ts";
import { parameterValues } from "./parameters.ts";
import { type Findings, pathOf } from "./problems.ts";

/** What the functions of a template can refer to. */
export interface Scope {
  mappings: Record<string, Record<string, Record<string, unknown>>>;
  /** The value of a parameter, or what stands for a resource; notes a problem for any other name. */
  valueOf(name: string, path: string): unknown;
  isTrue(condition: string, path: string): boolean;
  /** Notes a problem; what it returns is no value. */
  wrong(path: string, what: string): typeof noValue;
}

const resourceShape = z.looseObject({
  Type: z.string(),
  Condition: z.string().optional(),
  Properties: z.record(z.string(), z.unknown()).optional(),
});

const documentShape = z.looseObject({
  Parameters: z.record(z.string(), z.looseObject({ Type: z.string() })).default({}),
  Mappings: z
    .record(z.string(), z.record(z.string(), z.record(z.string(), z.unknown())))
    .default({}),
  Conditions: z.record(z.string(), z.unknown()).default({}),
  Resources: z.record(z.string(), resourceShape),
});

export type TemplateDocument = z.infer<typeof documentShape>;

/** Returns the document if it has the sections of a template; throws PoolFileError otherwise. */
export function asTemplate(document: unknown): TemplateDocument {
  const parsed = documentShape.safeParse(document);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path: [section = "It", ...steps], message }) => {
    return `${pathOf(String(section), ...steps)}: ${message}`;
  });
  throw new PoolFileError(problems);
}

/** As many letters and digits as the real ones have, and nobody's. */
const pseudoParameters: Record<string, unknown> = {
  "AWS::AccountId": "123456789012",
  "AWS::NotificationARNs": [],
  "AWS::NoValue": noValue,
  "AWS::Partition": "aws",
  "AWS::Region": "eu-west-1",
  "AWS::StackId": "arn:aws:cloudformation:eu-west-1:123456789012:stack/local-cognito/0",
  "AWS::StackName": "local-cognito",
  "AWS::URLSuffix": "amazonaws.com",
};

/** The scope of a template with parameters as given, and their defaults elsewhere. */
export function openScope(
  { Parameters, Mappings, Conditions, Resources }: TemplateDocument,
  given: Record<string, string>,
  findings: Findings,
): Scope {
  const values: Record<string, unknown> = {
    ...pseudoParameters,
    ...parameterValues(Parameters, given, findings),
  };
  const known = new Map<string, boolean>();
  const underWay = new Set<string>();

  const scope: Scope = {
    mappings: Mappings,
    valueOf(name, path) {
      if (Object.hasOwn(values, name)) return values[name];
      if (Object.hasOwn(Resources, name)) return nameOf(name);
      return scope.wrong(path, `refers to ${name}, which is neither a parameter nor a resource.`);
    },
    isTrue(name, path) {
      if (!Object.hasOwn(Conditions, name)) scope.wrong(path, `there is no condition ${name}.`);
      else if (underWay.has(name)) scope.wrong(path, `condition ${name} depends on itself.`);
      else if (!known.has(name)) {
        underWay.add(name);
        known.set(name, holds(Conditions[name], scope, `Conditions.${name}`));
        underWay.delete(name);
      }
      return known.get(name) ?? false;
    },
    wrong(path, what) {
      findings.problem(path, what);
      return noValue;
    },
  };
  return scope;

  /** Ref gives the names of these three, which are known before they exist. Any other has its logical name here. */
  function nameOf(logicalName: string): unknown {
    const { ProviderName, GroupName, Domain } = Resources[logicalName]?.Properties ?? {};
    const name = ProviderName ?? GroupName ?? Domain;
    return typeof name === "string" ? name : logicalName;
  }
}
