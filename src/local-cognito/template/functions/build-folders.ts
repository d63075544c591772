import { basename, dirname, join, resolve } from "node:path";
import { z } from "zod";
import type { FoundFunction } from "./find-function.ts";

/** A folder that a handler's path may begin at, and how the names of its files end. */
export interface BuildFolder {
  folder: string;
  extensions: string[];
}

// As Lambda's Node runtime looks for them.
const built = ["js", "mjs", "cjs"];
const written = ["ts", "mts", "cts"];

/**
 * Where the code of a function may lie, the best place first: its source as long as Node runs that as it is, since edits
 * of it count at once; what a build made of it; its source in TypeScript. None for code that is at AWS alone.
 */
export function buildFolders(found: FoundFunction, code: unknown): BuildFolder[] {
  const { definition, template } = found;
  const beside = dirname(resolve(template.path));
  const { data: asset } = z.string().safeParse(definition.Metadata?.["aws:asset:path"]);
  if (asset !== undefined) return [{ folder: resolve(beside, asset), extensions: built }];
  if (basename(beside) === ".serverless") return serverlessFolders(beside);
  const isSam = definition.Type === "AWS::Serverless::Function";
  const own = code ?? (isSam ? "." : undefined);
  if (typeof own !== "string" || /^(s3|https?):\/\//.test(own)) return [];
  const source = resolve(beside, own);
  const asItIs = { folder: source, extensions: built };
  const builds = idsBuiltTogether(found).map((id) => ({
    folder: join(beside, ".aws-sam", "build", id),
    extensions: built,
  }));
  const isBundled = definition.Metadata?.BuildMethod === "esbuild";
  return [
    ...(isBundled ? [...builds, asItIs] : [asItIs, ...builds]),
    { folder: source, extensions: written },
  ];
}

/** The Serverless Framework keeps its templates in a folder, beside which a service's code lies. */
function serverlessFolders(folder: string): BuildFolder[] {
  const service = dirname(folder);
  return [
    { folder: join(folder, "build"), extensions: built },
    { folder: service, extensions: [...built, ...written] },
  ];
}

/** `sam build` makes one folder for functions of the same code, named after the first of them. */
function idsBuiltTogether({ name, definition, template }: FoundFunction): string[] {
  const codeOf = (properties: Record<string, unknown> | null | undefined) =>
    JSON.stringify(properties?.CodeUri ?? properties?.Code);
  const own = codeOf(definition.Properties);
  const others = Object.entries(template.resources).filter(
    ([id, { Type, Properties }]) =>
      id !== name && Type === definition.Type && codeOf(Properties) === own,
  );
  return [name, ...others.map(([id]) => id)];
}
