import { execFile } from "node:child_process";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { codeBlocks, root } from "../documents/support/documents.ts";
import { library } from "../strangers/support/library.ts";
import { temporaryDirectory } from "../support/temporary-directory.ts";

const run = promisify(execFile);
const jest = library("jest/bin/jest", import.meta.url);
const page = "src/testing/README.md";
const [forNode = "", forJest = ""] = codeBlocks(page, "With `node:test` and Jest", "js");

/** A project that has installed this one, and an AWS SDK. */
async function projectWith(file: string, text: string): Promise<string> {
  const folder = await temporaryDirectory();
  const packages = join(folder, "node_modules");
  await mkdir(join(packages, "@aws-sdk"), { recursive: true });
  const sdk = "@aws-sdk/client-cognito-identity-provider";
  await symlink(fileURLToPath(root), join(packages, "express-cognito-sign-in"));
  await symlink(fileURLToPath(new URL(`node_modules/${sdk}`, root)), join(packages, sdk));
  await writeFile(join(folder, "package.json"), '{ "type": "module" }');
  await writeFile(join(folder, file), text);
  return folder;
}

test("node:test runs the example of the README", async () => {
  const cwd = await projectWith("pool.test.js", forNode);
  const { stdout } = await run(process.execPath, ["--test"], {
    cwd,
    env: { PATH: process.env.PATH },
  });
  expect(stdout).toMatch(/pass 1\b/);
});

test.skipIf(!jest.isInstalled)("Jest runs the example of the README", async () => {
  const cwd = await projectWith("pool.test.js", forJest);
  const env = { PATH: process.env.PATH, NODE_OPTIONS: "--experimental-vm-modules" };
  // Its own five seconds are too few on a machine that has other things to do.
  const order = [jest.path(), "--watchman=false", "--testTimeout=100000"];
  const { stderr } = await run(process.execPath, order, { cwd, env });
  expect(stderr).toMatch(/Tests: +1 passed, 1 total/);
});
