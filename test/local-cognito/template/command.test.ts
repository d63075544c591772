import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryDirectory } from "../../support/temporary-directory.ts";
import { caseFile, type Started, startCommand } from "./support/start-command.ts";

const settingsOf = async ({ browser }: Started) =>
  JSON.parse((await browser.get("/_local", { accept: "application/json" })).text);

async function fileOf(name: string, text: string): Promise<string> {
  const path = join(await temporaryDirectory(), name);
  await writeFile(path, text);
  return path;
}

const local = "http://localhost:5199/cb";

describe("local-cognito with a template", () => {
  test("adds its URLs to those of the client, in place of what only AWS knows, and says so", async () => {
    const template = await fileOf(
      "t.yaml",
      `
Resources:
  Pool: { Type: AWS::Cognito::UserPool }
  Client:
    Type: AWS::Cognito::UserPoolClient
    Properties:
      UserPoolId: !Ref Pool
      AllowedOAuthFlowsUserPoolClient: true
      AllowedOAuthFlows: [code]
      AllowedOAuthScopes: [openid]
      CallbackURLs: [!ImportValue app-url, https://shop.example.org/in]
      LogoutURLs: [https://shop.example.org/]`,
    );
    const words = ["--template", template];
    const without = await startCommand(words);
    const given = await startCommand([...words, "--callback-url", local, "--sign-out-url", local]);

    expect(without.output).toContain(
      "it answers to: https://app-url.invalid, https://shop.example.org/in",
    );
    expect(given.output).toContain(`it answers to: ${local}, https://shop.example.org/in`);
    expect(given.errors).toContain(`The client Client has besides, as a callback URL: ${local}\n`);
    expect(given.errors).toContain(`The client Client has besides, as a sign-out URL: ${local}\n`);
    expect(given.output).not.toContain("CLIENT_SECRET");
    expect(given.errors).toContain(
      "The client Client is registered for https://shop.example.org/in, https://shop.example.org/, where local Cognito leads nobody",
    );
  });

  test.each([
    ["--region", ["--region", "us-east-1"], {}],
    ["--parameter", ["--parameter", "AWS::Region=us-east-1"], {}],
    ["AWS_REGION", [], { AWS_REGION: "us-east-1" }],
    ["--region before AWS_REGION", ["--region", "us-east-1"], { AWS_REGION: "eu-north-1" }],
  ])("is in the region that %s names: pool, issuer and mappings", async (_name, words, env) => {
    const started = await startCommand(["--template", caseFile("mappings.yaml"), ...words], env);

    expect(started.cognito.userPoolId).toMatch(/^us-east-1_\w{9}$/);
    expect(started.cognito.issuer).toContain("/us-east-1_");
    expect((await settingsOf(started)).settings).toMatchObject({ poolName: "north-123456789012" });
  });

  test("has the pool in another region at another start, with the same users", async () => {
    const dataDirectory = await temporaryDirectory();
    const words = ["--data-directory", dataDirectory];
    const first = await startCommand([...words, "--region", "us-west-2"]);
    await first.cognito.close();
    const second = await startCommand(words);

    expect(second.cognito.userPoolId).toBe(
      first.cognito.userPoolId.replace("us-west-2", "eu-west-1"),
    );
  });

  test.each([
    ["parameters.json", '[{ "ParameterKey": "Stage", "ParameterValue": "live" }]'],
    ["words.json", '["Stage=live", "Other=x"]'],
    ["pipeline.json", '{ "Parameters": { "Stage": "live" }, "Tags": {} }'],
    ["map.yaml", "Stage: live\nOther: 1\nRole: { Fn::GetAtt: [A, Arn] }"],
    ["words.txt", `'Stage=live Other="two words"'`],
    ["old.json", '["ParameterKey=Stage,ParameterValue=live"]'],
    [
      "samconfig.toml",
      `version = 0.1
[default.deploy.parameters]
stack_name = "users"
parameter_overrides = "Stage=\\"live\\" Other='x y'"`,
    ],
    [
      "samconfig.yaml",
      "version: 0.1\ndefault:\n  global:\n    parameters: { parameter_overrides: [Stage=live] }",
    ],
  ])("reads parameters from %s", async (name, text) => {
    const parameters = await fileOf(name, text);
    const started = await startCommand([
      "--template",
      caseFile("stage.json"),
      "--parameters",
      parameters,
    ]);

    expect((await settingsOf(started)).settings.poolName).toBe("live-users");
  });

  test.each([
    ["numbers.json", "[1]", "has no ParameterKey"],
    ["words.json", '["Stage live"]', "is no NAME=VALUE"],
    ["empty.yaml", "", "There are no parameters in it."],
  ])("refuses parameters that it cannot read: %s", async (name, text, why) => {
    const parameters = await fileOf(name, text);
    const words = ["--template", caseFile("stage.json"), "--parameters", parameters];

    await expect(startCommand(words)).rejects.toThrow(why);
  });

  test("names each client, the one that the app uses first", async () => {
    const words = ["--template", caseFile("clients.yaml")];
    const byItself = await startCommand(words);
    const chosen = await startCommand([...words, "--client", "Mobile"]);

    expect(byItself.cognito.clients.map(({ name }) => name)).toEqual(["Web", "Machine", "Mobile"]);
    expect(byItself.output).toMatch(
      /Its other clients:\n {2}Machine: .*\b\w{26}\b.*\n {2}Mobile: .*\b\w{26}\b.*\n/,
    );
    expect(chosen.cognito.clients[0]?.name).toBe("Mobile");
    await expect(startCommand([...words, "--client", "Web2"])).rejects.toThrow(
      "there is no client Web2; there is Machine, Web, Mobile.",
    );
  });

  test("prefers the client that leads to the app", async () => {
    const words = ["--template", caseFile("clients.yaml"), "--callback-url", "myapp://in"];

    expect((await startCommand(words)).cognito.clients[0]?.name).toBe("Mobile");
  });

  test("keeps together what belongs to a pool, and takes the one that is named", async () => {
    const words = ["--template", caseFile("two-pools.yaml")];
    const namesOf = async (more: string[]) => {
      const started = await startCommand([...words, ...more]);
      const { settings } = await settingsOf(started);
      const groups = settings.groups.map(({ name }: { name: string }) => name);
      return [settings.poolName, started.cognito.clients.map(({ name }) => name), groups];
    };

    const staff = ["staff", ["StaffApp"], ["admins"]];
    const customers = ["customers", ["CustomerApp"], ["gold"]];
    expect(await namesOf([])).toEqual(staff);
    expect(await namesOf(["--pool", "Customers"])).toEqual(customers);
    expect(await namesOf(["--client", "CustomerApp"])).toEqual(customers);
    await expect(startCommand([...words, "--pool", "Other"])).rejects.toThrow(
      "there is no pool Other; there is Staff, Customers.",
    );
    const mixed = ["--pool", "Staff", "--client", "CustomerApp"];
    await expect(startCommand([...words, ...mixed])).rejects.toThrow("client of another pool");
  });

  test("reads a pool and its client from two files", async () => {
    const { cognito, errors } = await startCommand([
      "--template",
      caseFile("pool-alone.yaml"),
      "--template",
      caseFile("client-alone.yaml"),
    ]);

    expect(cognito.clients.map(({ name }) => name)).toEqual(["Web"]);
    expect(errors).toContain("is taken for it");
    const alone = await startCommand(["--template", caseFile("pool-alone.yaml")]);
    expect(alone.errors).toContain("The client is one of local Cognito's own");
    expect(alone.output).toContain("it answers to: http://localhost:3000/logged-in");
    const clientAlone = await startCommand(["--template", caseFile("client-alone.yaml")]);
    expect(clientAlone.errors).toContain("The pool is one of local Cognito's own");
    expect(clientAlone.cognito.clients[0]?.name).toBe("Web");
  });

  test.each([
    [["--region", "Ireland"], "--region is “Ireland”; it has to be such as eu-west-1."],
    [["--account", "1"], "--account is “1”; it has to be 12 digits."],
    [["--client", "Web"], "“Web” is about a template, and there is none"],
    [["--parameter", "A=b"], "“A=b” is about a template, and there is none"],
  ])("explains itself where it does not understand: %j", async (words, why) => {
    await expect(startCommand(words)).rejects.toThrow(why);
  });
});
