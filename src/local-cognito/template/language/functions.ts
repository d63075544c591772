import { pathOf } from "../findings.ts";
import { noValue, type Scope } from "./scope.ts";
import { joined, StandIn, split } from "./stand-in.ts";
import { Word } from "./word.ts";

/**
 * Returns the value with every function worked out. What only AWS can work out becomes a StandIn; a wrong call is noted
 * as a problem.
 */
export function resolve(value: unknown, scope: Scope, path: string): unknown {
  if (typeof value === "string") return withDynamicReferences(value, scope, path);
  if (Array.isArray(value)) {
    const items = value.map((item, index) => resolve(item, scope, pathOf(path, index)));
    return items.filter((item) => item !== noValue);
  }
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof Word || value instanceof StandIn) return value;
  const call = callOf(value);
  if (call) return valueOfCall(call, scope, pathOf(path, call.name));
  const pairs = Object.entries(value).map(
    ([name, part]) => [name, resolve(part, scope, pathOf(path, name))] as const,
  );
  return Object.fromEntries(pairs.filter(([, part]) => part !== noValue));
}

interface Call {
  name: string;
  argument: unknown;
}

/** The name and argument of a function call; undefined for any other value. */
export function callOf(value: object): Call | undefined {
  const [pair, ...others] = Object.entries(value);
  const isCall = pair && others.length === 0 && /^(Ref|Fn::\w+)$/.test(pair[0]);
  return isCall ? { name: pair[0], argument: pair[1] } : undefined;
}

function valueOfCall({ name, argument }: Call, scope: Scope, path: string): unknown {
  if (!Object.hasOwn(functions, name))
    return scope.wrong(path, "is no function of CloudFormation.");
  if (extensions.includes(name) && !scope.hasExtensions) {
    return scope.wrong(path, "is for templates with Transform: AWS::LanguageExtensions alone.");
  }
  return functions[name]?.(argument, scope, path);
}

/** Values that AWS looks up when it deploys, such as `{{resolve:ssm:/app/url}}`. */
function withDynamicReferences(text: string, scope: Scope, path: string): unknown {
  if (!text.includes("{{resolve:")) return text;
  const parts = text.split(/\{\{(resolve:[^}]*)\}\}/);
  return joined(parts.map((part, i) => (i % 2 === 0 ? part : scope.unknown(part, path))));
}

type TemplateFunction = (argument: unknown, scope: Scope, path: string) => unknown;

const extensions = ["Fn::Length", "Fn::ToJsonString"];

const functions: Record<string, TemplateFunction> = {
  Ref: (argument, scope, path) =>
    typeof argument === "object"
      ? scope.wrong(path, "takes the name of a parameter or a resource.")
      : scope.valueOf(String(argument), path),

  "Fn::GetAtt": (argument, scope, path) => {
    const [resource, ...attribute] = Array.isArray(argument)
      ? itemsOf(resolve(argument, scope, path))
      : String(argument).split(".");
    const name = joined(attribute, ".");
    if (typeof resource !== "string" || name === "") {
      return scope.wrong(path, "takes a resource and an attribute.");
    }
    return scope.attributeOf(resource, name instanceof StandIn ? name.asText() : name, path);
  },

  "Fn::If": (argument, scope, path) => {
    const [condition, whenTrue, whenFalse] = itemsOf(argument);
    if (whenFalse === undefined) return scope.wrong(path, "takes a condition and two values.");
    const isTrue = scope.isTrue(String(condition), pathOf(path, 0));
    if (isTrue instanceof StandIn) return isTrue;
    return resolve(isTrue ? whenTrue : whenFalse, scope, pathOf(path, isTrue ? 1 : 2));
  },

  "Fn::Sub": (argument, scope, path) => {
    const [text, names = {}] = Array.isArray(argument) ? argument : [argument];
    if (typeof text === "object" || text === undefined) return scope.wrong(path, "takes a text.");
    const given = resolve(names, scope, pathOf(path, 1)) as Record<string, unknown>;
    const pieces = String(text).split(/\$\{([^}]*)\}/);
    const resolved = pieces.map((piece, index) => {
      if (index % 2 === 0) return withDynamicReferences(piece, scope, path);
      const name = piece.trim();
      if (name.startsWith("!")) return `\${${name.slice(1)}}`;
      if (Object.hasOwn(given, name)) return given[name];
      const [resource = "", ...attribute] = name.split(".");
      return attribute.length > 0
        ? scope.attributeOf(resource, attribute.join("."), path)
        : scope.valueOf(name, path);
    });
    return resolved.includes(noValue) ? noValue : joined(resolved);
  },

  "Fn::Join": (argument, scope, path) => {
    const [separator, parts] = itemsOf(resolve(argument, scope, path));
    if (typeof separator !== "string" || !(Array.isArray(parts) || parts instanceof StandIn)) {
      return scope.wrong(path, "takes a separator and a list.");
    }
    return joined([parts].flat(), separator);
  },

  "Fn::Split": (argument, scope, path) => {
    const [separator, text] = itemsOf(resolve(argument, scope, path));
    if (text instanceof StandIn) return split(text, String(separator));
    if (typeof separator !== "string" || Array.isArray(text) || text === undefined) {
      return scope.wrong(path, "takes a separator and a text.");
    }
    return String(text).split(separator);
  },

  "Fn::Select": (argument, scope, path) => {
    const [index, items] = itemsOf(resolve(argument, scope, path));
    const list = [items].flat();
    const unknown = [index, ...list].find((item) => item instanceof StandIn);
    const item = Array.isArray(items) ? items[Number(index)] : undefined;
    return item ?? unknown ?? scope.wrong(path, "selects what is not in the list.");
  },

  "Fn::FindInMap": (argument, scope, path) => {
    const [map, first, second, options] = itemsOf(resolve(argument, scope, path));
    const fallback = (options as { DefaultValue?: unknown } | undefined)?.DefaultValue;
    const keys = [map, first, second];
    const unknown = keys.find((key) => key instanceof StandIn);
    const [name = "", top = "", below = ""] = keys.map(String);
    const value = unknown ? fallback : (scope.mappings[name]?.[top]?.[below] ?? fallback);
    if (value !== undefined) return value;
    return unknown ?? scope.wrong(path, `finds nothing in Mappings.${pathOf(name, top, below)}.`);
  },

  "Fn::ImportValue": (argument, scope, path) => {
    const name = resolve(argument, scope, path);
    return scope.imported(name instanceof StandIn ? name.asText() : String(name), path);
  },

  "Fn::Base64": (argument, scope, path) => {
    const text = resolve(argument, scope, path);
    return text instanceof StandIn ? text : Buffer.from(String(text)).toString("base64");
  },

  "Fn::Length": (argument, scope, path) => {
    const list = resolve(argument, scope, path);
    if (list instanceof StandIn) return list;
    return Array.isArray(list) ? list.length : scope.wrong(path, "takes a list.");
  },

  "Fn::ToJsonString": (argument, scope, path) => jsonOf(resolve(argument, scope, path)),

  "Fn::GetAZs": (_argument, { region }) => ["a", "b", "c"].map((zone) => region + zone),

  "Fn::Cidr": (_argument, scope, path) => scope.unknown("Fn::Cidr", path),
  "Fn::GetStackOutput": (_argument, scope, path) => scope.unknown("Fn::GetStackOutput", path),
  "Fn::Transform": (_argument, scope, path) => scope.unknown("Fn::Transform", path),
};

function itemsOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

/** JSON with what is unknown in its place. */
function jsonOf(value: unknown): string | StandIn {
  if (value instanceof StandIn) return joined(['"', value, '"']);
  if (Array.isArray(value)) {
    return joined(["[", joined(value.map(jsonOf), ","), "]"]);
  }
  if (typeof value !== "object" || value === null || value instanceof Word) {
    return JSON.stringify(value);
  }
  const pairs = Object.entries(value).map(([name, part]) =>
    joined([JSON.stringify(name), ":", jsonOf(part)]),
  );
  return joined(["{", joined(pairs, ","), "}"]);
}
