import type { z } from "zod";
import {
  attributes,
  type ResourceType,
  resourceShapes,
} from "../../../../src/local-cognito/template/resources/shapes.ts";
import {
  shapeOf,
  type Treatment,
  treatmentOf,
} from "../../../../src/local-cognito/template/resources/treatment.ts";

const words: Record<Treatment, string> = {
  simulated: "simulated",
  "not simulated": "not simulated, and named at the start",
  "without effect": "without effect on people who sign in",
};

/** What the page about templates says of a type of resource: its properties by what becomes of them. */
export function linesAbout(type: ResourceType): string[] {
  const properties = treatedParts(resourceShapes[type]);
  const lines = Object.entries(words).flatMap(([treatment, word]) => {
    const names = properties.filter((part) => part.treatment === treatment);
    return names.length > 0 ? [`- ${word}: ${listed(names.map(({ path }) => path))}`] : [];
  });
  const given = attributes[type] ?? [];
  return given.length > 0 ? [...lines, `- given by \`Fn::GetAtt\`: ${listed(given)}`] : lines;
}

/** Parts of one kind under the name of the whole. */
function treatedParts(shape: z.ZodType, before = ""): { path: string; treatment: Treatment }[] {
  return Object.entries(shapeOf(shape)).flatMap(([name, part]) => {
    const path = `${before}${name}`;
    const inside = treatedParts(part, `${path}.`);
    const kinds = new Set(inside.map(({ treatment }) => treatment));
    return kinds.size > 1 ? inside : [{ path, treatment: treatmentOf(part) }];
  });
}

function listed(names: string[]): string {
  return names
    .sort()
    .map((name) => `\`${name}\``)
    .join(", ");
}
