import { pathOf } from "../findings.ts";
import { holds } from "./conditions.ts";
import type { Scope } from "./scope.ts";

interface Rule {
  RuleCondition?: unknown;
  Assertions?: { Assert?: unknown; AssertDescription?: unknown }[] | undefined;
}

/** Notes a problem for each assertion of the rules that the parameters break; what only AWS can decide is left to it. */
export function findBrokenRules(rules: Record<string, Rule>, scope: Scope): void {
  for (const [name, { RuleCondition, Assertions = [] }] of Object.entries(rules)) {
    const path = `Rules.${name}`;
    if (RuleCondition !== undefined && !isCertain(RuleCondition, true, scope, path)) continue;
    Assertions.forEach(({ Assert, AssertDescription }, index) => {
      const at = pathOf(path, "Assertions", index);
      if (isCertain(Assert, false, scope, at)) {
        scope.wrong(at, `is broken. ${AssertDescription ?? "The parameters do not fit together."}`);
      }
    });
  }
}

/** RefAll, ValueOf and ValueOfAll ask about the things in an account. */
function isCertain(condition: unknown, wanted: boolean, scope: Scope, path: string): boolean {
  const isForAws = /"Fn::(RefAll|ValueOf|ValueOfAll)"/.test(JSON.stringify(condition) ?? "");
  return !isForAws && holds(condition, scope, path) === wanted;
}
