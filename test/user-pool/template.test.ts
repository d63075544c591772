import { readFile } from "node:fs/promises";
import { beforeAll, describe, expect, test } from "vitest";
import type { z } from "zod";
import { tutorialSettings } from "../../src/local-cognito/pool/pool-settings.ts";
import { parseDocument } from "../../src/local-cognito/template/document.ts";
import { readTemplateFile } from "../../src/local-cognito/template/file.ts";
import { resourceShapes } from "../../src/local-cognito/template/properties.ts";
import { asTemplate } from "../../src/local-cognito/template/scope.ts";
import { templatePath } from "../../src/user-pool/template-path.ts";
import { enumerations, loadSchemas } from "./support/aws-schemas.ts";
import {
  everythingOn,
  parameterProblems,
  type ResolvedResource,
  resolvedTemplate,
} from "./support/resolved-template.ts";

let schemas: Awaited<ReturnType<typeof loadSchemas>>;
beforeAll(async () => {
  schemas = await loadSchemas();
});

describe("the template of the tutorial's pool", () => {
  test.each([
    ["as it stands", {}],
    ["with everything switched on", everythingOn],
  ])("is what AWS's schemas describe, %s", async (_name, parameters) => {
    const resources = await resolvedTemplate(parameters);

    expect(schemas.validate(resources)).toEqual([]);
    expect(resources.length).toBe(parameters === everythingOn ? 8 : 4);
  });

  test.each<[string, (resources: ResolvedResource[]) => void, string]>([
    [
      "a misspelt property",
      set("UserPool", "MfaConfig", "ON"),
      "UserPool.MfaConfig does not exist",
    ],
    [
      "one in a definition",
      set("UserPool", "Policies", { PasswordPolicy: { MinLength: 8 } }),
      "UserPool.Policies.PasswordPolicy.MinLength does not exist",
    ],
    [
      "one in a list of definitions",
      set("UserPool", "Schema", [{ Name: "email" }, { Mandatory: true }]),
      "UserPool.Schema[1].Mandatory does not exist",
    ],
    [
      "a wrong type",
      set("Client", "IdTokenValidity", "60"),
      "Client.IdTokenValidity is no integer",
    ],
    ["no list", set("Client", "CallbackURLs", "x"), "Client.CallbackURLs is no list"],
    [
      "a wrong value of the API",
      set("UserPool", "MfaConfiguration", "REQUIRED"),
      "UserPool.MfaConfiguration cannot be REQUIRED",
    ],
    [
      "a wrong value of the schema",
      set("UserPool", "UserPoolTier", "FREE"),
      "UserPool.UserPoolTier cannot be FREE",
    ],
    ["nothing where it is required", set("Domain", "Domain"), "Domain.Domain is missing"],
  ])("would not get past them with %s", async (_name, change, problem) => {
    const resources = await resolvedTemplate({});
    change(resources);

    expect(schemas.validate(resources)).toEqual([problem]);
  });

  test("is read by local Cognito without a warning, and is the pool that tests run on", async () => {
    const { settings, warnings } = await readTemplateFile(templatePath);

    expect(warnings).toEqual([]);
    expect(settings).toMatchObject({
      ...tutorialSettings,
      // What the API may do with the client is the console's there, and more here.
      clients: [{ ...tutorialSettings.clients[0], name: "Client", authFlows: expect.any(Array) }],
      schema: [...tutorialSettings.schema, { name: "custom:favouriteTeam" }],
      groups: [{ name: "editors" }],
    });
  });

  test("can be the pool of a public site with everything switched on", async () => {
    const { settings, warnings } = await readTemplateFile(templatePath, {
      parameters: everythingOn,
    });

    expect(warnings).toEqual([]);
    expect(settings).toMatchObject({ mfa: "ON", allowsSignUp: false });
    expect(settings.identityProviders.map(({ name }) => name)).toEqual([
      "Google",
      "Facebook",
      "LoginWithAmazon",
    ]);
    expect(settings.clients[0]).toMatchObject({
      callbackUrls: ["https://www.example.com/logged-in"],
      signOutUrls: ["https://www.example.com/logout"],
      identityProviders: ["COGNITO", "Google", "Facebook", "LoginWithAmazon"],
      refreshTokenRotation: { graceSeconds: 60 },
    });
  });

  test.each([
    ["AppUrl", "http://example.com", "https://example.com", "http://localhost:8080"],
    ["AppUrl", "https://example.com/", "http://[::1]:3000", "http://127.0.0.1"],
    ["DomainPrefix", "my-cognito-pool", "my-pool", "a"],
    ["DomainPrefix", "-pool", "0", ""],
    ["Mfa", "REQUIRED", "OFF", "ON"],
  ])("takes no %s %j, and says so before AWS would", async (name, wrong, ...right) => {
    const problems = (value: string) => parameterProblems({ [name]: value });

    expect(await problems(wrong)).toEqual([expect.stringMatching(`^Parameters.${name}: `)]);
    for (const value of right) expect(await problems(value)).toEqual([]);
  });

  test("lets the client read every attribute that the pool has, and set all but what Cognito sets", async () => {
    const resources = await resolvedTemplate(everythingOn);
    const propertiesOf = (name: string) =>
      resources.find((found) => found.name === name)?.properties;
    const { ReadAttributes, WriteAttributes } = propertiesOf("Client") as Record<string, string[]>;
    const schema = propertiesOf("UserPool")?.Schema as { Name: string; Required?: boolean }[];

    const own = schema.map(({ Name, Required }) => (Required ? Name : `custom:${Name}`));
    const scoped = ["email_verified", "phone_number", "phone_number_verified", "name", "picture"];
    expect(ReadAttributes).toEqual(expect.arrayContaining([...own, ...scoped]));
    expect(WriteAttributes).toEqual(ReadAttributes?.filter((name) => !name.endsWith("_verified")));
  });

  test("is deployed by the documents' commands, with parameters that it has, and its outputs are lines of .env", async () => {
    const { Parameters, Outputs } = asTemplate(
      await parseDocument(await readFile(templatePath, "utf8")),
    );
    const documents = ["../../README.md", "../../src/user-pool/README.md"];
    const commands = (
      await Promise.all(documents.map((path) => readFile(new URL(path, import.meta.url), "utf8")))
    ).join("\n");
    const example = await readFile(new URL("../../.env.example", import.meta.url), "utf8");

    const given = commands.matchAll(
      /(?:--parameter-overrides|--parameter|deploy with `)\s*(\w+[a-z])=/g,
    );
    const names = [...new Set([...given].map(([, name]) => name))];
    expect(names.sort()).toEqual(["AppUrl", "DeletionProtection", "Mfa"]);
    expect(Object.keys(Parameters)).toEqual(expect.arrayContaining(names));
    expect(commands).toContain("--template-file src/user-pool/template.yaml ");
    for (const { Description } of Object.values(
      Outputs as Record<string, { Description: string }>,
    )) {
      expect(example).toContain(`\n#${Description}=`);
    }
  });

  test("tells nobody a secret: each is taken without an echo, and none is an output", async () => {
    const text = await readFile(templatePath, "utf8");

    const secrets = [...text.matchAll(/^ {2}\w*Secret:\n((?: {4}.*\n)+)/gm)];
    expect(secrets).toHaveLength(3);
    for (const [, lines] of secrets) expect(lines).toContain("NoEcho: true");
    expect(text.split("\nOutputs:")[1]).not.toMatch(/Value:.*Secret/);
  });
});

describe("what local Cognito knows of a template", () => {
  test.each(Object.entries(resourceShapes))("%s: every property, by AWS's names", (type, shape) => {
    expect(differences(schemas.propertiesOf(type) ?? {}, shape, type)).toEqual([]);
  });

  test("takes every value that AWS has for a property, and no other", () => {
    const simulated = Object.entries(resourceShapes).flatMap(([type, shape]) =>
      enumerationsIn(shape, type.split("::").at(-1) ?? ""),
    );

    expect(simulated.length).toBeGreaterThan(12);
    for (const [place, values] of simulated) {
      expect([place, values.sort()]).toEqual([place, enumerations[place]?.sort()]);
    }
  });

  function differences(
    known: Record<string, { type: { type: string; element?: unknown } }>,
    shape: z.ZodType,
    path: string,
  ): string[] {
    const ours = namesOf(shape);
    const theirs = Object.keys(known);
    return [
      ...theirs.filter((name) => !(name in ours)).map((name) => `${path}.${name} is not known`),
      ...Object.keys(ours).flatMap((name) => {
        const property = known[name];
        if (!property) return [`${path}.${name} is not AWS's`];
        const definition = definitionIn(property.type);
        const inside = ours[name] && unwrapped(ours[name]);
        if (!definition || !inside || !("shape" in inside)) return [];
        return differences(definition, inside, `${path}.${name}`);
      }),
    ];
  }

  function definitionIn(type: { type: string; element?: unknown }) {
    const inner = type.type === "array" ? (type.element as { type: string }) : type;
    return inner.type === "ref" ? schemas.definitionOf(inner) : undefined;
  }
});

function enumerationsIn(type: z.ZodType, place: string): [string, string[]][] {
  const inner = unwrapped(type);
  if (inner.def.type === "enum") return [[place, (inner as z.ZodEnum).options.map(String)]];
  const shape = "shape" in inner ? namesOf(inner) : {};
  return Object.entries(shape).flatMap(([name, part]) => enumerationsIn(part, `${place}.${name}`));
}

function namesOf(shape: z.ZodType): Record<string, z.ZodType> {
  return (shape as z.ZodObject).shape;
}

/** The object that is optional, or that a list has for its items. */
function unwrapped(type: z.ZodType): z.ZodType {
  if (type.def.type === "optional") return unwrapped((type as z.ZodOptional<z.ZodType>).unwrap());
  if (type.def.type === "array") return unwrapped((type as z.ZodArray<z.ZodType>).element);
  return type;
}

function set(resource: string, property: string, value?: unknown) {
  return (resources: ResolvedResource[]) => {
    const found = resources.find(({ name }) => name === resource);
    if (value === undefined) delete found?.properties[property];
    else if (found) found.properties[property] = value;
  };
}
