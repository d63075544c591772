import { pathOf } from "../findings.ts";
import { resolve } from "./functions.ts";
import type { Scope } from "./scope.ts";
import { StandIn } from "./stand-in.ts";
import { Word } from "./word.ts";

const prefix = "Fn::ForEach::";

/**
 * Writes out every `Fn::ForEach` in a map of resources or properties: its body once for each item, with the item in
 * place of `${Identifier}` and `!Ref Identifier`. What AWS would refuse is noted as a problem.
 */
export function unfold(value: unknown, scope: Scope, path: string): unknown {
  if (Array.isArray(value)) {
    return value.map((item, index) => unfold(item, scope, pathOf(path, index)));
  }
  if (typeof value !== "object" || value === null || value instanceof Word) return value;
  const pairs = Object.entries(value).flatMap(([name, part]) =>
    name.startsWith(prefix)
      ? entriesOfLoop(part, scope, pathOf(path, name))
      : [[name, unfold(part, scope, pathOf(path, name))] as [string, unknown]],
  );
  return Object.fromEntries(pairs);
}

function entriesOfLoop(loop: unknown, scope: Scope, path: string): [string, unknown][] {
  if (!scope.hasExtensions) {
    scope.wrong(path, "is for templates with Transform: AWS::LanguageExtensions alone.");
    return [];
  }
  const [identifier, collection, body] = Array.isArray(loop) ? loop : [];
  const items = resolve(collection, scope, pathOf(path, 1));
  if (items instanceof StandIn) items.noteUse();
  if (typeof identifier !== "string" || typeof body !== "object" || body === null) {
    scope.wrong(path, "takes an identifier, a list and a map.");
    return [];
  }
  const list = items instanceof StandIn ? [] : [items].flat();
  return list.flatMap((item) =>
    Object.entries(unfold(withItem(body, identifier, String(item)), scope, path) as object),
  );
}

function withItem(value: unknown, identifier: string, item: string): unknown {
  if (typeof value === "string") return fill(value, identifier, item);
  if (Array.isArray(value)) return value.map((part) => withItem(part, identifier, item));
  if (typeof value !== "object" || value === null || value instanceof Word) return value;
  if ((value as { Ref?: unknown }).Ref === identifier) return item;
  const pairs = Object.entries(value).map(([name, part]) => [
    fill(name, identifier, item),
    withItem(part, identifier, item),
  ]);
  return Object.fromEntries(pairs);
}

/** `&{Identifier}` leaves out what a logical name may not have. */
function fill(text: string, identifier: string, item: string): string {
  return text
    .replaceAll(`\${${identifier}}`, item)
    .replaceAll(`&{${identifier}}`, item.replace(/[^a-zA-Z\d]/g, ""));
}
