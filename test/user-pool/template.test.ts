import { readFile } from "node:fs/promises";
import { beforeAll, describe, expect, test } from "vitest";
import { tutorialSettings } from "../../src/local-cognito/pool/pool-settings.ts";
import { readTemplateFile } from "../../src/local-cognito/template/file.ts";
import { parseDocument } from "../../src/local-cognito/template/language/document.ts";
import { asTemplate } from "../../src/local-cognito/template/language/sections.ts";
import { templatePath } from "../../src/user-pool/template-path.ts";
import { loadSchemas } from "./support/aws-schemas.ts";
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
      clients: [
        { ...tutorialSettings.clients[0], name: "local-cognito", authFlows: expect.any(Array) },
      ],
      schema: [...tutorialSettings.schema, { name: "custom:favouriteTeam" }],
      keepsUntilVerified: ["email"],
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

function set(resource: string, property: string, value?: unknown) {
  return (resources: ResolvedResource[]) => {
    const found = resources.find(({ name }) => name === resource);
    if (value === undefined) delete found?.properties[property];
    else if (found) found.properties[property] = value;
  };
}
