import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import * as aws from "@aws-sdk/client-cognito-identity-provider";
import { describe, expect, onTestFinished, test } from "vitest";
import { readWords } from "../../src/local-cognito/command-words.ts";
import { startLocalCognito } from "../../src/local-cognito/local-cognito.ts";
import { readOrder } from "../../src/setup/orders.ts";
import { cheapHashing, start } from "../support/start.ts";
import { temporaryDirectory } from "../support/temporary-directory.ts";
import { codeBlocks, documents, read, root } from "./support/documents.ts";

/** Every command that a document shows, in a block or in a line, without its comment. */
const commands = documents.flatMap((path) =>
  [
    ...[...read(path).matchAll(/^ *```sh\n([\s\S]*?)^ *```$/gm)].flatMap(([, block = ""]) =>
      block.replaceAll("\\\n", "").split(/\n| && /),
    ),
    ...[...read(path).matchAll(/`((?:npm|npx|node|aws|curl) [^`\n]+)`/g)].map(([, line]) => line),
  ].map((line = "") => ({ path, command: line.replace(/\s+#.*$/, "").trim() })),
);

/** What stands behind the beginning of such commands, and of those with settings in front. */
function wordsBehind(beginning: string): string[] {
  return commands
    .map(({ command }) => command.replace(/^(?:[A-Z_]+=\S* )+/, ""))
    .filter((command) => command.startsWith(beginning))
    .map((command) => command.slice(beginning.length).trim());
}

describe("The documents' commands", () => {
  test("name scripts that package.json has", () => {
    const { scripts } = JSON.parse(read("package.json"));
    const named = wordsBehind("npm run ").map((words) => words.split(" ")[0] ?? "");

    expect(named.length).toBeGreaterThan(20);
    expect(named.filter((script) => !(script in scripts))).toEqual([]);
  });

  test("name modules that the build makes, and tests that there are", () => {
    const built = commands.flatMap(({ command }) => [...command.matchAll(/\bdist\/(\S+)\.js\b/g)]);
    const tests = wordsBehind("npx vitest run ").flatMap((words) => words.split(" "));

    expect(built.length).toBeGreaterThan(5);
    expect(built.filter(([, path]) => !existsSync(new URL(`src/${path}.ts`, root)))).toEqual([]);
    expect(tests.length).toBeGreaterThan(1);
    const ofTheReader = "test/hello.test.ts";
    const missing = tests.filter((path) => !existsSync(new URL(path, root)));
    expect(missing).toEqual([ofTheReader]);
  });

  test("give local Cognito words that it understands", () => {
    const orders = wordsBehind("npm run local-cognito -- ").map((words) => words.split(/\s+/));

    expect(orders.length).toBeGreaterThan(1);
    for (const words of orders) expect(() => readWords(words), words.join(" ")).not.toThrow();
  });

  test("give the setup words that it understands", async () => {
    const orders = wordsBehind("npm run setup -- ").map((words) => words.split(/\s+/));
    const nobody = { isForPeople: false } as Parameters<typeof readOrder>[1];

    expect(orders.length).toBeGreaterThan(2);
    for (const words of orders) {
      const order = readOrder(
        words.map((word) => (word === "REGION" ? "eu-west-1" : word)),
        nobody,
        { AWS_REGION: "eu-west-1" },
      );
      await expect(order, words.join(" ")).resolves.toBeDefined();
    }
  });

  test("ask AWS for operations that it has, with parameters of theirs", () => {
    const operations = wordsBehind("aws cognito-idp ");

    expect(operations.length).toBeGreaterThan(4);
    for (const words of operations) {
      const [name = ""] = words.split(" ");
      expect(aws, name).toHaveProperty(`${pascalCase(name)}Command`);
    }
  });

  test("set what is a setting", () => {
    const known = [...read(".env.example").matchAll(/^#([A-Z_]+)=/gm)].map(([, name]) => name);
    const ofOthers = ["PROPERTY_RUNS", "VALKEY_PASSWORD"];
    const set = commands.flatMap(({ command }) =>
      [...command.matchAll(/^(?:echo )?((?:[A-Z_]+=\S* ?)+)/g)].flatMap(([, pairs = ""]) =>
        [...pairs.matchAll(/([A-Z_]+)=/g)].map(([, name]) => name ?? ""),
      ),
    );

    expect(set.length).toBeGreaterThan(20);
    expect(set.filter((name) => !known.includes(name) && !ofOthers.includes(name))).toEqual([]);
  });
});

test("what the documents send to /_local is understood, one after the other", async () => {
  const { localCognito } = await start();
  const sent = wordsBehind("curl ").filter((words) => words.includes("127.0.0.1:4300/_local"));

  expect(sent.length).toBeGreaterThan(2);
  for (const words of sent) {
    const here = words.replaceAll("http://127.0.0.1:4300", String(localCognito?.origin));
    await promisify(execFile)("sh", ["-c", `curl --silent --show-error --fail ${here}`]);
  }
});

test("the file of users that a document shows brings them into the pool", async () => {
  const directory = await temporaryDirectory();
  const usersFile = join(directory, "users.yaml");
  const [example = ""] = codeBlocks("src/local-cognito/README.md", "Its settings", "yaml");
  await writeFile(usersFile, example);

  const pool = await startLocalCognito({
    dataDirectory: directory,
    port: 0,
    usersFile,
    passwordHashing: cheapHashing,
  });
  onTestFinished(() => pool.close());

  const headers = { accept: "application/json" };
  const answer = await fetch(`${pool.origin}/_local/users`, { headers });
  const users = (await answer.json()) as { username: string }[];
  expect(users.map(({ username }) => username).sort()).toEqual(["ann", "bob"]);
});

function pascalCase(name: string): string {
  return name.replace(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());
}
