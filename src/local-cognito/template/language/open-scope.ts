import { type Findings, pathOf } from "../findings.ts";
import { holds } from "./conditions.ts";
import { unfold } from "./for-each.ts";
import { resolve } from "./functions.ts";
import { isStored, parameterValues } from "./parameters.ts";
import { type Place, pseudoParameters } from "./pseudo-parameters.ts";
import { noValue, type Scope } from "./scope.ts";
import { asResources, type ResourceDefinition, type TemplateDocument } from "./sections.ts";
import type { StandIn } from "./stand-in.ts";
import type { Unknowns } from "./unknowns.ts";

/** What a template is read with. */
export interface Surroundings {
  /** Of its file. */
  path: string;
  place: Place;
  /** Values of parameters. */
  given: Record<string, string>;
  unknowns: Unknowns;
  /** What other templates that are read with it export; undefined for any other name. */
  imported(name: string): unknown;
}

/** A template whose loops are written out, and what its functions can refer to. */
export interface OpenTemplate extends Scope {
  /** Of its file. */
  path: string;
  /** SAM's Globals as they are written. */
  globals: unknown;
  resources: Record<string, ResourceDefinition>;
  /** Works out the functions in a value; what is wrong with them is noted in these findings. */
  resolve(value: unknown, path: string, findings: Findings): unknown;
}

/** Opens the scope of a template with parameters as given, and their defaults elsewhere. */
export function openScope(
  document: TemplateDocument,
  { path, place, given, unknowns, imported }: Surroundings,
  findings: Findings,
): OpenTemplate {
  const { Parameters, Mappings, Transform } = document;
  const values: Record<string, unknown> = {
    ...pseudoParameters(place, given),
    ...parameterValues(Parameters, given, findings),
  };
  const transforms = Transform.map((transform) =>
    typeof transform === "string" ? transform : transform.Name,
  );
  const isTransformed = transforms.some((name) => name !== "AWS::LanguageExtensions");
  const known = new Map<string, boolean | StandIn>();
  const underWay = new Set<string>();
  let conditions: Record<string, unknown> = {};
  let resources: Record<string, ResourceDefinition> = {};
  let noted = findings;

  const scope: Scope = {
    region: place.region,
    mappings: Mappings,
    hasExtensions: transforms.includes("AWS::LanguageExtensions"),
    valueOf(name, path) {
      if (Object.hasOwn(values, name)) return values[name];
      const parameter = Object.hasOwn(Parameters, name) ? Parameters[name] : undefined;
      if (parameter) return unknowns.standIn(name, path, { isMissing: !isStored(parameter) });
      const resource = resources[name];
      if (resource) return isThere(name, path) ? nameOf(name, resource, path) : noValue;
      // A transform makes resources of its own, whose names are not in the file.
      if (isTransformed) return scope.unknown(name, path);
      return scope.wrong(path, `refers to ${name}, which is neither a parameter nor a resource.`);
    },
    attributeOf(name, attribute, path) {
      const resource = resources[name];
      if (!resource && !isTransformed) {
        return scope.wrong(path, `refers to ${name}, which is no resource.`);
      }
      if (resource && !isThere(name, path)) return noValue;
      // The id of a pool is what Ref gives as well.
      if (/^(UserPoolId|ClientId)$/.test(attribute)) return scope.valueOf(name, path);
      return scope.unknown(`${name}.${attribute}`, path, arnOf(name, attribute, resource?.Type));
    },
    imported: (name, path) => imported(name) ?? scope.unknown(`ImportValue:${name}`, path),
    unknown: (name, path, text) => unknowns.valueOf(name, path, text),
    isTrue(name, path) {
      if (!Object.hasOwn(conditions, name)) {
        scope.wrong(path, `there is no condition ${name}.`);
      } else if (underWay.has(name)) scope.wrong(path, `condition ${name} depends on itself.`);
      else if (!known.has(name)) {
        underWay.add(name);
        known.set(name, holds(conditions[name], scope, `Conditions.${name}`));
        underWay.delete(name);
      }
      return known.get(name) ?? false;
    },
    wrong(path, what) {
      noted.problem(path, what);
      return noValue;
    },
  };
  conditions = unfold(document.Conditions, scope, "Conditions") as Record<string, unknown>;
  resources = asResources(unfold(document.Resources, scope, "Resources"));
  return {
    ...scope,
    path,
    globals: document.Globals,
    resources,
    resolve(value, path, into) {
      noted = into;
      const resolved = resolve(value, scope, path);
      noted = findings;
      return resolved;
    },
  };

  /** AWS refuses what refers to a resource that its condition leaves out. */
  function isThere(name: string, path: string): boolean {
    const condition = resources[name]?.Condition;
    if (!condition || scope.isTrue(condition, `Resources.${name}.Condition`) !== false) return true;
    scope.wrong(path, `refers to ${name}, which its condition leaves out.`);
    return false;
  }

  /** Ref gives the names of some resources, which are known before they exist. */
  function nameOf(logicalName: string, { Type, Properties }: ResourceDefinition, path: string) {
    const property = namingProperties[Type];
    const name = property && Properties?.[property];
    const resource = `Resources.${logicalName}`;
    if (!property || name === undefined || underWay.has(resource)) {
      return scope.unknown(logicalName, path);
    }
    underWay.add(resource);
    const resolved = resolve(name, scope, pathOf(resource, "Properties", property));
    underWay.delete(resource);
    return resolved;
  }

  function arnOf(name: string, attribute: string, type = ""): string | undefined {
    if (!/arn$/i.test(attribute)) return undefined;
    const { "AWS::Partition": partition } = values;
    const [, service = "unknown", kind = ""] = type.toLowerCase().split("::");
    return service === "iam"
      ? `arn:${partition}:iam::${place.accountId}:${kind}/${name}`
      : `arn:${partition}:${service}:${place.region}:${place.accountId}:${name}`;
  }
}

const namingProperties: Record<string, string> = {
  "AWS::Cognito::UserPoolGroup": "GroupName",
  "AWS::Cognito::UserPoolIdentityProvider": "ProviderName",
  "AWS::Cognito::UserPoolResourceServer": "Identifier",
  "AWS::Cognito::UserPoolDomain": "Domain",
  "AWS::Cognito::UserPoolUser": "Username",
};
