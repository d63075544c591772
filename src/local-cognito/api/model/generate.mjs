// Writes model.ts from AWS's own model of the service. Run it when AWS has changed something that is simulated here:
//   node src/local-cognito/api/model/generate.mjs PATH/TO/botocore/data/cognito-idp/2016-04-18/service-2.json[.gz]
// The Python package botocore carries that file; the JavaScript SDK's schemas have neither lengths nor patterns.
import { readFileSync, writeFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { simulated } from "./simulated.mjs";

const [path] = process.argv.slice(2);
const file = readFileSync(path);
const { operations, shapes } = JSON.parse(path.endsWith(".gz") ? gunzipSync(file) : file);
const constraints = ["min", "max", "pattern", "enum", "sensitive", "required", "document"];

const inputs = simulated.map((name) => [name, operations[name].input.shape]);
const names = new Set();
for (const [, shape] of inputs) reach(shape);

function reach(name) {
  if (names.has(name)) return;
  names.add(name);
  for (const shape of partsOf(shapes[name])) reach(shape);
}

function partsOf({ members = {}, member, key, value }) {
  return [...Object.values(members), member, key, value].filter(Boolean).map(({ shape }) => shape);
}

function brief(shape) {
  const { type, members, member, key, value } = shape;
  return {
    type,
    ...Object.fromEntries(
      constraints.filter((name) => name in shape).map((name) => [name, shape[name]]),
    ),
    ...(members && { members: mapValues(members, ({ shape }) => shape) }),
    ...(member && { member: member.shape }),
    ...(key && { key: key.shape, value: value.shape }),
  };
}

function mapValues(object, change) {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [name, change(value)]));
}

const line = ([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`;
const lines = (entries) =>
  entries
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(line)
    .join(",\n");
const list = (names) =>
  `[\n${names
    .sort()
    .map((name) => JSON.stringify(name))
    .join(",\n")}\n]`;
const isPublic = (name) => operations[name].authtype === "none";
const text = (json) => {
  if (/`|\$\{/.test(json)) throw new Error("This cannot stand in a template.");
  return `JSON.parse(${json.includes("\\") ? "String.raw" : ""}\`${json}\`)`;
};

writeFileSync(
  new URL("model.ts", import.meta.url),
  `// Made by generate.mjs from AWS's own model; do not edit.
import type { Shape } from "./shape.ts";

/** The input shape of each operation that is simulated here. */
export const inputs: Record<string, string> = ${text(`{\n${lines(inputs)}\n}`)};

/** Every shape that these are made of. */
export const shapes: Record<string, Shape> = ${text(`{\n${lines([...names].map((name) => [name, brief(shapes[name])]))}\n}`)};

/** Every operation of the service. */
export const operationNames: string[] = ${text(list(Object.keys(operations)))};

/** Those that need no signature: they say who calls by an access token, or by the client's id. */
export const publicOperations: string[] = ${text(list(Object.keys(operations).filter(isPublic)))};
`,
);
