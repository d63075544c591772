import { pathOf } from "./problems.ts";
import type { Scope } from "./scope.ts";

/** What `!Ref AWS::NoValue` stands for: the property, or the item of a list, is not there. */
export const noValue = Symbol("AWS::NoValue");

/**
 * Returns the value with every function worked out. Those that only AWS can work out stay as they are, which is fine
 * where nobody needs them; a wrong call is noted as a problem.
 */
export function resolve(value: unknown, scope: Scope, path: string): unknown {
  if (Array.isArray(value)) {
    const items = value.map((item, index) => resolve(item, scope, pathOf(path, index)));
    return items.filter((item) => item !== noValue);
  }
  if (typeof value !== "object" || value === null) return value;
  const call = callOf(value);
  const known = call && functions[call.name];
  if (known) return known(call.argument, scope, pathOf(path, call.name));
  const pairs = Object.entries(value).map(
    ([name, part]) => [name, resolve(part, scope, pathOf(path, name))] as const,
  );
  return Object.fromEntries(pairs.filter(([, part]) => part !== noValue));
}

/** The name and argument of a function call; undefined for any other value. */
export function callOf(value: unknown): { name: string; argument: unknown } | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const [pair, ...others] = Object.entries(value);
  const isCall = pair && others.length === 0 && /^(Ref|Fn::\w+)$/.test(pair[0]);
  return isCall ? { name: pair[0], argument: pair[1] } : undefined;
}

type TemplateFunction = (argument: unknown, scope: Scope, path: string) => unknown;

const functions: Record<string, TemplateFunction> = {
  Ref: (argument, scope, path) => scope.valueOf(String(argument), path),

  // What another resource turns out to be is not known here; its name stands for it.
  "Fn::GetAtt": (argument) => `\${${[argument].flat().join(".")}}`,

  "Fn::If": (argument, scope, path) => {
    const [condition, whenTrue, whenFalse] = itemsOf(argument);
    if (whenFalse === undefined) return scope.wrong(path, "takes a condition and two values.");
    const isTrue = scope.isTrue(String(condition), pathOf(path, 0));
    return resolve(isTrue ? whenTrue : whenFalse, scope, pathOf(path, isTrue ? 1 : 2));
  },

  "Fn::Sub": (argument, scope, path) => {
    const [text, names = {}] = [argument].flat();
    if (typeof text !== "string") return scope.wrong(path, "takes a text.");
    const given = resolve(names, scope, pathOf(path, 1)) as Record<string, unknown>;
    return text.replace(/\$\{([^}]*)\}/g, (place, inside: string) => {
      const name = inside.trim();
      if (name.startsWith("!")) return `\${${name.slice(1)}}`;
      if (Object.hasOwn(given, name)) return String(given[name]);
      return name.includes(".") ? place : String(scope.valueOf(name, path));
    });
  },

  "Fn::Join": (argument, scope, path) => {
    const [separator, parts] = itemsOf(resolve(argument, scope, path));
    if (typeof separator !== "string" || !Array.isArray(parts)) {
      return scope.wrong(path, "takes a separator and a list.");
    }
    return parts.join(separator);
  },

  "Fn::Split": (argument, scope, path) => {
    const [separator, text] = itemsOf(resolve(argument, scope, path));
    if (typeof separator !== "string" || typeof text !== "string") {
      return scope.wrong(path, "takes a separator and a text.");
    }
    return text.split(separator);
  },

  "Fn::Select": (argument, scope, path) => {
    const [index, items] = itemsOf(resolve(argument, scope, path));
    const item = Array.isArray(items) ? items[Number(index)] : undefined;
    return item === undefined ? scope.wrong(path, "selects what is not in the list.") : item;
  },

  "Fn::FindInMap": (argument, scope, path) => {
    const [map, first, second] = itemsOf(resolve(argument, scope, path)).map(String);
    const value = scope.mappings[map ?? ""]?.[first ?? ""]?.[second ?? ""];
    return value === undefined ? scope.wrong(path, "finds nothing in Mappings.") : value;
  },
};

function itemsOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}
