import type { Document, Node } from "yaml";
import { PoolFileError } from "../pool/pool-file.ts";

/**
 * Reads YAML or JSON with CloudFormation's short tags in their long form: `!Ref Mfa` becomes `{ Ref: "Mfa" }` and
 * `!Sub text` becomes `{ "Fn::Sub": "text" }`. Throws PoolFileError with line and column.
 */
export async function parseDocument(text: string): Promise<unknown> {
  return text.trimStart().startsWith("{") ? parseJson(text) : parseYaml(text);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new PoolFileError([(error as Error).message]);
  }
}

/** Importing `yaml` takes as long as much of the rest of the start, so only what is YAML pays for it. */
async function parseYaml(text: string): Promise<unknown> {
  const yaml = await import("yaml");
  const document = yaml.parseDocument(text, {
    // CloudFormation reads YAML 1.1, where an unquoted ON is true, but knows no dates.
    version: "1.1",
    customTags: (tags) =>
      tags.filter((tag) => typeof tag === "string" || !tag.tag.endsWith(":timestamp")),
    logLevel: "error",
  });
  if (document.errors.length > 0) throw new PoolFileError(document.errors.map(firstLine));
  return plainOf(document.contents, document, yaml);
}

function plainOf(node: Node | null, document: Document, yaml: typeof import("yaml")): unknown {
  if (yaml.isAlias(node)) return plainOf(node.resolve(document) ?? null, document, yaml);
  const { tag } = (node ?? {}) as { tag?: string };
  return tag?.startsWith("!") ? longForm(tag, content()) : content();

  function content(): unknown {
    if (yaml.isMap<Node, Node | null>(node)) {
      return Object.fromEntries(
        node.items.map(({ key, value }) => [String(key), plainOf(value, document, yaml)]),
      );
    }
    if (yaml.isSeq<Node | null>(node)) {
      return node.items.map((item) => plainOf(item, document, yaml));
    }
    return yaml.isScalar(node) ? node.value : null;
  }
}

function longForm(tag: string, value: unknown): object {
  const name = tag.slice(1);
  if (name === "Ref" || name === "Condition") return { [name]: value };
  const isDotted = name === "GetAtt" && typeof value === "string";
  return { [`Fn::${name}`]: isDotted ? value.split(".") : value };
}

function firstLine({ message }: Error): string {
  return message.split("\n")[0]?.replace(/:$/, "") ?? message;
}
