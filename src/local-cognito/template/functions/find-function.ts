import { Findings } from "../findings.ts";
import type { OpenTemplate } from "../language/open-scope.ts";
import type { ResourceDefinition } from "../language/sections.ts";
import { StandIn } from "../language/stand-in.ts";

/** An ARN as a text, or with what only AWS knows in it. */
export type FunctionReference = string | StandIn;

/** Where a template defines a function. */
export interface FoundFunction {
  name: string;
  definition: ResourceDefinition;
  template: OpenTemplate;
}

/**
 * The function that a reference is to, if one of the templates has it; aliases and versions lead to theirs. Most of what is
 * looked at belongs to other functions: what is wrong there is not noted.
 */
export function findFunction(
  reference: FunctionReference,
  templates: OpenTemplate[],
): FoundFunction | undefined {
  for (const template of templates) {
    const found =
      typeof reference === "string"
        ? findByName(nameIn(reference), template)
        : findByLogicalIds(logicalIdsIn(reference), template);
    if (found) return found;
  }
  return undefined;
}

/** True where a permission in the function's template lets user pools call it, which at AWS they need. */
export function mayBeCalled({ name, template }: FoundFunction): boolean {
  return resourcesThere(template).some(([id, { Type, Properties }]) => {
    if (Type !== "AWS::Lambda::Permission") return false;
    const given = (property: string) => valueIn(Properties?.[property] ?? "", id, template);
    const callee = given("FunctionName");
    const reference = callee instanceof StandIn ? callee : String(callee);
    return (
      String(given("Principal")).startsWith("cognito-idp.") &&
      findFunction(reference, [template])?.name === name
    );
  });
}

/** What a reference calls its function: the last part of an ARN, or else a logical id. */
export function nameIn(reference: FunctionReference): string {
  if (reference instanceof StandIn) return logicalIdsIn(reference).at(-1) ?? "";
  return /:function:([^:]+)/.exec(reference)?.[1] ?? reference;
}

export function isFunction({ Type }: ResourceDefinition): boolean {
  return Type === "AWS::Lambda::Function" || Type === "AWS::Serverless::Function";
}

/** `Claims` of `Claims.Arn`, and of `Claims.Alias`, which is a name that SAM makes. */
function logicalIdsIn(reference: StandIn): string[] {
  return reference.gaps.map(({ unknown }) => unknown.name.replace(/\..*$/, ""));
}

function findByLogicalIds(ids: string[], template: OpenTemplate): FoundFunction | undefined {
  for (const name of ids) {
    const definition = template.resources[name];
    if (!definition) continue;
    if (isFunction(definition)) return { name, definition, template };
    if (!/^AWS::Lambda::(Alias|Version)$/.test(definition.Type)) continue;
    const behind = valueIn(definition.Properties?.FunctionName, name, template);
    return behind instanceof StandIn
      ? findByLogicalIds(logicalIdsIn(behind), template)
      : findByName(nameIn(String(behind)), template);
  }
  return undefined;
}

function findByName(name: string, template: OpenTemplate): FoundFunction | undefined {
  for (const [id, definition] of resourcesThere(template)) {
    if (!isFunction(definition)) continue;
    const own = valueIn(definition.Properties?.FunctionName ?? id, id, template);
    if (own === name || id === name) return { name: id, definition, template };
  }
  return undefined;
}

/** Those that no condition leaves out; where its answer is unknown, a resource counts as there. */
function resourcesThere(template: OpenTemplate): [string, ResourceDefinition][] {
  return Object.entries(template.resources).filter(
    ([id, { Condition }]) =>
      !Condition || template.isTrue(Condition, `Resources.${id}.Condition`) !== false,
  );
}

function valueIn(value: unknown, id: string, template: OpenTemplate): unknown {
  return template.resolve(value, `Resources.${id}.Properties`, new Findings());
}
