import { truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openPoolDatabase } from "../../src/local-cognito/pool/pool-database.ts";
import { copyNewPool } from "../support/pool-template.ts";
import { temporaryDirectory } from "../support/temporary-directory.ts";
import { DATABASE, startPool } from "./support/pool.ts";

test.each([
  ["cut short", 100, undefined],
  ["text", 0, "not a database\n"],
  ["zeros", 0, Buffer.alloc(20_000)],
  ["noise", 0, Buffer.alloc(20_000, "a")],
])(
  "DO-4: a database that is %s is named at the start, instead of a crash",
  async (_name, length, content) => {
    const dataDirectory = await temporaryDirectory();
    await copyNewPool(dataDirectory);
    const path = join(dataDirectory, DATABASE);
    if (content === undefined) await truncate(path, length);
    else await writeFile(path, content);
    await expect(startPool({ dataDirectory })).rejects.toThrow(
      `${path} is damaged, or not local Cognito's.`,
    );
  },
);

test("an empty file is a new database", async () => {
  const dataDirectory = await temporaryDirectory();
  await writeFile(join(dataDirectory, DATABASE), "");
  const database = openPoolDatabase(dataDirectory);
  expect(database.table("users").count()).toBe(0);
  await database.close();
});
