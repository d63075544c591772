import { ApiException } from "../exceptions.ts";
import { violationsOf } from "./constraints.ts";
import { inputs, shapes } from "./model.ts";
import type { Shape } from "./shape.ts";

/**
 * Returns the input of an operation with what its model has and nothing else; `null` counts as absent. Throws ApiException
 * for a member of another JSON type, and for all broken constraints at once.
 */
export function checkInput(operation: string, body: object): object {
  const violations: string[] = [];
  const input = read(body, inputs[operation] ?? "", "", violations);
  if (violations.length === 0) return input as object;
  const count =
    violations.length === 1 ? "1 validation error" : `${violations.length} validation errors`;
  throw new ApiException(
    "InvalidParameterException",
    `${count} detected: ${violations.join("; ")}`,
  );
}

function read(value: unknown, name: string, path: string, violations: string[]): unknown {
  const shape = shapeOf(name);
  assertType(value, shape.type);
  violations.push(...violationsOf(value, { ...shape, ...asObserved[name] }, path));
  if (shape.type === "structure") return readStructure(value as object, shape, path, violations);
  if (shape.type === "list") {
    const members = (value as unknown[]).filter(isGiven);
    return members.map((member, index) =>
      read(member, shape.member ?? "", `${path}.${index + 1}.member`, violations),
    );
  }
  if (shape.type === "map") return readMap(value as object, shape);
  return value;
}

function readStructure(value: object, shape: Shape, path: string, violations: string[]): object {
  const given = value as Record<string, unknown>;
  const members = Object.entries(shape.members ?? {}).flatMap(([name, member]) => {
    const at = path ? `${path}.${lowerCamel(name)}` : lowerCamel(name);
    const memberValue = Object.hasOwn(given, name) ? given[name] : undefined;
    if (isGiven(memberValue)) return [[name, read(memberValue, member, at, violations)]];
    if (shape.required?.includes(name)) {
      violations.push(
        `Value null at '${at}' failed to satisfy constraint: Member must not be null`,
      );
    }
    return [];
  });
  return Object.fromEntries(members);
}

/** Cognito holds maps to no constraint but the type. */
function readMap(value: object, shape: Shape): object {
  const entries = Object.entries(value).filter(([, text]) => isGiven(text));
  for (const [, text] of entries) assertType(text, shapeOf(shape.value ?? "").type);
  return Object.fromEntries(entries);
}

function assertType(value: unknown, type: Shape["type"]): void {
  const is = jsonTypeOf(value);
  if (is === type || (type === "map" && is === "structure")) return;
  throw new ApiException(
    "SerializationException",
    `${valueNames[is]} can not be converted to ${typeNames[type]}`,
  );
}

type JsonType = Shape["type"] | "fraction";

function jsonTypeOf(value: unknown): JsonType {
  if (typeof value === "string") return "string";
  if (typeof value === "boolean") return "boolean";
  if (typeof value === "number") return Number.isSafeInteger(value) ? "integer" : "fraction";
  return Array.isArray(value) ? "list" : "structure";
}

const valueNames: Record<JsonType, string> = {
  string: "STRING_VALUE",
  boolean: "BOOLEAN_VALUE",
  integer: "NUMBER_VALUE",
  fraction: "NUMBER_VALUE",
  list: "START_ARRAY",
  structure: "START_OBJECT",
  map: "START_OBJECT",
};

const typeNames: Record<Shape["type"], string> = {
  string: "a String",
  boolean: "a Boolean",
  integer: "an Integer",
  list: "a List",
  map: "a Map",
  structure: "a Structure",
};

/** Where the service holds its inputs to more than its model says. */
const asObserved: Record<string, Partial<Shape>> = {
  PasswordType: { min: 6, pattern: "^[\\S]+.*[\\S]+$" },
};

function shapeOf(name: string): Shape {
  const shape = shapes[name];
  if (!shape) throw new Error(`The model has no shape ${name}.`);
  return shape;
}

function lowerCamel(name: string): string {
  return `${name.slice(0, 1).toLowerCase()}${name.slice(1)}`;
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}
