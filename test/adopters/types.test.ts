import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type App, itself, packForAll } from "./support/install.ts";

const install = packForAll();
const app: App = {
  name: "strict-typescript",
  type: "module",
  packages: itself("express", "@types/express", "@types/node"),
};

const compiler = new URL("../../node_modules/typescript/bin/tsc", import.meta.url).pathname;

test.each([
  ["node16", "module"],
  ["nodenext", "commonjs"],
  ["bundler", "module"],
] as const)(
  "strict TypeScript finds the types by %s, in a package of type %s",
  async (resolution, type) => {
    const folder = await install(app);
    await writeFile(join(folder, "package.json"), JSON.stringify({ type }));
    const compilerOptions = {
      strict: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      noEmit: true,
      target: "es2022",
      lib: ["es2023"],
      module: resolution === "bundler" ? "preserve" : resolution,
      moduleResolution: resolution,
      types: ["node"],
    };
    const project = { compilerOptions, files: ["app.ts"] };
    await writeFile(join(folder, "tsconfig.json"), JSON.stringify(project));

    const complaints = await new Promise<string>((resolve) => {
      execFile(process.execPath, [compiler, "-p", folder], { cwd: folder }, (error, stdout) =>
        resolve(error ? stdout || error.message : ""),
      );
    });
    expect(complaints).toBe("");
  },
);
