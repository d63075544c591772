import { describe, expect, test } from "vitest";
import { readTemplateFile } from "../../../src/local-cognito/template/file.ts";
import { readParameterFile } from "../../../src/local-cognito/template/parameter-file.ts";
import { caseFile } from "./support/start-command.ts";

describe("a template made by a tool", () => {
  test("of the CDK's starts without its site, its bootstrap version and its metadata", async () => {
    const { settings, warnings } = await readTemplateFile(caseFile("cdk.json"));

    expect(settings).toMatchObject({
      poolName: "UsersB0E29A7E",
      signInWith: "email",
      recoveryBy: ["phone_number", "email"],
      messages: {
        code: {
          subject: "Verify your new account",
          email: "The verification code to your new account is {####}",
        },
      },
    });
    expect(settings.clients[0]).toMatchObject({
      name: "UsersApp7C1D",
      hasSecret: false,
      grants: ["implicit", "code"],
      callbackUrls: ["https://example.com", "https://site4a1b-domainname.invalid/in"],
    });
    expect(warnings).toEqual([expect.stringContaining("only AWS knows Site4A1B.DomainName")]);
  });

  test("of SAM's may name what SAM makes", async () => {
    const { settings } = await readTemplateFile(caseFile("sam.yaml"));

    expect(settings.poolName).toBe("local-cognito-dev");
    expect(settings.clients[0].callbackUrls[1]).toBe("http://localhost:5199/cb");
    expect(settings.clients[0].callbackUrls[0]).toContain("serverlessrestapi.invalid");
    expect(settings.groups[0]?.roleArn).toMatch(/^arn:aws:/);
  });

  test("of Amplify's takes its file of parameters, functions left in it apart", async () => {
    const parametersOfFile = await readParameterFile(caseFile("amplify-parameters.json"));
    const { settings } = await readTemplateFile(caseFile("amplify.json"), { parametersOfFile });

    expect(settings).toMatchObject({
      poolName: "shop-dev",
      passwordPolicy: { minimumLength: 10 },
      schema: [{ name: "email", isRequired: true }],
    });
    expect(settings.clients[0]).toMatchObject({ name: "app_clientWeb", hasSecret: false });
  });
});
