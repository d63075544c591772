import { resolve } from "./functions.ts";
import { pathOf } from "./problems.ts";
import type { Scope } from "./scope.ts";

/** Tells whether what stands under `Conditions`, or within one, holds; what is no condition is noted as a problem. */
export function holds(condition: unknown, scope: Scope, path: string): boolean {
  const [name = "", argument] = Object.entries(condition ?? {})[0] ?? [];
  const inside = pathOf(path, name);
  const parts = Array.isArray(argument) ? argument : [];
  const part = (index: number) => holds(parts[index], scope, pathOf(inside, index));
  switch (name) {
    case "Condition":
      return scope.isTrue(String(argument), inside);
    case "Fn::Equals": {
      if (parts.length !== 2) break;
      const [left, right] = parts.map((value, i) => resolve(value, scope, pathOf(inside, i)));
      return String(left) === String(right);
    }
    case "Fn::Not":
      if (parts.length !== 1) break;
      return !part(0);
    case "Fn::And":
      return parts.every((_, index) => part(index));
    case "Fn::Or":
      return parts.some((_, index) => part(index));
  }
  scope.wrong(
    path,
    "is no condition: Equals with two values, Not, And, Or, or the name of another one.",
  );
  return false;
}
