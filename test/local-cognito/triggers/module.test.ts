import { readFile, writeFile } from "node:fs/promises";
import { beforeAll, describe, expect, test } from "vitest";
import { tutorialSettings } from "../../../src/local-cognito/pool/pool-settings.ts";
import { claimsOf, passwordAuth } from "../api/support/api-pool.ts";
import { call, refusal } from "../api/support/calls.ts";
import { PASSWORD, startPool, type TestPool } from "../support/pool.ts";
import { startCommand } from "../template/support/start-command.ts";
import { fileWith } from "./lambda/support/files.ts";

/** The first module that the page about triggers shows. */
let example = "";
beforeAll(async () => {
  const page = new URL("../../../src/local-cognito/triggers/README.md", import.meta.url);
  [, example = ""] = /```ts\n([\s\S]*?)```/.exec(await readFile(page, "utf8")) ?? [];
});

const ofAddress = (email: string) => ({
  Password: PASSWORD,
  UserAttributes: [{ Name: "email", Value: email }],
});

describe("a module of triggers", () => {
  test("as the page about them shows it, is called by the command, and anew once it is edited", async () => {
    // Without types it is JavaScript, which starts sooner.
    const file = await fileWith("triggers.mjs", example);
    const words = ["--no-secret", "--auth-flow", "USER_PASSWORD_AUTH", "--triggers", file];
    const { cognito, output, errors } = await startCommand(words);
    expect(output).toMatch(/its triggers: {2}PreSignUp \(.*triggers\.mjs\), PreTokenGeneration \(/);
    expect(errors).toBe("");
    const pool = cognito as TestPool;
    const signUp = (Username: string, email: string) => ({
      ClientId: cognito.clientId,
      Username,
      ...ofAddress(email),
    });
    const stranger = signUp("eve", "eve@example.com");
    expect(await refusal(pool, "SignUp", stranger)).toBe(
      "UserLambdaValidationException: PreSignUp failed with error Only for example.org..",
    );
    const { UserConfirmed } = await call(pool, "SignUp", signUp("mira", "mira@example.org"));
    expect(UserConfirmed).toBe(true);
    const tenant = async () => {
      const answer = await call(pool, "InitiateAuth", passwordAuth(pool, "mira"));
      return claimsOf(answer.AuthenticationResult.IdToken).tenant;
    };
    expect(await tenant()).toBe("acme");
    await writeFile(file, example.replace('"acme"', '"edited"'));
    expect(await tenant()).toBe("edited");
  });

  test.each([
    [
      "is for no trigger",
      "export const handler = async (event) => event;",
      /f\.mjs exports no function for a trigger\.\nName one after each that your pool has: PreSignUp, /,
    ],
    [
      "has two functions for one",
      "export const preSignUp = async (e) => e; export const PreSignUp = preSignUp;",
      "There are two functions for PreSignUp; a pool calls one.",
    ],
    [
      "does not load",
      "export const preSignUp = async () => {",
      /f\.mjs cannot be loaded: SyntaxError: .*\nIts functions are the triggers of the pool/,
    ],
  ])("that %s does not start", async (_what, text, words) => {
    await expect(startPool({ triggers: await fileWith("f.mjs", text) })).rejects.toThrow(words);
  });

  test("says which functions are called by nothing, and which AWS would not call, and is loaded once", async () => {
    const file = await fileWith(
      "f.cjs",
      `require("node:fs").appendFileSync(__filename + ".loads", "loaded ");
       exports.preSignUp = (event, context, callback) => callback(null, event);
       exports.customMessage = async (event) => event;
       exports.sendMail = async () => {};`,
    );
    const guard = { trigger: "PreSignUp" as const, functionName: "guard", code: "It is at AWS." };
    const said: string[] = [];
    const pool = await startPool({
      settings: { ...tutorialSettings, triggers: [guard] },
      triggers: file,
      warn: (sentence) => said.push(sentence),
    });
    expect(pool.triggers).toEqual([
      expect.stringMatching(/^PreSignUp \(/),
      expect.stringMatching(/^CustomMessage \(/),
    ]);
    expect(said).toEqual([
      "CustomMessage is not in the template's LambdaConfig: it runs here, and not at AWS.",
      expect.stringMatching(/^sendMail is called by nothing here: the triggers are PreSignUp, /),
    ]);
    expect(await readFile(`${file}.loads`, "utf8")).toBe("loaded ");
  });
});
