import type { MappingTagDefinition, Schema, YAMLException } from "js-yaml";
import { PoolFileError } from "../../pool/pool-file.ts";
import { pathOf } from "../findings.ts";
import { plainScalar } from "./word.ts";

/**
 * Reads YAML or JSON with CloudFormation's short tags in their long form: `!Ref Mfa` becomes `{ Ref: "Mfa" }` and
 * `!Sub text` becomes `{ "Fn::Sub": "text" }`. Of a key that is given twice the last one counts, as for
 * CloudFormation; `onDoubledKey` is told its path. Throws PoolFileError with line and column.
 */
export async function parseDocument(
  text: string,
  onDoubledKey: (path: string) => void = () => {},
): Promise<unknown> {
  const content = text.replace(/^\uFEFF/, "");
  const json = content.trimStart().startsWith("{") ? parseJson(content) : undefined;
  if (json && !("error" in json) && countKeys(json.document) === countWrittenKeys(content)) {
    return json.document;
  }
  try {
    return await parseYaml(content, onDoubledKey);
  } catch (error) {
    throw json && "error" in json ? new PoolFileError([json.error]) : error;
  }
}

function parseJson(text: string): { document: unknown } | { error: string } {
  try {
    return { document: JSON.parse(text) };
  } catch (error) {
    return { error: (error as Error).message };
  }
}

/** JSON.parse says nothing of a key that is given twice; fewer keys than were written give it away. */
function countWrittenKeys(json: string): number {
  const texts = json.matchAll(/"(?:[^"\\]|\\.)*"(\s*:)?/g);
  return [...texts].filter(([, colon]) => colon !== undefined).length;
}

function countKeys(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  const parts = Object.values(value);
  const own = Array.isArray(value) ? 0 : parts.length;
  return parts.reduce((sum: number, part) => sum + countKeys(part), own);
}

/** Importing a YAML parser takes as long as much of the rest of the start, so only what is YAML pays for it. */
async function parseYaml(text: string, onDoubledKey: (path: string) => void): Promise<unknown> {
  const yaml = await import("js-yaml");
  const doubled = new Map<object, string[]>();
  try {
    const document = /\S/.test(text)
      ? yaml.load(text, { schema: schemaOf(yaml, doubled), json: true })
      : null;
    if (doubled.size > 0) tellPaths(document, doubled, onDoubledKey);
    return document;
  } catch (error) {
    throw new PoolFileError([wordsFor(error as YAMLException)]);
  }
}

function schemaOf(yaml: typeof import("js-yaml"), doubled: Map<object, string[]>): Schema {
  const identify = () => false;
  return new yaml.Schema([
    yaml.strTag,
    yaml.seqTag,
    yaml.mergeTag,
    mapTag(yaml.mapTag, doubled),
    yaml.defineScalarTag("tag:local,plain", {
      implicit: true,
      identify,
      resolve(source) {
        const value = plainScalar(source);
        return typeof value === "string" ? yaml.NOT_RESOLVED : value;
      },
    }),
    yaml.defineScalarTag("!", {
      matchByTagPrefix: true,
      identify,
      resolve: (source, _isExplicit, tag) => longForm(tag, source),
    }),
    yaml.defineSequenceTag<{ tag: string; items: unknown[] }, object>("!", {
      matchByTagPrefix: true,
      identify,
      create: (tag) => ({ tag, items: [] }),
      addItem: ({ items }, item) => void items.push(item),
      finalize: ({ tag, items }) => longForm(tag, items),
    }),
    yaml.defineMappingTag<{ tag: string; map: Record<string, unknown> }, object>("!", {
      ...yaml.mapTag,
      matchByTagPrefix: true,
      identify,
      create: (tag) => ({ tag, map: {} }),
      addPair: ({ map }, key, value) => yaml.mapTag.addPair(map, key, value),
      has: ({ map }, key) => yaml.mapTag.has(map, key),
      keys: Object.keys,
      get: (map, key) => (map as Record<string, unknown>)[String(key)],
      finalize: ({ tag, map }) => longForm(tag, map),
      represent: () => new Map(),
    }),
  ]);
}

type MapTag = MappingTagDefinition<Record<string, unknown>>;

/** A map that notes its doubled keys; one that comes from `<<` may be written once more. */
function mapTag(plain: MapTag, doubled: Map<object, string[]>): MapTag {
  const merged = new WeakMap<object, Set<unknown>>();
  return {
    ...plain,
    has(map, key) {
      const isThere = plain.has(map, key);
      // The parser asks about those of `<<` alone, and adds them where they are not there.
      if (!isThere) merged.set(map, (merged.get(map) ?? new Set()).add(key));
      return isThere;
    },
    addPair(map, key, value) {
      if (plain.has(map, key) && !merged.get(map)?.delete(key)) {
        doubled.set(map, [...(doubled.get(map) ?? []), String(key)]);
      }
      return plain.addPair(map, key, value);
    },
  };
}

function tellPaths(
  value: unknown,
  doubled: Map<object, string[]>,
  tell: (path: string) => void,
  path = "",
): void {
  if (typeof value !== "object" || value === null) return;
  for (const key of new Set(doubled.get(value))) tell(below(path, key));
  for (const [key, part] of Object.entries(value)) {
    tellPaths(part, doubled, tell, below(path, Array.isArray(value) ? Number(key) : key));
  }
}

function below(path: string, step: string | number): string {
  return path === "" ? String(step) : pathOf(path, step);
}

function longForm(tag: string, value: unknown): object {
  const name = tag.slice(1);
  if (name === "Ref" || name === "Condition") return { [name]: value };
  if (name !== "GetAtt" || typeof value !== "string") return { [`Fn::${name}`]: value };
  const [, resource = value, attribute] = /^([^.]*)\.(.*)$/s.exec(value) ?? [];
  return { "Fn::GetAtt": attribute === undefined ? [resource] : [resource, attribute] };
}

function wordsFor({ reason, mark, message }: YAMLException): string {
  return mark ? `${reason} at line ${mark.line + 1}, column ${mark.column + 1}` : message;
}
