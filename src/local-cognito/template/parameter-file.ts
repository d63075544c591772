import { naming, PoolFileError, readPoolFile } from "../pool/pool-file.ts";
import { parseDocument } from "./language/document.ts";
import { StandIn } from "./language/stand-in.ts";
import { Word } from "./language/word.ts";

type Parameters = Record<string, string>;

/**
 * Reads the parameters of a stack from a file, in JSON, YAML or TOML. It may be CloudFormation's
 * list, the words that the AWS CLI takes, a `samconfig` of SAM's, or a map of names and values. Throws PoolFileError.
 */
export async function readParameterFile(path: string): Promise<Parameters> {
  const text = await readPoolFile(path);
  return naming(path, parse(path, text));
}

async function parse(path: string, text: string): Promise<Parameters> {
  if (path.endsWith(".toml")) {
    const { parse } = await import("smol-toml");
    return parametersIn(parse(text));
  }
  const document = await parseDocument(text);
  return parametersIn(document);
}

function parametersIn(document: unknown): Parameters {
  if (typeof document === "string") return fromWords(document);
  if (Array.isArray(document)) return Object.assign({}, ...document.map(fromItem));
  if (!isMap(document)) throw new PoolFileError(["There are no parameters in it."]);
  const ofSam = overridesIn(document);
  if (ofSam !== undefined) return parametersIn(ofSam);
  if (document.Parameters !== undefined) return parametersIn(document.Parameters);
  return Object.fromEntries(
    Object.entries(document).flatMap(([name, value]) => {
      const text = asText(value);
      return text === undefined ? [] : [[name, text]];
    }),
  );
}

/** In `samconfig.toml` and `.yaml`, `parameter_overrides` stands under an environment and a command. */
function overridesIn(document: Record<string, unknown>): unknown {
  const environments = Object.values({ first: document.default, ...document }).filter(isMap);
  for (const environment of environments) {
    for (const command of [environment.deploy, environment.global]) {
      const overrides = isMap(command) && isMap(command.parameters) && command.parameters;
      if (overrides && overrides.parameter_overrides !== undefined) {
        return overrides.parameter_overrides;
      }
    }
  }
  return undefined;
}

function fromItem(item: unknown): Parameters {
  if (typeof item === "string") return fromWords(item);
  if (isMap(item) && typeof item.ParameterKey === "string") {
    const value = asText(item.ParameterValue);
    return value === undefined ? {} : { [item.ParameterKey]: value };
  }
  throw new PoolFileError(["A parameter in it has no ParameterKey, and is no NAME=VALUE."]);
}

/** `Stage=live Name="two words"`, and the older `ParameterKey=Stage,ParameterValue=live`. */
function fromWords(text: string): Parameters {
  const words = text.match(/(?:[^\s"']|"(?:[^"\\]|\\.)*"|'[^']*')+/g) ?? [];
  const pairs = words.map((word) => {
    const plain = word.replace(/"((?:[^"\\]|\\.)*)"|'([^']*)'/g, (_, double = "", single = "") =>
      double ? double.replace(/\\(.)/g, "$1") : single,
    );
    const [, name, value] =
      /^ParameterKey=(.*?),ParameterValue=(.*)$/s.exec(plain) ??
      /^([^=]+)=(.*)$/s.exec(plain) ??
      [];
    if (name === undefined) throw new PoolFileError([`“${plain}” in it is no NAME=VALUE.`]);
    return [name, value ?? ""];
  });
  return Object.fromEntries(pairs);
}

/** Undefined for what only AWS can work out, such as a function that Amplify has left there. */
function asText(value: unknown): string | undefined {
  if (Array.isArray(value)) return value.map(String).join(",");
  if (value === null || value === undefined || isMap(value)) return undefined;
  return String(value);
}

function isMap(value: unknown): value is Record<string, unknown> {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  return isObject && !(value instanceof Word) && !(value instanceof StandIn);
}
