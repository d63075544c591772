import { readFile } from "node:fs/promises";
import { beforeAll, describe, expect, test } from "vitest";
import type { z } from "zod";
import {
  attributes,
  type ResourceType,
  resourceShapes,
} from "../../../src/local-cognito/template/resources/shapes.ts";
import {
  requiredIn,
  shapeOf,
  unwrapped,
} from "../../../src/local-cognito/template/resources/treatment.ts";
import { enumerations, loadSchemas } from "../../user-pool/support/aws-schemas.ts";
import { linesAbout } from "./support/treatments.ts";

let schemas: Awaited<ReturnType<typeof loadSchemas>>;
beforeAll(async () => {
  schemas = await loadSchemas();
});

const types = Object.entries(resourceShapes) as [ResourceType, z.ZodType][];

interface Definition {
  type: { type: string; element?: unknown };
  required?: boolean;
}

/** What a whole property is described by, whatever it has in it. */
const wholes = [
  "AWS::Cognito::UserPoolRegionalConfigurationAttachment",
  "AWS::Cognito::IdentityPool.CognitoStreams",
  "AWS::Cognito::IdentityPool.PushSync",
];

describe("what local Cognito knows of a template", () => {
  test("has every resource of Cognito that AWS's schemas have", () => {
    expect(types.map(([type]) => type).sort()).toEqual(schemas.typesOf("AWS::Cognito::").sort());
  });

  test.each(types)("%s: every property and attribute, and what is required", (type, shape) => {
    expect(differences(schemas.propertiesOf(type) ?? {}, shape, type)).toEqual([]);
    expect((attributes[type] ?? []).toSorted()).toEqual(schemas.attributesOf(type).sort());
  });

  test("takes every value that AWS has for a property, and no other", () => {
    const simulated = types.flatMap(([type, shape]) =>
      enumerationsIn(shape, type.split("::").at(-1) ?? ""),
    );

    expect(simulated.length).toBeGreaterThan(12);
    for (const [place, values] of simulated) {
      expect([place, values.sort()]).toEqual([place, enumerations[place]?.sort()]);
    }
  });

  test.each(types)("%s: the page about templates says what becomes of it", async (type) => {
    const page = await readFile(
      new URL("../../../src/local-cognito/template/README.md", import.meta.url),
      "utf8",
    );

    expect(page).toContain(`### ${type}\n\n${linesAbout(type).join("\n")}\n`);
  });
});

function differences(known: Record<string, Definition>, shape: z.ZodType, path: string): string[] {
  const ours = shapeOf(shape);
  const required = requiredIn(shape);
  const missing = Object.keys(known).filter((name) => !(name in ours));
  return [
    ...missing.map((name) => `${path}.${name} is neither simulated nor named`),
    ...Object.keys(ours).flatMap((name) => {
      const property = known[name];
      if (!property) return [`${path}.${name} is not AWS's`];
      const at = `${path}.${name}`;
      const isRequired = required.includes(name) === (property.required ?? false);
      const inside = differencesInside(property, ours[name], at);
      return isRequired ? inside : [`${at} is required differently`, ...inside];
    }),
  ];
}

function differencesInside(
  { type }: Definition,
  shape: z.ZodType | undefined,
  at: string,
): string[] {
  const inner = type.type === "array" ? (type.element as { type: string }) : type;
  const isWhole = wholes.some((whole) => at.startsWith(whole));
  if (inner.type !== "ref" || shape === undefined || isWhole) return [];
  return differences(schemas.definitionOf(inner), shape, at);
}

function enumerationsIn(type: z.ZodType, place: string): [string, string[]][] {
  const inner = unwrapped(type);
  if (inner.def.type === "enum") return [[place, (inner as z.ZodEnum).options.map(String)]];
  return Object.entries(shapeOf(type)).flatMap(([name, part]) =>
    enumerationsIn(part, `${place}.${name}`),
  );
}
