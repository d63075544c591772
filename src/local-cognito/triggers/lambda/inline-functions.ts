import { mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FunctionPlace } from "../../pool/trigger-settings.ts";

/** Functions whose text stands in the template: each gets a folder with an `index.js`, as CloudFormation packs it. */
export class InlineFunctions {
  readonly #places = new Map<string, FunctionPlace>();

  placeOf(functionName: string, text: string): FunctionPlace {
    const place = this.#places.get(functionName) ?? write(text);
    this.#places.set(functionName, place);
    return place;
  }

  close(): void {
    for (const { folder } of this.#places.values())
      rmSync(folder, { recursive: true, force: true });
    this.#places.clear();
  }
}

function write(text: string): FunctionPlace {
  const folder = mkdtempSync(join(tmpdir(), "local-cognito-function-"));
  const file = join(folder, "index.js");
  writeFileSync(file, text);
  // What is as young as its reader counts as edited meanwhile.
  utimesSync(file, 1, 1);
  return { file, folder };
}
