import type { z } from "zod";
import { Findings, pathOf } from "../findings.ts";
import type { OpenTemplate } from "../language/open-scope.ts";
import type { ResourceDefinition } from "../language/sections.ts";
import { StandIn } from "../language/stand-in.ts";
import {
  attributes,
  isCognitoType,
  type PropertiesOf,
  type ResourceType,
  resourceShapes,
} from "./shapes.ts";
import { isSilent, requiredIn, shapeOf, treatmentOf } from "./treatment.ts";

/** A resource that its condition lets be there, with every function in its properties worked out. */
export interface Resource<Type extends ResourceType = ResourceType> {
  name: string;
  type: Type;
  /** Of its properties: `Resources.UserPool.Properties`. */
  path: string;
  /** Without those that AWS would refuse. */
  properties: PropertiesOf<Type>;
  findings: Findings;
}

/** Every resource of Cognito. What is wrong in one is found with it; a type that AWS does not have is warned of. */
export function readResources(template: OpenTemplate, findings: Findings): Resource[] {
  return Object.entries(template.resources).flatMap(([name, definition]) => {
    const { Type } = definition;
    if (!Type.startsWith("AWS::Cognito::")) return [];
    if (!isCognitoType(Type)) {
      findings.warn(`Resources.${name}.Type`, `${Type} is no resource that is known here.`);
      return [];
    }
    return isLeftOut(name, definition, template) ? [] : [read(name, Type, definition, template)];
  });
}

/** Those of a list that have that type. */
export function ofType<Type extends ResourceType>(
  type: Type,
  resources: Resource[],
): Resource<Type>[] {
  return resources.filter((resource): resource is Resource<Type> => resource.type === type);
}

/** True where its condition leaves a resource out. */
export function isLeftOut(
  name: string,
  { Condition }: ResourceDefinition,
  template: OpenTemplate,
): boolean {
  if (!Condition) return false;
  const isThere = template.isTrue(Condition, `Resources.${name}.Condition`);
  if (isThere instanceof StandIn) isThere.noteUse();
  return isThere !== true;
}

function read<Type extends ResourceType>(
  name: string,
  type: Type,
  { Properties }: ResourceDefinition,
  template: OpenTemplate,
): Resource<Type> {
  const path = `Resources.${name}.Properties`;
  const findings = new Findings();
  const shape = resourceShapes[type];
  const value = template.resolve(Properties ?? {}, path, findings);
  findMissing(shape, value, path, findings);
  findNotSimulated(shape, value, path, findings);
  const properties = check(shape, value, path, findings, attributes[type] ?? []);
  return { name, type, path, properties: properties as PropertiesOf<Type>, findings };
}

/** Notes each wrong value and reads the rest without it, so that everything wrong is said at once. */
function check(
  shape: z.ZodType,
  value: unknown,
  path: string,
  findings: Findings,
  readOnly: string[],
): unknown {
  const parsed = shape.safeParse(value);
  if (parsed.success) return parsed.data;
  for (const issue of parsed.error.issues) {
    if (issue.code === "unrecognized_keys") {
      for (const key of issue.keys) {
        const isReadOnly = issue.path.length === 0 && readOnly.includes(key);
        findings.warn(pathOf(path, ...issue.path, key), isReadOnly ? cannotBeSet : unknownProperty);
      }
    } else {
      noteProblem(issue, partAt(value, issue.path), pathOf(path, ...issue.path), findings);
      if (issue.path.length === 0) return {};
    }
  }
  // From the end, so that the positions in a list stay what they are.
  for (const issue of parsed.error.issues.reverse()) {
    const keys = issue.code === "unrecognized_keys" ? issue.keys : [];
    for (const key of keys) remove(value, [...issue.path, key]);
    if (keys.length === 0) remove(value, issue.path);
  }
  return check(shape, value, path, findings, readOnly);
}

const cannotBeSet = "cannot be set: AWS makes it, and Fn::GetAtt gives it. It is ignored.";
const unknownProperty = "AWS has no such property. It is ignored.";

function noteProblem(
  { message }: z.core.$ZodIssue,
  value: unknown,
  path: string,
  findings: Findings,
): void {
  if (!(value instanceof StandIn)) {
    findings.problem(path, message);
    return;
  }
  value.noteUse();
  const known = value.gaps.filter(({ unknown }) => !unknown.isMissing);
  for (const { unknown } of known) {
    findings.problem(
      path,
      `is given by ${unknown.name}, which only AWS knows, and a stand-in would be wrong here. Give it with --parameter '${unknown.name}=VALUE'.`,
    );
  }
}

function remove(value: unknown, path: PropertyKey[]): void {
  const parent = partAt(value, path.slice(0, -1)) as Record<PropertyKey, unknown>;
  const key = path.at(-1) ?? "";
  if (Array.isArray(parent)) parent.splice(Number(key), 1);
  else delete parent[key];
}

function partAt(value: unknown, path: PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (part, step) => (part as Record<PropertyKey, unknown>)?.[step],
    value,
  );
}

function findMissing(shape: z.ZodType, value: unknown, path: string, findings: Findings): void {
  forEachMap(value, path, (map, at) => {
    for (const name of requiredIn(shape)) {
      if (map[name] === undefined) findings.problem(`${at}.${name}`, "is required.");
    }
    for (const [name, part] of Object.entries(shapeOf(shape))) {
      if (map[name] !== undefined) findMissing(part, map[name], `${at}.${name}`, findings);
    }
  });
}

function findNotSimulated(
  shape: z.ZodType,
  value: unknown,
  path: string,
  findings: Findings,
): void {
  forEachMap(value, path, (map, at) => {
    for (const [name, part] of Object.entries(shapeOf(shape))) {
      const given = map[name];
      if (given === undefined || isSilent(part, given)) continue;
      const isMap = Object.keys(shapeOf(part)).length > 0;
      const isUnknown = given instanceof StandIn;
      if (treatmentOf(part) === "not simulated" && (isUnknown || !isMap)) {
        findings.notSimulated(`${at}.${name}`);
      } else findNotSimulated(part, given, `${at}.${name}`, findings);
      // Nobody reads what is in it.
      if (isMap && isUnknown && treatmentOf(part) !== "simulated") map[name] = {};
    }
  });
}

function forEachMap(
  value: unknown,
  path: string,
  visit: (map: Record<string, unknown>, path: string) => void,
): void {
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) forEachMap(item, pathOf(path, index), visit);
  } else if (typeof value === "object" && value !== null && !(value instanceof StandIn)) {
    visit(value as Record<string, unknown>, path);
  }
}
