import { dirname, resolve } from "node:path";
import { z } from "zod";
import type { FunctionSettings } from "../../pool/trigger-settings.ts";
import type { Findings } from "../findings.ts";
import { StandIn } from "../language/stand-in.ts";
import { text } from "../resources/values.ts";
import { buildFolders } from "./build-folders.ts";
import type { FoundFunction } from "./find-function.ts";

type Properties = Record<string, unknown>;

/** A function as local Cognito can run it, or the reason why it cannot. */
export function functionSettings(
  found: FoundFunction,
  findings: Findings,
): Omit<FunctionSettings, "functionName"> & { functionName?: string } {
  const { name, template } = found;
  const path = `Resources.${name}.Properties`;
  const given = withGlobals(found);
  const resolved = (property: string) =>
    given[property] === undefined
      ? undefined
      : template.resolve(given[property], `${path}.${property}`, findings);
  const asText = (property: string) => text.safeParse(resolved(property)).data;
  // Nothing here needs the name itself: where a part of it is unknown, the logical id is as good.
  const isUnknown = resolved("FunctionName") instanceof StandIn;
  const functionName = isUnknown ? undefined : asText("FunctionName");
  if (given.Layers !== undefined) findings.notSimulated(`${path}.Layers`);
  const environment = variablesIn(resolved("Environment"), path, findings);
  return {
    ...(functionName !== undefined && { functionName }),
    ...(Object.keys(environment).length > 0 && { environment }),
    code: codeOf(),
  };

  function codeOf(): FunctionSettings["code"] {
    if (given.PackageType === "Image") return "It is a container image, which is not run here.";
    const runtime = asText("Runtime");
    if (!runtime?.startsWith("nodejs")) {
      return `Its runtime is ${runtime ?? "not named"}; functions run here in Node alone.`;
    }
    const handler = asText("Handler");
    const [, module, exportName] = /^((?:.*\/)?[^/.]+)\.([^/]+)$/.exec(handler ?? "") ?? [];
    if (!module || !exportName) return `Its Handler is ${handler ?? "not named"}.`;
    const code = resolved("CodeUri") ?? resolved("Code");
    const inline = text.safeParse(resolved("InlineCode") ?? partOf(code, "ZipFile"));
    if (inline.success) {
      if (module !== "index") {
        return `Its Handler is ${handler}, and inline code is index.js: name index.${exportName}.`;
      }
      const folder = dirname(resolve(template.path));
      return { places: { text: inline.data, folder }, exportName };
    }
    const folders = buildFolders(found, code);
    if (folders.length === 0) return "Its code lies at AWS, and not beside the template.";
    const places = folders.flatMap(({ folder, extensions }) =>
      extensions.map((extension) => ({ file: `${folder}/${module}.${extension}`, folder })),
    );
    return { places, exportName };
  }
}

/** SAM's Globals: a function's own properties come first, and its environment is joined with theirs. */
function withGlobals({ definition, template }: FoundFunction): Properties {
  const own = definition.Properties ?? {};
  if (definition.Type !== "AWS::Serverless::Function") return own;
  const common = globalsShape.safeParse(template.globals).data?.Function ?? {};
  const Variables = {
    ...(partOf(common.Environment, "Variables") as object | undefined),
    ...(partOf(own.Environment, "Variables") as object | undefined),
  };
  return { ...common, ...own, Environment: { Variables } };
}

const globalsShape = z.looseObject({ Function: z.record(z.string(), z.unknown()).optional() });

function partOf(value: unknown, name: string): unknown {
  const isMap = typeof value === "object" && value !== null && !(value instanceof StandIn);
  return isMap ? (value as Properties)[name] : undefined;
}

/** A function goes without a variable that depends on a parameter without a value; a pool starts all the same. */
function variablesIn(
  environment: unknown,
  path: string,
  findings: Findings,
): Record<string, string> {
  const variables = Object.entries(partOf(environment, "Variables") ?? {});
  const texts = variables.flatMap(([name, value]) => {
    const missing = value instanceof StandIn && value.gaps.find(({ unknown }) => unknown.isMissing);
    const { data } = missing ? { data: undefined } : text.safeParse(value);
    if (data !== undefined) return [[name, data] as const];
    findings.warn(
      `${path}.Environment.Variables.${name}`,
      missing
        ? `the function goes without it: ${missing.unknown.name} is given no value. --parameter ${missing.unknown.name}=VALUE gives it one.`
        : "must be text. The function goes without it.",
    );
    return [];
  });
  return Object.fromEntries(texts);
}
