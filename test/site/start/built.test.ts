import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { copyFile, mkdir, readdir, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryDirectory } from "../../support/temporary-directory.ts";

/** Runs an npm script of ours in a folder without the compiler, as `npm ci --omit=dev` leaves it. Later files are newer. */
async function runWithoutCompiler(script: string, files: Record<string, string> = {}) {
  const cwd = await temporaryDirectory();
  await copyFile("package.json", join(cwd, "package.json"));
  for (const [index, [name, content]] of Object.entries(files).entries()) {
    await mkdir(join(cwd, name, ".."), { recursive: true });
    await writeFile(join(cwd, name), content);
    await utimes(join(cwd, name), index, index);
  }
  const { status, stdout, stderr } = spawnSync("npm", ["run", "--silent", script], {
    cwd,
    encoding: "utf8",
  });
  return { status, said: stdout + stderr };
}

test.each(["start", "doctor", "sessions", "setup", "local-cognito"])(
  "npm run %s says what to do where there is neither a compiler nor anything built",
  async (script) => {
    const { status, said } = await runWithoutCompiler(script);

    expect(status).toBe(1);
    expect(said).toMatch(/^Nothing was built: .* npm ci && npm run build, and then npm prune/);
    expect(said).not.toContain("not found");
  },
);

const built = { "dist/.built-from": "{}", "dist/server.js": "console.log('started')" };
const sources = { "src/server.ts": "" };

test("npm start takes what was built before where there is no compiler", async () => {
  const files = { ...sources, ...built };

  expect(await runWithoutCompiler("start", files)).toEqual({ status: 0, said: "started\n" });
});

test("npm start says where the sources are newer than what was built", async () => {
  const { status, said } = await runWithoutCompiler("start", { ...built, ...sources });

  expect(status).toBe(0);
  expect(said).toMatch(
    /^started\nWhat was built is older than its sources.* npm ci && npm run build/,
  );
});

describe("npm run build", () => {
  /** The build of ours in a folder of small sources. */
  async function buildable() {
    const cwd = await temporaryDirectory();
    const write = async (name: string, content: string) => {
      await mkdir(join(cwd, name, ".."), { recursive: true });
      await writeFile(join(cwd, name), content);
    };
    for (const name of [
      "doctor/doctor",
      "operator/sessions",
      "local-cognito/run",
      "setup/setup",
      "sign-in/index",
      "testing/start-user-pool",
      "local-cognito/triggers/lambda/function-process",
    ]) {
      await write(`src/${name}.ts`, "export {};");
    }
    for (const name of ["sign-in/index", "testing/start-user-pool"]) {
      await write(`dist/types/${name}.d.ts`, "export {};");
    }
    for (const name of ["package.json", "src/build.ts"]) await copyFile(name, join(cwd, name));
    await write("node_modules/.package-lock.json", "{}");
    await symlink(join(process.cwd(), "node_modules/esbuild"), join(cwd, "node_modules/esbuild"));
    await write("src/server.ts", "console.log((await import('./later.ts')).later)");
    await write("src/later.ts", "export const later = 'first'");
    const run = () =>
      spawnSync(process.execPath, ["dist/server.js"], { cwd, encoding: "utf8" }).stdout;
    let builds = 0;
    /** In this process, which is cheaper than one of its own each time. */
    const build = () => import(`${join(cwd, "src/build.ts")}?${builds++}`);
    const filesOf = async () => (await readdir(join(cwd, "dist/server"))).sort();
    return { cwd, write, build, run, filesOf };
  }

  test("leaves to a running server what it has yet to load, until the build after the next", async () => {
    const { write, build, run, filesOf } = await buildable();
    await build();
    const first = await filesOf();
    await write("src/later.ts", "export const later = 'the second'");
    await build();
    const second = await filesOf();
    expect(second).toEqual(expect.arrayContaining(first));
    await write("src/later.ts", "export const later = 'the third one'");
    await build();

    expect(run()).toBe("the third one\n");
    expect(await filesOf()).not.toEqual(expect.arrayContaining(first));
    expect((await filesOf()).length).toBe(second.length);
  });

  test("builds anew where packages were installed, or a file that it made is missing", async () => {
    const { cwd, write, build, run } = await buildable();
    await build();
    const made = join(cwd, "dist/server/programs/server.js");
    await rm(made);
    await build();
    expect(run()).toBe("first\n");

    // A build that looks at nothing leaves the compiled code of the run before.
    await write("dist/.compiled/of-before", "");
    await build();
    expect(existsSync(join(cwd, "dist/.compiled/of-before"))).toBe(true);
    await write("node_modules/.package-lock.json", "{ }");
    await build();
    expect(existsSync(join(cwd, "dist/.compiled"))).toBe(false);
  });

  test("that failed halfway is made again, though its sources are those of the build before", async () => {
    const { cwd, write, build } = await buildable();
    const packages = join(cwd, "node_modules/.package-lock.json");
    await utimes(packages, 1, 1);
    await build();
    await utimes(packages, 2, 2);
    await rm(join(cwd, "dist/types/sign-in"), { recursive: true });
    await expect(build()).rejects.toThrow("ENOENT");

    await utimes(packages, 1, 1);
    await expect(build()).rejects.toThrow("ENOENT");
    await write("dist/types/sign-in/index.d.ts", "export {};");
    await build();
  });
});
