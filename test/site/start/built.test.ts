import { spawnSync } from "node:child_process";
import { copyFile, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryDirectory } from "../../support/temporary-directory.ts";

/** Runs an npm script of ours in a folder without the compiler, as `npm ci --omit=dev` leaves it. */
async function runWithoutCompiler(script: string, built: Record<string, string> = {}) {
  const cwd = await temporaryDirectory();
  await copyFile("package.json", join(cwd, "package.json"));
  for (const [name, content] of Object.entries(built)) {
    await mkdir(join(cwd, "dist", name, ".."), { recursive: true });
    await writeFile(join(cwd, "dist", name), content);
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

test("npm start takes what was built before where there is no compiler", async () => {
  const built = { "server.js": "console.log('started')" };

  expect(await runWithoutCompiler("start", built)).toEqual({ status: 0, said: "started\n" });
});
