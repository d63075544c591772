import type { z } from "zod";
import { callOf, resolve } from "./functions.ts";
import { type Findings, pathOf } from "./problems.ts";
import {
  type PropertiesOf,
  type ResourceType,
  resourceShapes,
  resourcesNotSimulated,
} from "./properties.ts";
import type { Scope, TemplateDocument } from "./scope.ts";

/** A resource that its condition lets be there, with every function in its properties worked out. */
export interface Resource<Type extends ResourceType = ResourceType> {
  name: string;
  /** Of its properties: `Resources.UserPool.Properties`. */
  path: string;
  properties: PropertiesOf<Type>;
}

/** Every resource of that type. A property that AWS does not have is warned of; a wrong value is a problem. */
export function resourcesOf<Type extends ResourceType>(
  type: Type,
  { Resources }: TemplateDocument,
  scope: Scope,
  findings: Findings,
): Resource<Type>[] {
  return Object.entries(Resources).flatMap(([name, { Type, Condition, Properties = {} }]) => {
    if (Type !== type) return [];
    const path = `Resources.${name}.Properties`;
    if (Condition && !scope.isTrue(Condition, `Resources.${name}.Condition`)) return [];
    const resolved = resolve(Properties, scope, path);
    const properties = check(resourceShapes[type], resolved, path, findings);
    return properties ? [{ name, path, properties: properties as PropertiesOf<Type> }] : [];
  });
}

/** Warns of resources whose type begins as Cognito's do and is none of them. */
export function warnOfUnknownTypes({ Resources }: TemplateDocument, findings: Findings): void {
  const known = [...Object.keys(resourceShapes), ...resourcesNotSimulated];
  for (const [name, { Type }] of Object.entries(Resources)) {
    if (Type.startsWith("AWS::Cognito::") && !known.includes(Type)) {
      findings.warn(`Resources.${name}.Type`, `${Type} is no resource that is known here.`);
    }
  }
}

function check(shape: z.ZodType, value: unknown, path: string, findings: Findings): unknown {
  const parsed = shape.safeParse(value);
  if (parsed.success) return parsed.data;
  let hasUnknown = false;
  for (const issue of parsed.error.issues) {
    if (issue.code === "unrecognized_keys") {
      hasUnknown = true;
      for (const key of issue.keys) {
        findings.warn(pathOf(path, ...issue.path, key), "AWS has no such property. It is ignored.");
        delete (partAt(value, issue.path) as Record<string, unknown>)[key];
      }
    } else {
      findings.problem(pathOf(path, ...issue.path), wordsFor(issue, partAt(value, issue.path)));
    }
  }
  const isUsable =
    hasUnknown && parsed.error.issues.every(({ code }) => code === "unrecognized_keys");
  return isUsable ? check(shape, value, path, findings) : undefined;
}

function wordsFor({ message }: z.core.$ZodIssue, value: unknown): string {
  const call = callOf(value);
  return call ? `is given by ${call.name}, which only AWS can work out.` : message;
}

function partAt(value: unknown, path: PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (part, step) => (part as Record<PropertyKey, unknown>)?.[step],
    value,
  );
}
