import { rm, writeFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { fileWith, folderWith } from "./support/files.ts";
import { call, open } from "./support/functions.ts";

describe("a file of functions", () => {
  test.each([
    ["ES module's default", "f.mjs", "export default { handler: async () => 'here' };"],
    [
      "CommonJS that makes its names up",
      "f.cjs",
      "module.exports = Object.fromEntries([['handler', async () => 'here']]);",
    ],
  ])("is %s", async (_kind, name, text) => {
    const file = open(await fileWith(name, text));
    expect(await file.exportNames()).toEqual(["handler"]);
    expect(await call(file)).toEqual({ answer: "here" });
  });

  test("is TypeScript of every kind, in whatever it imports too", async () => {
    const paths = await folderWith({
      "f.mts": `
        import { inModule } from "./module.ts";
        await Promise.resolve();
        import { inCommonJs } from "./common.cts";
        interface E { a?: string }
        export const handler = async (_: E): Promise<string[]> => [inModule(), inCommonJs()];`,
      "module.ts": "export const inModule = (): string => 'module';",
      "common.cts": "exports.inCommonJs = (): string => 'CommonJS';",
    });
    const file = open(paths["f.mts"] ?? "");
    expect(await file.exportNames()).toEqual(["handler"]);
    expect(await call(file)).toEqual({ answer: ["module", "CommonJS"] });
  });

  test("that cannot be loaded fails each call as at Lambda, until it is mended", async () => {
    const path = await fileWith("f.mjs", "export const handler = async () => {");
    const file = open(path);
    const error = (errorMessage: string) => ({ error: expect.objectContaining({ errorMessage }) });
    expect(await call(file)).toEqual(error(expect.stringMatching(/^SyntaxError: /)));
    await writeFile(path, "import './absent.mjs'; export const handler = async () => {}");
    expect(await call(file)).toEqual(error(expect.stringMatching(/^Error.*: Cannot find module /)));
    await writeFile(path, "throw new Error('TABLE is missing.');");
    expect(await call(file)).toEqual(error("TABLE is missing."));
    await expect(file.exportNames()).rejects.toMatchObject({ errorMessage: "TABLE is missing." });
    await writeFile(path, "await new Promise(() => {});");
    expect(await call(file)).toEqual(error(expect.stringMatching(/^Runtime exited /)));
    await writeFile(path, "export const handler = async () => 'mended';");
    expect(await call(file)).toEqual({ answer: "mended" });
  });
});

describe("an edit counts from the next call on", () => {
  test("of the file, and of whatever it loads", async () => {
    const paths = await folderWith({
      "package.json": '{ "type": "module" }',
      "f.js": `
        import { createRequire } from "node:module";
        import { imported } from "./lib/imported.js";
        import json from "./json.json" with { type: "json" };
        const require = createRequire(import.meta.url);
        const { required } = require("./lib/required.cjs");
        let calls = 0;
        export const handler = async () => {
          const { late } = await import("./late.js");
          return [imported, json.of, required, require("./required.json").of, late, ++calls];
        };`,
      "lib/imported.js": "export { imported } from './deeper.js';",
      "lib/deeper.js": "export const imported = 1;",
      "json.json": '{ "of": 2 }',
      "lib/required.cjs": "exports.required = 3;",
      "required.json": '{ "of": 4 }',
      "late.js": "export const late = 5;",
    });
    const edit = (name: string, text: string) => writeFile(paths[name] ?? "", text);
    const file = open(paths["f.js"] ?? "");
    expect(await call(file)).toEqual({ answer: [1, 2, 3, 4, 5, 1] });
    expect(await call(file)).toEqual({ answer: [1, 2, 3, 4, 5, 2] });
    await edit("lib/deeper.js", "export const imported = 10;");
    expect(await call(file)).toEqual({ answer: [10, 2, 3, 4, 5, 1] });
    await edit("json.json", '{ "of": 20 }');
    expect(await call(file)).toEqual({ answer: [10, 20, 3, 4, 5, 1] });
    await edit("lib/required.cjs", "exports.required = 30;");
    expect(await call(file)).toEqual({ answer: [10, 20, 30, 4, 5, 1] });
    await edit("required.json", '{ "of": 40 }');
    await edit("late.js", "export const late = 50;");
    expect(await call(file)).toEqual({ answer: [10, 20, 30, 40, 50, 1] });
    await rm(paths["late.js"] ?? "");
    expect(await call(file)).toEqual({
      error: expect.objectContaining({ errorMessage: expect.stringContaining("late.js") }),
    });
    await edit("f.js", "export const other = async () => 'anew';");
    expect(await file.exportNames()).toEqual(["other"]);
    expect(await call(file, "other")).toEqual({ answer: "anew" });
  });
});

describe("whatever a function does, this process goes on, and so does the next call", () => {
  const wild = `
    import { Worker } from "node:worker_threads";
    let calls = 0;
    const forever = () => new Promise((resolve) => setTimeout(resolve, 1e8));
    export const counts = async () => ++calls;
    export const exits = () => process.exit(3);
    export const exitsInPeace = () => process.exit();
    export const rejects = async () => { Promise.reject(new Error("Left alone.")); await forever(); };
    export const throwsLater = async () => { setTimeout(() => { throw new RangeError("Too late."); }); await forever(); };
    export const failsAfterwards = async () => { setTimeout(() => { throw new Error("Too late."); }); return "answered"; };
    export const loops = () => { for (;;); };
    export const waits = forever;
    export const stops = async () => { debugger; return "went on"; };
    export const crashes = () => process.kill(process.pid, "SIGSEGV");
  `;

  test("and the caller hears of its end", async () => {
    const file = open(await fileWith("wild.mjs", wild));
    const error = (errorType: string, errorMessage: string) => ({
      error: expect.objectContaining({ errorType, errorMessage }),
    });
    expect(await call(file, "counts")).toEqual({ answer: 1 });
    expect(await call(file, "exits")).toEqual(
      error("Runtime.ExitError", "Runtime exited with error: exit status 3"),
    );
    expect(await call(file, "exitsInPeace")).toEqual(
      error("Runtime.ExitError", "Runtime exited without providing a reason"),
    );
    expect(await call(file, "rejects")).toEqual(
      error("Runtime.UnhandledPromiseRejection", "Error: Left alone."),
    );
    expect(await call(file, "throwsLater")).toEqual(error("RangeError", "Too late."));
    expect(await call(file, "crashes")).toEqual(
      error("Runtime.ExitError", "Runtime exited with error: signal: SIGSEGV"),
    );
    expect(await call(file, "loops", { timeLimitMs: 300 })).toBe("timed out");
    expect(await call(file, "waits", { timeLimitMs: 300 })).toBe("timed out");
    expect(await call(file, "stops")).toEqual({ answer: "went on" });
    expect(await call(file, "counts")).toEqual({ answer: 1 });
    expect(await call(file, "failsAfterwards")).toEqual({ answer: "answered" });
    await expect.poll(() => call(file, "counts")).toEqual({ answer: 1 });
  });
});

test("calls at the same time have a place each, so that a function may cause another call", async () => {
  const file = open(
    await fileWith(
      "f.mjs",
      `import { setTimeout } from "node:timers/promises";
       let running = 0;
       export const handler = async () => { running += 1; await setTimeout(200); return running--; };`,
    ),
  );
  const outcomes = await Promise.all([call(file), call(file), call(file)]);
  expect(outcomes).toEqual([{ answer: 1 }, { answer: 1 }, { answer: 1 }]);
});
