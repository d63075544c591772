import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { doctorCommand } from "../../src/doctor/command.ts";
import { builtModule } from "../support/built-app.ts";
import { temporaryDirectory } from "../support/temporary-directory.ts";

const run = promisify(execFile);

/** What the doctor prints, as a process of its own in a folder with this `.env`. */
async function diagnosed(dotenv: string | Buffer, nodeOptions: string[] = []) {
  const cwd = await temporaryDirectory();
  await writeFile(join(cwd, ".env"), dotenv);
  const words = [...nodeOptions, builtModule("doctor/doctor.js"), "--json"];
  const env = { PATH: process.env.PATH };
  const { stdout } = await run(process.execPath, words, { cwd, env }).catch((failed) => failed);
  return JSON.parse(stdout).verdicts as { check: string; outcome: string; finding: string }[];
}

test("what is in .env and does not count is advice", async () => {
  const verdicts = await diagnosed("CLIENT_SECERT=x\nSESSION_SECRET=abc#def\nLOG_LEVEL=info");

  const said = verdicts.filter(({ outcome }) => outcome === "advice").map(({ finding }) => finding);
  expect(said).toEqual([
    ".env, line 1: there is no setting CLIENT_SECERT, and it does not count. Do you mean CLIENT_SECRET?",
    ".env, line 2: SESSION_SECRET is cut off at #, which begins a comment. Put quotes around the value.",
  ]);
});

test("the settings of an .env in UTF-16 are looked at", async () => {
  const verdicts = await diagnosed(Buffer.from("\ufeffCLIENT_ID=abc\r\n", "utf16le"));

  expect(verdicts.map(({ finding }) => finding).join()).toMatch(
    /UTF-16.*COGNITO_DOMAIN is missing/,
  );
});

test("DO-1: a store that the app could not open is a problem", async () => {
  const preload = new URL("../support/without-lmdb.mjs", import.meta.url);

  const verdicts = await diagnosed("", ["--import", preload.href]);

  const [sessions] = verdicts.filter(({ check }) => check === "sessions");
  expect(sessions?.outcome).toBe("problem");
  expect(sessions?.finding).toContain(
    "lmdb, which keeps sessions, has no program for this machine",
  );
});

test("DO-4: so is a store that is damaged", async () => {
  const DATA_DIR = await temporaryDirectory();
  await writeFile(join(DATA_DIR, "sessions.mdb"), "garbage".repeat(9999));
  let output = "";
  const write = (words: string) => {
    output += words;
  };

  const exitCode = await doctorCommand([], () => ({ DATA_DIR }), {
    output: { write },
    errors: { write },
  });

  expect(exitCode).toBe(1);
  expect(output).toContain("is not a session store, or it is damaged");
});
