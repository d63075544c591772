import { pathOf } from "../findings.ts";
import { resolve } from "./functions.ts";
import type { Scope } from "./scope.ts";
import { StandIn } from "./stand-in.ts";
import { readings } from "./word.ts";

/**
 * Tells whether what stands under `Conditions`, or within one, holds; what is no condition is noted as a problem.
 * Where that depends on a parameter without a value, it is a stand-in for the answer. What only AWS knows equals nothing.
 */
export function holds(condition: unknown, scope: Scope, path: string): boolean | StandIn {
  const [name = "", argument] = Object.entries(condition ?? {})[0] ?? [];
  const inside = pathOf(path, name);
  const parts = Array.isArray(argument) ? argument : [];
  const answers = () => parts.map((part, index) => holds(part, scope, pathOf(inside, index)));
  switch (name) {
    case "Condition":
      return scope.isTrue(String(argument), inside);
    case "Fn::Equals": {
      if (parts.length !== 2) break;
      return areEqual(parts.map((value, i) => resolve(value, scope, pathOf(inside, i))));
    }
    case "Fn::Not": {
      if (parts.length !== 1) break;
      const [answer = false] = answers();
      return answer instanceof StandIn ? answer : !answer;
    }
    case "Fn::And":
      return decided(answers(), false);
    case "Fn::Or":
      return decided(answers(), true);
    case "Fn::Contains": {
      const [list, value] = parts.map((part, i) => resolve(part, scope, pathOf(inside, i)));
      return isAmong(value, list);
    }
    case "Fn::EachMemberEquals": {
      const [list, value] = parts.map((part, i) => resolve(part, scope, pathOf(inside, i)));
      return decided(
        [list].flat().map((member) => areEqual([member, value])),
        false,
      );
    }
    case "Fn::EachMemberIn": {
      const [list, others] = parts.map((part, i) => resolve(part, scope, pathOf(inside, i)));
      return decided(
        [list].flat().map((member) => isAmong(member, others)),
        false,
      );
    }
  }
  scope.wrong(
    path,
    "is no condition: Equals with two values, Not, And, Or, or the name of another one.",
  );
  return false;
}

function areEqual([left, right]: unknown[]): boolean | StandIn {
  const unknown = [left, right].filter((value) => value instanceof StandIn);
  const missing = unknown.find(({ gaps }) => gaps.some((gap) => gap.unknown.isMissing));
  if (missing) return missing;
  for (const value of unknown) value.noteUse();
  if (unknown.length > 0) return false;
  return readings(left).some((reading) => readings(right).includes(reading));
}

function isAmong(value: unknown, list: unknown): boolean | StandIn {
  return decided(
    [list].flat().map((member) => areEqual([member, value])),
    true,
  );
}

/** One answer of that kind decides; otherwise it is the other one, unless something is unknown. */
function decided(answers: (boolean | StandIn)[], deciding: boolean): boolean | StandIn {
  if (answers.includes(deciding)) return deciding;
  return answers.find((answer) => answer instanceof StandIn) ?? !deciding;
}
