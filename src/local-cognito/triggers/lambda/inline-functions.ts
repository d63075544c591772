import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FunctionPlace, InlineCode } from "../../pool/trigger-settings.ts";

/** Functions whose text stands in the template: each gets a folder with an `index.js`, as CloudFormation packs it. */
export class InlineFunctions {
  readonly #roots: string[] = [];
  readonly #places = new Map<string, FunctionPlace>();

  placeOf({ text, folder }: InlineCode): FunctionPlace {
    const key = JSON.stringify([folder, text]);
    const place = this.#places.get(key) ?? this.#write(text, folder);
    this.#places.set(key, place);
    return place;
  }

  close(): void {
    for (const root of this.#roots.splice(0)) rmSync(root, { recursive: true, force: true });
    this.#places.clear();
  }

  #write(text: string, folderOfTemplate: string): FunctionPlace {
    const root = mkdtempSync(join(tmpdir(), "local-cognito-function-"));
    this.#roots.push(root);
    const folder = withPackages(root, folderOfTemplate);
    const file = join(folder, "index.js");
    writeFileSync(file, text);
    // What is as young as its reader counts as edited meanwhile.
    utimesSync(file, 1, 1);
    return { file, folder };
  }
}

/**
 * Lambda has AWS's SDK at hand. Here it is the project's: a folder below the root finds the packages that the template's
 * folder finds, in the same order. A link to each of their folders does for `import` and `require`.
 */
function withPackages(root: string, folderOfTemplate: string): string {
  const { paths } = createRequire(join(folderOfTemplate, "index.js")).resolve;
  const found = (paths("any-package") ?? []).filter((path) => existsSync(path));
  return found.reverse().reduce((folder, packages, index) => {
    symlinkSync(packages, join(folder, "node_modules"), "junction");
    const inner = join(folder, String(index));
    mkdirSync(inner);
    return inner;
  }, root);
}
